// What a source file imports, by scanning: fast, and sure enough for code that is formatted alike.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './source-files.ts'

/** `from '...'`, `import '...'`, `import('...')`, `import.meta.resolve('...')`. A string with a blank or a line break in it is none. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\.meta\.resolve)\s*\(?\s*(['"])((?:\.{0,2}\/|@?[a-z])[^'"\s]*)\1/g

export function importsOf(file: string): string[] {
  // Comments stand on lines of their own.
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
  return [...text.matchAll(IMPORT)].map(([, , specifier = '']) => specifier)
}
