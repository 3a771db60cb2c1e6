// Every dependency has a price; each is named with its reason.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'
import { ROOT, sourceFiles } from './source-files.ts'

/** More than this nobody reads before trusting it. */
const MAX_DIRECT = 15

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
const names = Object.keys(manifest.dependencies)

test(`there are at most ${MAX_DIRECT} direct runtime dependencies`, () => {
  expect(names.length).toBeLessThanOrEqual(MAX_DIRECT)
})

test('ARCHITECTURE.md gives a reason for each', () => {
  const lines = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('\n')
  // A line that names it and says something more than the name.
  const unexplained = names.filter((name) => !lines.some((line) => line.includes(name) && line.replace(name, '').replaceAll(/[^a-z]/gi, '').length > 20))
  expect(unexplained).toEqual([])
})

test('each is used, and nothing else is imported', () => {
  const used = new Set<string>()
  for (const file of sourceFiles(['.ts', '.tsx']).filter((one) => /^(server|cli)\.ts$|^(core|plugins|views)\//.test(one))) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.') || specifier.startsWith('node:') || specifier.startsWith('sawlog/')) continue
      used.add(specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
    }
  }
  expect([...used].filter((name) => !names.includes(name))).toEqual([])
  expect(names.filter((name) => !used.has(name))).toEqual([])
})
