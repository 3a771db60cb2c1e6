// Reads the next complete lines of a file at a cursor. Nothing is carried between calls but a few numbers, so that memory does not grow
// with the number of files: an unfinished line is read again, a long one is scanned for its end and then read once.
import { characterStart } from '../character-start.ts'
import { TAIL_BYTES } from './fingerprint.ts'
import type { Reader } from './gzip-stream.ts'
import { chunkOf, LineChunk, splitLines } from '../lines.ts'
import { byteOrder, type TextEncoding } from './text-encoding.ts'
import { lineOf, transcode } from './transcode.ts'

/** What one read takes: the size of a batch. Larger ones gain nothing (measured) and keep more in flight. */
export const WINDOW_BYTES = 256 * 1024
/** What a buffer for `nextLines` must hold. */
export const BUFFER_BYTES = WINDOW_BYTES + TAIL_BYTES
/** An unfinished line shorter than this is read again with what follows it: cheaper than a second read for its end. */
const REREAD_BYTES = 64 * 1024

const NEWLINE = 10
const CARRIAGE_RETURN = 13

export interface LineCursor {
  /** Offset of the first byte that was not handed out: a line begins here. */
  start: number
  /** The bytes before `start`, at most TAIL_BYTES. */
  tail: Buffer
  /** Bytes after `start` (and `nuls`) known to hold no newline. */
  scanned: number
  /** Bytes after `start` known to be NUL: a hole left by a writer that did not notice a truncation. */
  nuls: number
  /** The bytes before `start + nuls + scanned`, at most TAIL_BYTES: they come along with each read, and must be the same. */
  probe: Buffer
  /** Null for UTF-8. */
  encoding: TextEncoding | null
}

export function cursorAt(start: number, tail: Buffer, encoding: TextEncoding | null): LineCursor {
  return { start, tail, scanned: 0, nuls: 0, probe: tail, encoding }
}

export interface Lines {
  readonly kind: 'lines'
  /** Null where only NULs were passed over. Valid until the buffer is used again. */
  readonly chunk: LineChunk | null
  /** Offset after these lines, and the bytes before it. */
  readonly to: number
  readonly tail: Buffer
  /** NUL bytes that are in no record. */
  readonly nuls: number
  /** Lines that were not valid in the file's encoding. */
  readonly invalid: number
  /** There was nothing behind these lines. */
  readonly atEnd: boolean
  /** Offset behind line i and its line ending, in the file's own bytes whatever the chunk's are. Valid as long as the chunk. */
  offsetAfter(i: number): number
  /** The bytes before such an offset, at most TAIL_BYTES: a copy, for a position there. */
  before(offset: number): Buffer
}

/** `more`: got on without a line, call again. `end`: nothing complete is left. `changed`: the bytes before the cursor are others now. */
export type Look = Lines | { readonly kind: 'more' | 'end' | 'changed' }

export interface LookOptions {
  readonly maxLine: number
  /** The file's first bytes tell whether it is UTF-8 or UTF-16. */
  readonly sniff?: boolean
  /** Read no further than this offset. */
  readonly until?: number
  /** The file is complete: what is left without a newline is a line. */
  readonly flush?: boolean
}

const MORE: Look = { kind: 'more' }
const END: Look = { kind: 'end' }
const CHANGED: Look = { kind: 'changed' }

export async function nextLines(io: Reader, fd: number, cursor: LineCursor, buffer: Buffer, options: LookOptions): Promise<Look> {
  const until = options.until ?? Infinity
  const pos = cursor.start + cursor.nuls + cursor.scanned
  const back = cursor.probe.length
  const asked = back + Math.min(WINDOW_BYTES, until - pos)
  const got = await io.read(fd, buffer, 0, asked, pos - back)
  if (got < back || buffer.compare(cursor.probe, 0, back, 0, back) !== 0) {
    if (pos === cursor.start) return CHANGED
    // What was only looked at may change (a preallocated file being filled in): start over from what was handed out.
    Object.assign(cursor, cursorAt(cursor.start, cursor.tail, cursor.encoding))
    return MORE
  }
  if (pos === 0 && options.sniff === true) cursor.encoding = sniffed(buffer.subarray(0, got), cursor.encoding)
  const { encoding } = cursor
  const unit = encoding?.unit ?? 1
  const atEnd = got < asked || pos - back + got >= until
  const flush = atEnd && options.flush === true
  // Half a character at the end waits for its other half.
  const data = buffer.subarray(back, flush ? got : got - ((got - back) % unit))
  const before = (to: number): Buffer => Buffer.from(buffer.subarray(Math.max(0, back + to - pos - TAIL_BYTES), back + to - pos))
  const lines = (chunk: LineChunk | null, to: number, nuls: number, invalid: number, end: boolean, offsetAfter: Lines['offsetAfter'] = () => to): Lines =>
    ({ kind: 'lines', chunk, to, tail: before(to), nuls, invalid, atEnd: end, offsetAfter, before })
  const advance = (what: 'scanned' | 'nuls'): Look => {
    cursor[what] += data.length
    cursor.probe = before(pos + data.length)
    return atEnd ? END : MORE
  }
  const newline = encoding === null ? data.indexOf(NEWLINE) : encoding.newline(data, 0)

  if (cursor.scanned === 0 && (cursor.nuls > 0 || data[0] === 0)) {
    const found = leadingNuls(data)
    // The zero byte of an ordinary UTF-16 character is none.
    const nuls = found - (found % unit)
    if (nuls === data.length) {
      if (!atEnd) return advance('nuls')
      if (!flush || cursor.nuls + nuls === 0) return END
      return lines(null, pos + nuls, cursor.nuls + nuls, 0, atEnd)
    }
    if (cursor.nuls > 0 || (nuls > 0 && newline === -1)) return lines(null, pos + nuls, cursor.nuls + nuls, 0, false)
  }

  if (cursor.scanned > 0) {
    if (newline === -1 && !flush) return advance('scanned')
    const end = newline === -1 ? pos + data.length : pos + newline
    const line = await longLine(io, fd, cursor, end, options.maxLine)
    if (line === null) return CHANGED
    const to = newline === -1 ? end : end + unit
    return lines(line.chunk, to, 0, line.invalid, atEnd && to === pos + data.length)
  }

  const last = newline === -1 ? -1 : encoding === null ? data.lastIndexOf(NEWLINE) : encoding.lastNewline(data)
  if (last === -1 && !flush) return data.length >= REREAD_BYTES ? advance('scanned') : END
  const length = flush ? data.length : last + unit
  if (length === 0) return END
  const bytes = buffer.subarray(back, back + length)
  const to = pos + length
  if (encoding !== null && !encoding.isPlain(bytes)) {
    const { chunk, ends, invalid } = transcode(encoding, bytes, options.maxLine)
    if (cursor.start === 0) skipByteOrderMark(chunk)
    const nuls = skipNuls(chunk) * unit
    return lines(chunk, to, nuls, invalid, atEnd, (i) => pos + (ends[i] as number))
  }
  const chunk = splitLines(bytes)
  if (cursor.start === 0) skipByteOrderMark(chunk)
  const nuls = skipNuls(chunk)
  if (length > options.maxLine) cutLongLines(chunk, options.maxLine)
  return lines(chunk, to, nuls, countInvalid(chunk), atEnd, (i) => {
    // Not simply behind `ends[i]`: a carriage return or what was cut off lies between.
    const at = bytes.indexOf(NEWLINE, chunk.ends[i])
    return at === -1 ? to : pos + at + 1
  })
}

/** Without a mark a file keeps what is known of it as long as its bytes may still be that: UTF-16 text is full of zero bytes. */
function sniffed(data: Buffer, known: TextEncoding | null): TextEncoding | null {
  return byteOrder(data) ?? (data.subarray(0, TAIL_BYTES).includes(0) ? known : null)
}

/** One line that did not fit a window, of which only the first `maxLine` bytes are ever held. Null when the file got shorter meanwhile. */
async function longLine(io: Reader, fd: number, { start, encoding }: LineCursor, end: number, maxLine: number): Promise<{ chunk: LineChunk; invalid: number } | null> {
  const full = end - start
  const bytes = Buffer.allocUnsafeSlow(Math.min(full, maxLine))
  if ((await io.read(fd, bytes, 0, bytes.length, start)) < bytes.length) return null
  const cut = full > maxLine
  let chunk: LineChunk
  if (encoding === null) {
    const keep = cut ? characterStart(bytes, bytes.length) : bytes[full - 1] === CARRIAGE_RETURN ? full - 1 : full
    chunk = new LineChunk(bytes.subarray(0, keep), [0], [keep])
  } else chunk = chunkOf([lineOf(encoding, bytes, cut)])
  if (cut) chunk.cut = new Map([[0, full]])
  if (start === 0) skipByteOrderMark(chunk)
  return { chunk, invalid: encoding === null ? countInvalid(chunk) : cut || encoding.isValid(bytes) ? 0 : 1 }
}

function countInvalid(chunk: LineChunk): number {
  if (chunk.utf8) return 0
  let invalid = 0
  for (let i = 0; i < chunk.count; i++) if (!chunk.wellFormed(chunk.starts[i] as number, chunk.ends[i] as number)) invalid++
  return invalid
}

const ZEROS = Buffer.alloc(4096)

/** Whole pages are compared at memory speed: a stale writer can leave a hole of gigabytes. */
function leadingNuls(data: Buffer): number {
  let at = 0
  while (at + ZEROS.length <= data.length && data.compare(ZEROS, 0, ZEROS.length, at, at + ZEROS.length) === 0) at += ZEROS.length
  while (at < data.length && data[at] === 0) at++
  return at
}

function skipNuls({ bytes, starts, ends }: LineChunk): number {
  if (bytes.indexOf(0) === -1) return 0
  let skipped = 0
  for (let i = 0; i < starts.length; i++) {
    const from = starts[i] as number
    const end = ends[i] as number
    let start = from
    while (start < end && bytes[start] === 0) start++
    starts[i] = start
    skipped += start - from
  }
  return skipped
}

function skipByteOrderMark({ bytes, starts }: LineChunk): void {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) starts[0] = 3
}

function cutLongLines(chunk: LineChunk, maxLine: number): void {
  const { bytes, starts, ends } = chunk
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as number
    const full = (ends[i] as number) - start
    if (full <= maxLine) continue
    chunk.cut ??= new Map()
    chunk.cut.set(i, full)
    ends[i] = characterStart(bytes, start + maxLine)
  }
}
