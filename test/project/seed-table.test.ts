// The README says which test shows each thing that the system before did: the tests are there, under these names.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generate } from '../../core/cli/generate.ts'
import { verify } from '../../core/cli/verify.ts'
import { ROOT } from './source-files.ts'

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

test('each row of the table of the system before names a test that is there', () => {
  const [, section = ''] = read('README.md').split('## What the system before it did\n')
  const rows = (section.split('\n## ')[0] as string).split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| **')).slice(1)
  const lacking = rows.filter((row) => {
    const [, file, name] = /^\| .+ \| .+ \| `(test\/[\w/.-]+\.test\.tsx?)`: (.+) \|$/.exec(row) ?? []
    if (file === undefined || name === undefined || !existsSync(join(ROOT, file))) return true
    const names = [...read(file).matchAll(/\b(?:test|it|describe)(?:\.\w+(?:\([^)]*\))?)*\((['"`])((?:(?!\1).|\\.)+)\1/g)].map(([, , text = '']) => text.replaceAll('\\', ''))
    return !names.includes(name)
  })
  expect(lacking).toEqual([])
  expect(rows.length).toBeGreaterThan(60)
})

test('every option that docs/generate.md shows is one of the command', () => {
  const shown = [...read('docs/generate.md').matchAll(/^sawlog (generate|verify)(.*)$/gm)].flatMap(([, command, line = '']) => [...line.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => [command, option as string] as const))
  expect(shown.length).toBeGreaterThan(20)
  expect(shown.filter(([command, option]) => !(command === 'generate' ? generate : verify).usage.includes(option))).toEqual([])
})
