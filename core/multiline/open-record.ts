// One record being put together of lines. What lies in the chunk at hand is only referred to, until the chunk's turn is over.
import type { ContainerLine } from './container-line.ts'
import { CRI_STDERR, PLAIN } from './container-line.ts'
import type { GroupedLines } from './grouped-lines.ts'

const LF = 10
const NEWLINE = Buffer.from('\n')
const FULL = Buffer.from('F ')
const PARTIAL = Buffer.from('P ')
const GOES_ON = 'goes on from a multiline record that was cut'

/** Where line i of the chunk at hand begins in the source. */
export type OffsetOf = (i: number) => number

export class OpenRecord {
  /** Lines in it; 0 while there is no record. */
  lines = 0
  /** Bytes of payload. */
  size = 0
  /** Where its first line began in the source; known once its chunk's turn is over. */
  offset = 0
  /** Index of its first line in the chunk at hand. */
  #index = 0
  /** The rule's state before its first line. */
  before = 0
  /** It goes on from a record that was cut. */
  goesOn = false
  /** What is wrong with it, for its error. */
  wrong: string | null = null
  /** Full length of a line in it that the reader cut; 0 where none was. */
  cutFrom = 0
  #kind = PLAIN
  /** Null while the first line lies in the chunk at hand. */
  #own: Buffer | null = null
  /** The first line, or the run of lines without a gap that begins with it. */
  #start = 0
  #end = 0
  #from = 0
  #to = 0
  #tag = 0
  /** The last piece was a whole line. */
  #whole = true
  /** Further payload in chunks that are gone. */
  #kept: Buffer[] = []
  /** Further payload in the chunk at hand: start, end, and 1 where a line break comes before. */
  #pieces: number[] = []
  #flat = true

  begin(line: ContainerLine, start: number, end: number, index: number, before: number, flat: boolean): void {
    this.lines = 1
    this.size = line.to - line.from
    this.#index = index
    this.before = before
    this.goesOn = false
    this.wrong = null
    this.cutFrom = 0
    this.#kind = line.kind
    this.#own = null
    this.#start = start
    this.#end = end
    this.#from = line.from
    this.#to = line.to
    this.#tag = line.tag
    this.#whole = line.whole
    this.#flat = flat
    if (this.#kept.length > 0) this.#kept = []
    if (this.#pieces.length > 0) this.#pieces = []
  }

  /** A further line of the chunk at hand. */
  add(line: ContainerLine, bytes: Buffer): void {
    const { from, to } = line
    const newline = this.#kind === PLAIN || (this.#kind <= CRI_STDERR && this.#whole)
    // A part is no line of its own.
    if (this.#whole) this.lines++
    this.size += to - from + (newline ? 1 : 0)
    this.#whole = line.whole
    if (newline) this.#flat = false
    // Lines that follow each other with nothing but a line break between them need not be copied.
    if (this.#kind === PLAIN && this.#own === null && this.#pieces.length === 0 && from === this.#end + 1 && bytes[this.#end] === LF) {
      this.#end = to
      return
    }
    this.#pieces.push(from, to, newline ? 1 : 0)
  }

  /** Takes over what another record holds, as further lines; the other is empty then. */
  join(other: OpenRecord, bytes: Buffer, offsetOf: OffsetOf | null): void {
    const newline = this.#kind === PLAIN || (this.#kind <= CRI_STDERR && this.#whole)
    this.keep(bytes, offsetOf)
    if (newline) {
      this.#kept.push(NEWLINE)
      this.#flat = false
    }
    this.#kept.push(Buffer.concat(other.#payload(bytes)))
    this.lines++
    this.size += other.size + (newline ? 1 : 0)
    this.#whole = other.#whole
    this.#flat &&= other.#flat
    this.wrong ??= other.wrong ?? (other.goesOn ? GOES_ON : null)
    this.cutFrom ||= other.cutFrom
    other.lines = 0
  }

  /** The chunk at hand is about to go. */
  keep(bytes: Buffer, offsetOf: OffsetOf | null): void {
    if (this.lines === 0) return
    const pieces = this.#pieces
    if (this.#own === null) {
      if (offsetOf !== null) this.offset = offsetOf(this.#index)
      this.#own = Buffer.from(bytes.subarray(this.#start, this.#end))
      this.#from -= this.#start
      this.#to -= this.#start
      this.#tag -= this.#start
      this.#end -= this.#start
      this.#start = 0
    }
    if (pieces.length === 0) return
    // One copy for all of them: a window may hold thousands.
    this.#kept.push(Buffer.concat(this.#added(bytes)))
    this.#pieces = []
  }

  /** The payload as text, for the rule. */
  text(bytes: Buffer): string {
    return Buffer.concat(this.#payload(bytes)).toString('utf8')
  }

  /** Ends it. `bytes` is the chunk at hand, if there is one. */
  close(bytes: Buffer | null, out: GroupedLines): void {
    const source = this.#own ?? (bytes as Buffer)
    const verbatim = this.#pieces.length === 0 && this.#kept.length === 0
    if (verbatim) {
      if (this.#own === null) out.range(this.#start, this.#end, this.#flat)
      else out.line(this.#own, this.#flat)
    } else {
      const parts = this.#kind === PLAIN ? [source.subarray(this.#start, this.#end)] : [...this.#head(source), source.subarray(this.#from, this.#to)]
      parts.push(...this.#kept, ...this.#added(bytes ?? source))
      if (this.#to < this.#end && this.#kind > CRI_STDERR) parts.push(source.subarray(this.#to, this.#end))
      out.line(Buffer.concat(parts), this.#flat)
    }
    const wrong = this.wrong ?? (this.goesOn ? GOES_ON : null)
    if (wrong !== null) out.markWrong(wrong)
    else if (this.cutFrom > 0 && verbatim && this.lines === 1) out.markCut(this.cutFrom)
    else if (this.cutFrom > 0) out.markWrong(`a line of ${this.cutFrom} bytes was cut in it`)
    this.lines = 0
    if (this.#kept.length > 0) this.#kept = []
    if (this.#pieces.length > 0) this.#pieces = []
    this.#own = null
  }

  /** What stands before the payload of the first line; CRI's tag tells whether the last part is there. */
  #head(source: Buffer): Buffer[] {
    if (this.#kind > CRI_STDERR) return [source.subarray(this.#start, this.#from)]
    return [source.subarray(this.#start, this.#tag), this.#whole ? FULL : PARTIAL]
  }

  #payload(bytes: Buffer): Buffer[] {
    const first = (this.#own ?? bytes).subarray(this.#from, this.#kind === PLAIN ? this.#end : this.#to)
    return [first, ...this.#kept, ...this.#added(bytes)]
  }

  #added(bytes: Buffer): Buffer[] {
    const parts: Buffer[] = []
    for (let i = 0; i < this.#pieces.length; i += 3) {
      if (this.#pieces[i + 2] === 1) parts.push(NEWLINE)
      parts.push(bytes.subarray(this.#pieces[i], this.#pieces[i + 1]))
    }
    return parts
  }
}
