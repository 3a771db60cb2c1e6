// The full crash run: 30 rounds of kill -9 over 300,000 lines. `npm run crash:spine -- ROUNDS LINES SEED`
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [rounds = '30', lines = '300000', seed] = process.argv.slice(2)
const root = fileURLToPath(new URL('..', import.meta.url))
const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/crash/kill.test.ts', '--disable-console-intercept', '--reporter=dot'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SAWLOG_CRASH_ROUNDS: rounds, SAWLOG_CRASH_LINES: lines, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) },
})
process.exitCode = run.status ?? 1
