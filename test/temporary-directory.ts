// A directory that is gone when the tests of the file are through.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

// Of the file that imports this; an `exit` of the process is not told here.
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
})

/** `name` says in /tmp whose it is. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `sawlog-${name}-`))
  made.push(directory)
  return directory
}
