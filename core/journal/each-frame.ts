// Reads a closed segment from end to end in slices, whatever the size of its frames, and vouches for every byte.
import { closeSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { checkedCommit, type FrameInfo, readState, type SegmentState } from './frame.ts'

/** 1 MiB: large enough that system calls do not count, small enough to stay in the processor's cache while it is looked through. */
const SLICE = 1024 * 1024
const NEWLINE = 10
const HASH = 35
const MARK = Buffer.from('\n#')

/** A segment that recovery has to look at: not every byte of it belongs to an intact frame. */
export class DamagedSegment extends Error {
  override readonly name = 'DamagedSegment'
  /** It only ends too early: what is there of a frame that was never closed. */
  readonly torn: boolean
  constructor(message: string, torn = false) {
    super(message)
    this.torn = torn
  }
}

export interface FrameVisitor {
  state(state: SegmentState): void
  /** Whole record lines with their newlines; valid during the call. They are not yet known to be intact: `frame` tells. */
  records(bytes: Buffer, start: number, end: number): void
  /** All records since the last call are this frame. */
  frame(info: FrameInfo): void
}

/** Reads the first `length` bytes of the segment. Throws DamagedSegment, and what reading throws. */
export function eachFrame(path: string, length: number, visitor: FrameVisitor): void {
  const fd = openSync(path, 'r')
  try {
    new Slices(fd, length, visitor).run()
  } finally {
    closeSync(fd)
  }
}

class Slices {
  readonly #fd: number
  readonly #length: number
  readonly #visitor: FrameVisitor
  #buffer = Buffer.allocUnsafeSlow(SLICE)
  /** What is filled of the buffer, how far it is done with, and where in the file it ends. */
  #filled = 0
  #at = 0
  #offset = 0
  /** Of the frame being read. */
  #bytes = 0
  #crc = 0

  constructor(fd: number, length: number, visitor: FrameVisitor) {
    this.#fd = fd
    this.#length = length
    this.#visitor = visitor
  }

  run(): void {
    while (!this.#takeState()) this.#more()
    while (this.#at < this.#filled || this.#offset < this.#length) if (!this.#take()) this.#more()
    if (this.#bytes > 0) throw new DamagedSegment('its last frame is not closed', true)
  }

  #takeState(): boolean {
    if (!this.#buffer.subarray(0, this.#filled).includes(NEWLINE)) return false
    const head = readState(this.#buffer.subarray(0, this.#filled))
    if ('problem' in head) throw new DamagedSegment(head.problem)
    this.#visitor.state(head.state)
    this.#at = head.end
    return true
  }

  /** False when what is in the buffer is not enough to go on. */
  #take(): boolean {
    const bytes = this.#buffer.subarray(0, this.#filled)
    if (this.#at >= this.#filled) return false
    if (bytes[this.#at] === HASH) return this.#takeCommit(bytes)
    const mark = bytes.indexOf(MARK, this.#at)
    const end = mark === -1 ? bytes.lastIndexOf(NEWLINE) + 1 : mark + 1
    if (end <= this.#at) return false
    this.#crc = crc32(bytes.subarray(this.#at, end), this.#crc)
    this.#bytes += end - this.#at
    this.#visitor.records(bytes, this.#at, end)
    this.#at = end
    return true
  }

  #takeCommit(bytes: Buffer): boolean {
    const newline = bytes.indexOf(NEWLINE, this.#at)
    if (newline === -1) return false
    const info = checkedCommit(bytes, this.#at, newline, this.#bytes, this.#crc)
    if (info === null) throw new DamagedSegment(`the frame that ends before byte ${this.#offset - this.#filled + newline} has a wrong checksum`)
    this.#visitor.frame(info)
    this.#at = newline + 1
    this.#bytes = 0
    this.#crc = 0
    return true
  }

  #more(): void {
    if (this.#offset >= this.#length) throw new DamagedSegment('it ends in the middle of a line', true)
    const left = this.#filled - this.#at
    if (this.#at > 0) this.#buffer.copyWithin(0, this.#at, this.#filled)
    else if (left === this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2)
      this.#buffer.copy(larger, 0, 0, left)
      this.#buffer = larger
    }
    this.#at = 0
    this.#filled = left
    const got = readSync(this.#fd, this.#buffer, left, Math.min(this.#buffer.length - left, this.#length - this.#offset), this.#offset)
    if (got === 0) throw new DamagedSegment('it is shorter than the catalog says')
    this.#filled += got
    this.#offset += got
  }
}
