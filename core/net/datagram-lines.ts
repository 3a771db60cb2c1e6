// Datagrams of one sender as lines: a syslog message is one, whatever line ends are in it; anything else is split.
import { characterStart } from '../character-start.ts'
import { LineChunk } from '../lines.ts'

const NUL = 0
const NEWLINE = 10
const CARRIAGE_RETURN = 13
const LESS = 60

/** Null when there is nothing in them. What ends a datagram (NUL, LF, CR) is dropped, and so are empty lines of those that are split. */
export function datagramLines(datagrams: readonly Buffer[], maxLine: number): LineChunk | null {
  const bytes = datagrams.length === 1 ? (datagrams[0] as Buffer) : Buffer.concat(datagrams)
  const starts: number[] = []
  const ends: number[] = []
  let cut: Map<number, number> | null = null
  let flat = true
  const add = (from: number, to: number): void => {
    if (to === from) return
    const full = to - from
    if (full > maxLine) (cut ??= new Map()).set(starts.length, full)
    starts.push(from)
    ends.push(full > maxLine ? characterStart(bytes, from + maxLine) : to)
  }
  let at = 0
  for (const { length } of datagrams) {
    const next = at + length
    const end = textEnd(bytes, at, next)
    if (bytes[at] === LESS) {
      if (flat && bytes.subarray(at, end).includes(NEWLINE)) flat = false
      add(at, end)
    } else {
      for (let start = at; start < end; ) {
        const found = bytes.indexOf(NEWLINE, start)
        const stop = found === -1 || found > end ? end : found
        add(start, textEnd(bytes, start, stop))
        start = stop + 1
      }
    }
    at = next
  }
  if (starts.length === 0) return null
  const chunk = new LineChunk(bytes, starts, ends, flat)
  chunk.cut = cut
  return chunk
}

function textEnd(bytes: Buffer, from: number, to: number): number {
  let end = to
  for (let c = bytes[end - 1]; end > from && (c === NUL || c === NEWLINE || c === CARRIAGE_RETURN); c = bytes[end - 1]) end--
  return end
}
