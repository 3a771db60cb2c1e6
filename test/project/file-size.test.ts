// A file is read in one sitting.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, sourceFiles } from './source-files.ts'

/** About what a reader keeps in mind. */
const MAX_LINES = 300

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const files = sourceFiles(['.ts', '.tsx', '.mjs', '.js', '.css', '.sh'])
  expect(files.length).toBeGreaterThan(50)
  const long = files.map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 })).filter(({ lines }) => lines > MAX_LINES)
  expect(long.map(({ file, lines }) => `${file}: ${lines}`)).toEqual([])
})

test('every source file says in its first lines what it is', () => {
  const silent = sourceFiles(['.ts', '.tsx'], '.')
    .filter((file) => !/\.(test|config)\.ts$/.test(file))
    .filter((file) => !/^(?:#![^\n]*\n)?(?:\/\*\* @jsx[^\n]*\n)?\/[/*]/.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(silent).toEqual([])
})
