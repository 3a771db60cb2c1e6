// Reads the sequence numbers of a file and of its rotated copies, oldest first.
import { createReadStream, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { textLines } from '../text-lines.ts'
import { sequenceColumn, sequenceOf } from './sequence-of.ts'
import type { SequenceTally } from './sequence-tally.ts'

/** `path` may be `-`, standard input. Throws what reading throws. */
export async function verifyFiles(path: string, tally: SequenceTally): Promise<void> {
  if (path === '-') return readInto(process.stdin, tally)
  for (const file of [...copiesOf(path), path]) {
    const bytes = createReadStream(file)
    if (file.endsWith('.gz')) await pipeline(bytes, createGunzip(), (inflated) => readInto(inflated, tally))
    else await readInto(bytes, tally)
  }
}

/** `app.log.3`, `app.log.2.gz`, `app.log.1`: the highest number is the oldest. */
function copiesOf(path: string): string[] {
  const name = basename(path)
  const copies: Array<{ file: string; age: number }> = []
  for (const file of readdirSync(dirname(path))) {
    const age = file.startsWith(`${name}.`) ? /^(\d+)(?:\.gz)?$/.exec(file.slice(name.length + 1))?.[1] : undefined
    if (age !== undefined) copies.push({ file: join(dirname(path), file), age: Number(age) })
  }
  return copies.sort((a, b) => b.age - a.age).map(({ file }) => file)
}

async function readInto(bytes: AsyncIterable<Uint8Array>, tally: SequenceTally): Promise<void> {
  let column: number | null = null
  for await (const line of textLines(bytes)) {
    const header = sequenceColumn(line)
    if (header !== null) {
      column = header
      continue
    }
    const seq = sequenceOf(line, column)
    if (seq !== null) tally.add(seq)
  }
}
