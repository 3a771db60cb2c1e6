// On a real file that may not grow: what one call leaves out silently is written by the next, or said.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freshDirectory } from './journal/journal-at.ts'

const MODULE = fileURLToPath(new URL('../../dist/core/write-all.js', import.meta.url))

test.each(['null', '0'])('a file that may not grow is an error, not a shorter file (written at %s)', (at) => {
  const file = join(freshDirectory(), 'file')
  const script = `import { openSync } from 'node:fs'
import { writeAll } from ${JSON.stringify(MODULE)}
try { writeAll(openSync(${JSON.stringify(file)}, 'w'), Buffer.alloc(64 * 1024), ${at}) } catch (error) { console.log(error.code) }`
  // In KiB.
  const { stdout } = spawnSync('bash', ['-c', 'ulimit -f 18; exec "$0" --input-type=module -e "$1"', process.execPath, script], { encoding: 'utf8' })
  expect([stdout.trim(), statSync(file).size]).toEqual(['EFBIG', 18 * 1024])
})
