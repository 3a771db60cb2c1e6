// What is generated is committed, and a stale copy fails.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderReference } from '../../core/reference.ts'
import { builtins } from '../../plugins/index.ts'
import { ROOT, sourceFiles } from './source-files.ts'

test('plugins/README.md is what the plugins say (npm run docs)', () => {
  const path = join(ROOT, 'plugins/README.md')
  expect(existsSync(path)).toBe(true)
  expect(readFileSync(path, 'utf8') === renderReference(builtins), 'plugins/README.md is stale: run `npm run docs`').toBe(true)
})

test('every plugin file is in the list of built-in plugins', async () => {
  const files = sourceFiles(['.ts'], 'plugins').filter((file) => file !== 'plugins/index.ts')
  const list = readFileSync(join(ROOT, 'plugins/index.ts'), 'utf8')
  expect(files.filter((file) => !list.includes(`'./${file.slice('plugins/'.length)}'`))).toEqual([])
  expect(builtins.length).toBe(files.length)
})

test('built-in plugins are documented: an example each, a line before and the record after, a guarantee for outputs', () => {
  const lacking = builtins.filter((plugin) => plugin.example === undefined || (plugin.sample === undefined && plugin.kind !== 'retention') || (plugin.kind === 'output' && plugin.guarantee === undefined))
  expect(lacking.map(({ kind, type }) => `${kind} ${type}`)).toEqual([])
})

test('links between the documents lead somewhere', () => {
  const broken: string[] = []
  for (const file of sourceFiles(['.md'])) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!existsSync(join(ROOT, file, '..', target))) broken.push(`${file} -> ${target}`)
    }
  }
  expect(broken).toEqual([])
})
