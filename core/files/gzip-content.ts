// What a gzip file decompresses to, read at any offset like a file. Going forward costs nothing extra; going back decompresses again from a member's
// beginning, except for what is kept: the last window, and the beginning of the line at hand.
import { compareFile } from './compare-file.ts'
import { fingerprint, HEAD_BYTES, type Fingerprint } from './fingerprint.ts'
import { GzipStream, type GzipEnd, type GzipPoint, type Reader } from './gzip-stream.ts'

/** How a gzip file is recognised (by its compressed bytes) and where it is taken up again. Part of a position. */
export type GzipMark = {
  /** How much of the file was seen when the position was committed, and what names it. */
  at: number
  head: Fingerprint
  tail: Fingerprint
  /** Where in the file the content's offset 0 is: not 0 where reading began at its end. */
  origin: number
  /** A member begins at this offset of the file, and holds this offset of the content. */
  member: [raw: number, offset: number]
}

const BLOCK_BYTES = 64 * 1024
/** Read again at most: a window of the line reader that began with an unfinished line. */
const RECENT_BYTES = 512 * 1024

interface Block {
  readonly at: number
  readonly bytes: Buffer
  length: number
}

export class GzipContent implements Reader {
  readonly #reader: Reader
  readonly #maxKept: number
  readonly #origin: GzipPoint
  #stream: GzipStream
  /** In the order of their offsets; not all that were read. */
  #blocks: Block[] = []
  #keepFrom: number
  /** Where members begin, ascending; the first is at or before `#keepFrom`. */
  #points: GzipPoint[]
  #head: Buffer = Buffer.alloc(0)
  #damage: string | null = null
  /** What the file must be, not yet compared. */
  #unproven: GzipMark | null
  #replaced = false

  /** Of the line kept, at most `maxKept` bytes are. With a mark reading begins at its member, if the file still is the one it was. */
  constructor(reader: Reader, maxKept: number, mark: GzipMark | null = null) {
    this.#origin = { raw: mark?.origin ?? 0, offset: 0 }
    const from = mark === null ? this.#origin : { raw: mark.member[0], offset: mark.member[1] }
    this.#reader = reader
    this.#maxKept = maxKept
    this.#unproven = mark !== null && mark.at > 0 ? mark : null
    this.#points = [from]
    this.#keepFrom = from.offset
    this.#stream = this.#streamFrom(from)
  }

  get end(): GzipEnd {
    return this.#stream.end
  }

  /** Known once the end was read. */
  get length(): number {
    return this.#stream.offset
  }

  /** What is wrong with it, as far as it was read. */
  get damage(): string | null {
    return this.#damage ?? this.#stream.damage
  }

  get changed(): boolean {
    return this.#replaced || this.#stream.changed
  }

  /** What lies before is not asked for again. */
  keep(offset: number): void {
    this.#keepFrom = offset
    while (this.#points.length > 1 && (this.#points[1] as GzipPoint).offset <= offset) this.#points.shift()
  }

  async read(fd: number, buffer: Buffer, at: number, length: number, position: number): Promise<number> {
    if (this.#unproven !== null) {
      const { at: offset, head, tail } = this.#unproven
      this.#replaced = (await compareFile(this.#reader, fd, Infinity, { offset, head, tail })) !== 'whole'
      this.#unproven = null
    }
    if (this.#replaced) return 0
    let done = 0
    while (done < length) {
      const wanted = position + done
      const block = this.#blockOf(wanted)
      if (block !== undefined) done += block.bytes.copy(buffer, at + done, wanted - block.at, Math.min(block.length, wanted - block.at + length - done))
      else if (wanted < this.#stream.offset) this.#restart(wanted)
      else if (!(await this.#more(fd))) break
    }
    return done
  }

  /** For a position at `offset`; null where nothing of the file was looked at. */
  async mark(fd: number, offset: number): Promise<GzipMark | null> {
    const { seen, seenTo } = this.#stream
    if (seen.length === 0) return null
    const length = Math.min(HEAD_BYTES, seenTo)
    if (this.#head.length < length) {
      const head = Buffer.allocUnsafeSlow(length)
      this.#head = head.subarray(0, await this.#reader.read(fd, head, 0, length, 0))
    }
    const { raw, offset: from } = this.#points.findLast((point) => point.offset <= offset) ?? this.#origin
    return { at: seenTo, origin: this.#origin.raw, head: fingerprint(this.#head), tail: fingerprint(seen), member: [raw, from] }
  }

  close(): void {
    this.#stream.close()
    this.#blocks = []
  }

  #streamFrom(from: GzipPoint, finelyFrom?: number): GzipStream {
    return new GzipStream(this.#reader, from, (point) => {
      const last = this.#points.at(-1)
      if (last === undefined || point.offset > last.offset || point.raw > last.raw) this.#points.push(point)
    }, finelyFrom)
  }

  #restart(wanted: number, finelyFrom?: number): void {
    this.#damage ??= this.#stream.damage
    const { seen, seenTo } = this.#stream
    this.#stream.close()
    this.#blocks = []
    this.#stream = this.#streamFrom(this.#points.findLast((point) => point.offset <= wanted) ?? this.#origin, finelyFrom)
    // The file must still be the one it was.
    this.#stream.seen = seen
    this.#stream.seenTo = seenTo
  }

  async #more(fd: number): Promise<boolean> {
    const bytes = await this.#stream.next(fd)
    if (bytes === null) return false
    if (typeof bytes === 'number') {
      // Damaged somewhere in the last piece: what comes before that is decompressed once more, in the smallest steps.
      this.#restart(this.#keepFrom, bytes)
      return true
    }
    this.#add(bytes, this.#stream.offset - bytes.length)
    return true
  }

  #blockOf(offset: number): Block | undefined {
    return this.#blocks.findLast((block) => offset >= block.at && offset < block.at + block.length)
  }

  /** Copied into blocks of one size: members of a few bytes would otherwise keep 64 KiB each. */
  #add(bytes: Buffer, offset: number): void {
    for (let from = 0; from < bytes.length;) {
      let last = this.#blocks.at(-1)
      if (last === undefined || last.length === BLOCK_BYTES) {
        this.#drop()
        last = { at: offset + from, bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES), length: 0 }
        this.#blocks.push(last)
      }
      const copied = bytes.copy(last.bytes, last.length, from)
      last.length += copied
      from += copied
    }
  }

  #drop(): void {
    const recent = this.#stream.offset - RECENT_BYTES
    this.#blocks = this.#blocks.filter(({ at, length }) => at + length > recent || (at + length > this.#keepFrom && at < this.#keepFrom + this.#maxKept))
  }
}
