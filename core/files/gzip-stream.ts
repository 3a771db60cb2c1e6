// Decompresses a gzip file front to back, member by member, from the beginning of any member on, and knows how it ends. Holds 64 KiB in, 64 KiB out.
import { createInflateRaw, crc32, type InflateRaw } from 'node:zlib'
import type { FileIo } from './file-io.ts'
import { TAIL_BYTES } from './fingerprint.ts'
import { gzipHeaderLength } from './gzip-header.ts'

export type Reader = Pick<FileIo, 'read'>

/** Where a member begins: in the file, and in what it decompresses to. */
export interface GzipPoint {
  readonly raw: number
  readonly offset: number
}

/** `member`: behind a whole one. `inside`: amid one, which may be written still. `garbage`: behind a whole one, with something else after it. `corrupt`: for good. */
export type GzipEnd = 'member' | 'inside' | 'garbage' | 'corrupt'

/** Enough to keep a thread of the pool busy for a fifth of a millisecond; the header of a member fits, too. */
const PIECE_BYTES = 64 * 1024
const TRAILER_BYTES = 8

export class GzipStream {
  /** How many decompressed bytes lie before what comes next. */
  offset: number
  end: GzipEnd = 'inside'
  /** What is wrong; set once, also where reading goes on behind it. */
  damage: string | null = null
  /** The bytes before what comes next are others now. */
  changed = false
  /** Bytes of the file that were seen, and the last of them. */
  seenTo = 0
  seen: Buffer = Buffer.alloc(0)
  readonly #reader: Reader
  readonly #onMember: (point: GzipPoint) => void
  /** From here on it is fed byte by byte, so that all there is before the damage comes out. */
  readonly #finelyFrom: number
  /** Where reading goes on in the file. */
  #raw: number
  /** The bytes at hand, and where they lie. */
  #bytes: Buffer = Buffer.alloc(0)
  #bytesAt = 0
  #engine: InflateRaw | null = null
  #dataStart = 0
  #crc = 0
  #length = 0
  #failure: Error | null = null
  #closed = false
  #hungry = true
  /** Length of the piece that is being decompressed. */
  #fed = 0
  #wake: () => void = () => undefined

  constructor(reader: Reader, from: GzipPoint, onMember: (point: GzipPoint) => void, finelyFrom = Infinity) {
    this.#reader = reader
    this.#raw = from.raw
    this.offset = from.offset
    this.#onMember = onMember
    this.#finelyFrom = finelyFrom
  }

  /** The next decompressed bytes, null when there are none (yet), or an offset in the file before which it has to be read more finely. */
  async next(fd: number): Promise<Buffer | null | number> {
    while (this.end !== 'corrupt' && this.end !== 'garbage' && !this.changed && !this.#closed) {
      if (this.#engine === null) {
        if (!(await this.#begin(fd))) return null
        continue
      }
      const engine: InflateRaw = this.#engine
      const out = engine.read() as Buffer | null
      if (out !== null) {
        this.#crc = crc32(out, this.#crc)
        this.#length = (this.#length + out.length) % 2 ** 32
        this.offset += out.length
        return out
      }
      if (this.#failure !== null) {
        if (this.#finelyFrom > this.#raw) return this.#raw - this.#fed
        this.#corrupt(this.#failure.message)
      } else if (this.#hungry && engine.bytesWritten < this.#raw - this.#dataStart) {
        // It has left some of what it was given: its data ends there.
        if (!(await this.#finish(fd, engine.bytesWritten))) return null
      } else if (this.#hungry) {
        if (!(await this.#feed(fd, engine))) return null
      } else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    return null
  }

  /** Nothing more comes. */
  close(): void {
    this.#closed = true
    this.#release()
    this.#wake()
  }

  #release(): void {
    this.#engine?.destroy()
    this.#engine = null
  }

  /** At the beginning of a member; false when it is not (all) there. */
  async #begin(fd: number): Promise<boolean> {
    let bytes = await this.#at(fd, this.#raw, 1)
    // Padding to a block's end.
    while (this.#length === 0 && this.#raw > 0 && bytes[0] === 0) {
      const zeros = bytes.findIndex((byte) => byte !== 0)
      this.#raw += zeros === -1 ? bytes.length : zeros
      bytes = await this.#at(fd, this.#raw, 1)
    }
    if (bytes.length === 0) {
      this.end = 'member'
      return false
    }
    let header = gzipHeaderLength(bytes)
    if (header === 'more' && bytes.length < PIECE_BYTES * 2) header = gzipHeaderLength(await this.#at(fd, this.#raw, PIECE_BYTES * 2))
    if (header === 'more') {
      this.end = 'inside'
      return false
    }
    if (header === 'other') {
      if (this.#raw > 0) this.end = 'garbage'
      else this.#corrupt('its header is not one of gzip')
      this.damage ??= 'what follows its compressed data is something else'
      return false
    }
    this.end = 'inside'
    this.#raw += header
    this.#dataStart = this.#raw
    this.#crc = 0
    this.#length = 0
    this.#failure = null
    this.#hungry = true
    const engine = createInflateRaw({ chunkSize: PIECE_BYTES })
    const wake = (): void => this.#wake()
    engine.on('readable', wake)
    engine.on('end', wake)
    engine.on('error', (error) => {
      this.#failure = error
      wake()
    })
    this.#engine = engine
    return true
  }

  async #feed(fd: number, engine: InflateRaw): Promise<boolean> {
    const piece = this.#raw >= this.#finelyFrom ? 1 : Math.min(PIECE_BYTES, this.#finelyFrom - this.#raw)
    const bytes = (await this.#at(fd, this.#raw, 1)).subarray(0, piece)
    if (bytes.length === 0) return false
    this.#raw += bytes.length
    this.#fed = bytes.length
    this.#hungry = false
    engine.write(bytes, () => {
      // One that was closed at its member's end calls back for what it left.
      if (this.#engine !== engine) return
      this.#hungry = true
      this.#wake()
    })
    return true
  }

  /** Behind the compressed data: checks it and ends the member; false when its end is not there yet. */
  async #finish(fd: number, consumed: number): Promise<boolean> {
    const at = this.#dataStart + consumed
    const trailer = await this.#at(fd, at, TRAILER_BYTES)
    if (trailer.length < TRAILER_BYTES) return false
    if (trailer.readUInt32LE(0) !== this.#crc || trailer.readUInt32LE(4) !== this.#length) this.damage ??= 'its checksum does not match'
    this.#release()
    this.#raw = at + TRAILER_BYTES
    this.#length = 0
    this.#onMember({ raw: this.#raw, offset: this.offset })
    return true
  }

  #corrupt(damage: string): void {
    this.end = 'corrupt'
    this.damage ??= damage
    this.#release()
  }

  /** The bytes of the file from `at` on, at least `wanted` if there are so many. */
  async #at(fd: number, at: number, wanted: number): Promise<Buffer> {
    const from = at - this.#bytesAt
    if (from >= 0 && from + wanted <= this.#bytes.length) return this.#bytes.subarray(from)
    // What was seen last comes along: if it is different now, so is the file.
    const known = this.seenTo - this.seen.length
    const start = this.seen.length > 0 ? Math.min(at, known) : at
    const buffer = Buffer.allocUnsafeSlow(at - start + Math.max(wanted, PIECE_BYTES))
    const bytes = buffer.subarray(0, await this.#reader.read(fd, buffer, 0, buffer.length, start))
    const again = bytes.subarray(known - start, this.seenTo - start)
    if (this.seen.length > 0 && !again.equals(this.seen)) {
      this.changed = true
      return Buffer.alloc(0)
    }
    this.#bytes = bytes
    this.#bytesAt = start
    if (start + bytes.length >= this.seenTo) {
      this.seenTo = start + bytes.length
      this.seen = Buffer.from(bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)))
    }
    return bytes.subarray(at - start)
  }
}
