// Splits what a connection sends into syslog frames (RFC 6587): counted (`65 <134>1 ...`), or ended by a newline or NUL. Knows nothing of what is in them.
import { characterStart } from './character-start.ts'
import { LineChunk } from './lines.ts'

export const FRAMINGS = ['auto', 'newline', 'nul', 'octet_counted'] as const
/** `auto`: each connection is judged by how it begins, and keeps to that. */
export type Framing = (typeof FRAMINGS)[number]

export interface OctetFramesOptions {
  readonly framing: Framing
  /** Bytes of one frame; of a longer one only so many are kept, and `cut` of its chunk says how long it was. */
  readonly maxFrame: number
  /** Told once for each stretch that is no counted frame where one must stand; it becomes a frame up to the next newline. */
  readonly onFault?: (reason: string) => void
}

const NUL = 0
const NEWLINE = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const LESS = 60

/** A longer number is no length: it would swallow more than 95 MiB. */
const MAX_COUNT_DIGITS = 8
/** The first room for a frame that spans reads; it doubles up to `maxFrame`. */
const FIRST_ROOM = 4096

/** What `countAt` answers where there is no count: the bytes cannot be one, or it is not all there yet. */
const GARBAGE = -1
const INCOMPLETE = -2

/**
 * One for each connection. Between calls it holds the beginning of one frame, copied, and never more than `maxFrame` bytes of it.
 *
 * `auto`: a length, a space and `<` begin a counted connection. Else the first terminator decides; a NUL is one where the data ends behind it or
 * `<` follows. A connection that began with `<` and whose further lines do not is still taken for NUL-ended when such a NUL appears: the first
 * message had newlines in it (Python's SysLogHandler with a traceback). After the second `\n<` nothing changes any more, so that nobody who
 * only writes into messages can have other messages joined.
 *
 * A counted or NUL-ended frame loses the newline it ends in (rsyslog and syslog-ng count one), and is dropped when it is empty; one ended by
 * a newline loses a CR, and is kept when it is empty, like a line of a file.
 */
export class OctetFrames {
  readonly #maxFrame: number
  readonly #onFault: (reason: string) => void
  #mode: Framing
  /** `auto` may still change its mind. */
  #unsure: boolean
  /** The connection's first bytes were looked at. */
  #begun = false
  /** They began with `<`. */
  #beganWithPriority = false
  /** A frame's first bytes, too few to tell what they are; shorter than a count with its space and `<`. */
  #head: Buffer | null = null
  /** The frame at hand, as far as it came in earlier reads: `#stored` bytes in `#room`, of `#full` there were. */
  #room = Buffer.alloc(0)
  #stored = 0
  #full = 0
  /** A frame is at hand. */
  #open = false
  /** Bytes of a counted frame still to come; -1 where a terminator ends it. */
  #left = -1

  constructor({ framing, maxFrame, onFault }: OctetFramesOptions) {
    this.#mode = framing
    this.#unsure = framing === 'auto'
    this.#maxFrame = maxFrame
    this.#onFault = onFault ?? (() => undefined)
  }

  /** Bytes held for the next call. */
  get held(): number {
    return this.#stored + (this.#head?.length ?? 0)
  }

  /** The frames that are complete with `chunk`, or null. The result may refer to `chunk`: do not change it before the frames are dealt with. */
  push(chunk: Buffer): LineChunk | null {
    if (chunk.length === 0) return null
    const data = this.#head === null ? chunk : Buffer.concat([this.#head, chunk])
    this.#head = null
    if (this.#unsure) {
      this.#judge(data)
      // Only a count that is not all there leaves the question open at the very start.
      if (this.#head !== null) return null
    }
    return this.#split(data)
  }

  /** What is left when the connection ends: a frame, with its announced length in `cut` where not all of it came. */
  end(): LineChunk | null {
    const head = this.#head
    this.#head = null
    if (head !== null) {
      if (this.#mode === 'octet_counted') this.#onFault('the connection ended in the middle of a length')
      return new LineChunk(head, [0], [head.length])
    }
    if (!this.#open) return null
    const announced = this.#left > 0 ? this.#full + this.#left : 0
    const frames = new Frames(this.#mode, this.#maxFrame)
    frames.addHeld(this.#takeHeld(), Math.max(this.#full, announced))
    this.#close()
    return frames.chunk(Buffer.alloc(0))
  }

  #split(data: Buffer): LineChunk | null {
    const frames = new Frames(this.#mode, this.#maxFrame)
    let at = 0
    while (at < data.length) {
      if (!this.#open) {
        at = this.#begin(data, at)
        if (!this.#open) break
      }
      const counted = this.#left >= 0
      const found = counted ? (data.length - at >= this.#left ? at + this.#left : -1) : data.indexOf(this.#mode === 'nul' ? NUL : NEWLINE, at)
      const end = found === -1 ? data.length : found
      if (found === -1 || this.#full > 0) this.#hold(data, at, end)
      if (found === -1) {
        if (counted) this.#left -= end - at
        break
      }
      if (this.#full > 0) frames.addHeld(this.#takeHeld(), this.#full)
      else frames.add(data, at, end)
      this.#close()
      at = counted ? end : end + 1
    }
    return frames.chunk(data)
  }

  /** Opens a frame at `at` or behind, unless there is nothing of it yet; returns where its text begins. */
  #begin(data: Buffer, at: number): number {
    let i = at
    if (this.#mode !== 'newline') while (i < data.length && (data[i] === NEWLINE || data[i] === CARRIAGE_RETURN)) i++
    if (i === data.length) return i
    if (this.#mode === 'octet_counted') {
      const count = countAt(data, i)
      if (count === INCOMPLETE) {
        this.#head = Buffer.from(data.subarray(i))
        return data.length
      }
      if (count === GARBAGE) this.#onFault('no length of a frame where one must stand')
      else i = data.indexOf(SPACE, i) + 1
      this.#left = count
    }
    this.#open = true
    return i
  }

  #hold(data: Buffer, from: number, to: number): void {
    const take = Math.min(to - from, this.#maxFrame - this.#stored)
    const need = this.#stored + take
    if (need > this.#room.length) {
      // A counted frame says how much room it needs; believed only as far as bytes have come.
      const room = Buffer.allocUnsafeSlow(Math.min(this.#maxFrame, Math.max(need, 2 * this.#room.length, FIRST_ROOM)))
      this.#room.copy(room, 0, 0, this.#stored)
      this.#room = room
    }
    data.copy(this.#room, this.#stored, from, from + take)
    this.#stored = need
    this.#full += to - from
  }

  #takeHeld(): Buffer {
    const bytes = this.#room.subarray(0, this.#stored)
    this.#room = Buffer.alloc(0)
    this.#stored = 0
    return bytes
  }

  #close(): void {
    this.#full = 0
    this.#open = false
    this.#left = -1
  }

  /** Decides how this connection frames, as far as `data` tells. */
  #judge(data: Buffer): void {
    if (!this.#begun) {
      const count = countAt(data, 0)
      if (count === INCOMPLETE || (count > 0 && data.indexOf(SPACE) === data.length - 1)) {
        this.#head = Buffer.from(data)
        return
      }
      if (count > 0 && data[data.indexOf(SPACE) + 1] === LESS) return this.#decide('octet_counted')
      this.#begun = true
      this.#beganWithPriority = data[0] === LESS
    }
    const newline = data.indexOf(NEWLINE)
    const nul = data.indexOf(NUL)
    const confirmed = this.#mode === 'newline' && !this.#open && data[0] === LESS ? 0 : data.indexOf('\n<')
    if (nul !== -1 && endsFrame(data, nul)) {
      if (this.#mode === 'auto' && (newline === -1 || nul < newline)) return this.#decide('nul')
      if (this.#beganWithPriority && (confirmed === -1 || confirmed > nul)) return this.#decide('nul')
    }
    if (newline === -1 && nul === -1 && confirmed === -1) return
    this.#mode = 'newline'
    this.#unsure = this.#beganWithPriority && confirmed === -1
  }

  #decide(mode: Framing): void {
    this.#mode = mode
    this.#unsure = false
  }
}

/** The length of the frame at `at`, or why there is none. */
function countAt(data: Buffer, at: number): number {
  let count = 0
  for (let i = at; i < data.length; i++) {
    const c = data[i] as number
    if (c === SPACE && i > at) return count
    if (c < 48 || c > 57 || (c === 48 && i === at) || i - at === MAX_COUNT_DIGITS) return GARBAGE
    count = count * 10 + c - 48
  }
  return INCOMPLETE
}

/** The NUL at `at` is a terminator by what follows it. */
function endsFrame(data: Buffer, at: number): boolean {
  const next = data[at + 1]
  return next === undefined || next === LESS || next === NEWLINE
}

/** The frames of one call, on their way into a chunk. */
class Frames {
  readonly #mode: Framing
  readonly #maxFrame: number
  /** The frame that began in an earlier read, before the bytes of this one. */
  #first: Buffer | null = null
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  #cut: Map<number, number> | null = null
  #flat = true
  /** The next newline in the data, so that each byte is looked at once. */
  #newline = -1

  constructor(mode: Framing, maxFrame: number) {
    this.#mode = mode
    this.#maxFrame = maxFrame
  }

  /** The frame that was held, of which there were `full` bytes. Comes before all others. */
  addHeld(bytes: Buffer, full: number): void {
    this.#first = bytes
    this.#push(bytes, 0, full > bytes.length ? characterStart(bytes, bytes.length) : bytes.length, full)
    this.#newline = -1
  }

  add(data: Buffer, start: number, end: number): void {
    const full = end - start
    this.#push(data, start, full > this.#maxFrame ? characterStart(data, start + this.#maxFrame) : end, full)
  }

  #push(bytes: Buffer, start: number, stop: number, full: number): void {
    let end = stop
    if (full > this.#maxFrame || full > bytes.length) (this.#cut ??= new Map()).set(this.#starts.length, full)
    else {
      if (this.#mode !== 'newline' && bytes[end - 1] === NEWLINE && end > start) end--
      if (bytes[end - 1] === CARRIAGE_RETURN && end > start) end--
      if (end === start && this.#mode !== 'newline') return
    }
    if (this.#flat && this.#mode !== 'newline') {
      if (this.#newline < start) this.#newline = indexOrEnd(bytes, start)
      if (this.#newline < end) this.#flat = false
    }
    const shift = this.#first === null || bytes === this.#first ? 0 : this.#first.length
    this.#starts.push(start + shift)
    this.#ends.push(end + shift)
  }

  /** All frames as one chunk, of `data` and what was held; null where there are none. */
  chunk(data: Buffer): LineChunk | null {
    const end = this.#ends[this.#ends.length - 1]
    if (end === undefined) return null
    const bytes = this.#first === null ? data : Buffer.concat([this.#first, data])
    const chunk = new LineChunk(bytes.subarray(0, end), this.#starts, this.#ends, this.#flat)
    chunk.cut = this.#cut
    return chunk
  }
}

function indexOrEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(NEWLINE, from)
  return at === -1 ? bytes.length : at
}
