import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // The example plugins under test/fixtures import these as users' plugins do; here they get the sources, not an older build.
    alias: {
      'sawlog/plugin': fileURLToPath(new URL('core/plugin.ts', import.meta.url)),
      'sawlog/testing': fileURLToPath(new URL('test/contract/testing.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 40_000,
    hookTimeout: 30_000,
    reporters: ['default', './test/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
})
