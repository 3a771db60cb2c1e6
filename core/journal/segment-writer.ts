// The active segment: created by its first frame, appended to by one writer, never reopened.
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { commitLine, type FrameInfo, type SegmentState, stateLine } from './frame.ts'
import { segmentName } from './segment-name.ts'
import { SourceUsage } from './source-usage.ts'

/** After a failed fsync the kernel may have dropped the pages: what this descriptor holds can no longer be trusted. */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed'
  readonly code: string | undefined
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause))
    this.code = (cause as NodeJS.ErrnoException).code
  }
}

/** Owned by the appender alone. */
export class SegmentWriter {
  readonly number: number
  /** Bytes and records up to the end of the last complete frame; beyond it the file holds nothing that counts. */
  bytes = 0
  records = 0
  firstTime = Infinity
  lastTime = -Infinity
  firstCommit = 0
  lastCommit = 0
  /** Monotonic time of the first record, ms, for `segment_age`. */
  since = 0
  readonly usage = new SourceUsage()
  readonly #directory: string
  readonly #disk: Disk
  #fd: number | null = null

  constructor(directory: string, number: number, disk: Disk) {
    this.number = number
    this.#directory = directory
    this.#disk = disk
  }

  /** Creates the file with its state line; the first sync makes both durable. */
  async create(state: SegmentState): Promise<void> {
    const line = stateLine(state)
    this.#fd = await this.#disk.open(join(this.#directory, segmentName(this.number)), 'w')
    await this.#disk.write(this.#fd, line, 0)
    await this.#disk.syncDirectory(this.#directory)
    this.bytes = line.length
    this.since = performance.now()
  }

  /** Appends a frame. On failure the caller truncates or gives the segment up; `bytes` still names the last good end. */
  async append(records: Buffer, info: FrameInfo, sync: boolean): Promise<void> {
    const commit = commitLine(records, info)
    // Small frames are joined: one write call instead of two is worth more than the copy.
    if (records.length <= 64 * 1024) await this.#disk.write(this.#descriptor(), Buffer.concat([records, commit]), this.bytes)
    else {
      await this.#disk.write(this.#descriptor(), records, this.bytes)
      await this.#disk.write(this.#descriptor(), commit, this.bytes + records.length)
    }
    if (sync) await this.sync()
    this.bytes += records.length + commit.length
    this.records += info.count
    this.usage.add(info)
    if (this.firstCommit === 0) this.firstCommit = info.at
    this.lastCommit = info.at
    if (info.times !== null) {
      this.firstTime = Math.min(this.firstTime, info.times[0])
      this.lastTime = Math.max(this.lastTime, info.times[1])
    }
  }

  async sync(): Promise<void> {
    try {
      await this.#disk.sync(this.#descriptor())
    } catch (error) {
      throw new SyncFailed(error)
    }
  }

  /** Takes back what a failed append left behind. */
  async truncate(): Promise<void> {
    await this.#disk.truncate(this.#descriptor(), this.bytes)
  }

  async close(): Promise<void> {
    if (this.#fd === null) return
    const fd = this.#fd
    this.#fd = null
    await this.#disk.close(fd)
  }

  #descriptor(): number {
    if (this.#fd === null) throw new Error('BUG: segment used after close')
    return this.#fd
  }
}
