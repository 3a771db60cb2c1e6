// Hostile lines as a batch, each between two lines that are good.
import { LineChunk } from '../../core/lines.ts'
import type { Batch } from '../../core/record.ts'
import { makeBatch } from './make-batch.ts'

/** Records 0, 2, 4 ... are `good`; 1, 3, 5 ... the hostile ones. */
export function hostileBatch(good: string, hostile: readonly Buffer[]): Batch {
  const parts: Buffer[] = []
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  const add = (bytes: Buffer) => {
    parts.push(bytes, Buffer.from('\n'))
    starts.push(at)
    ends.push(at + bytes.length)
    at += bytes.length + 1
  }
  add(Buffer.from(good))
  for (const bytes of hostile) {
    add(bytes)
    add(Buffer.from(good))
  }
  return makeBatch(new LineChunk(Buffer.concat(parts), starts, ends))
}
