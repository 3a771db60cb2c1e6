// Lines as the body of a request to a peer.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { StoredLine } from '../journal/stored-line.ts'
import type { Place } from './place.ts'

const gzipped = promisify(gzip)

/** Bytes of lines in one request: enough that an fsync over there is worth it, and half of what a receiver lets wait by default. */
export const REQUEST_BYTES = 1024 * 1024

/** Level 1: 209 MB/s a thread, a fifth of the size: one piece of output, where Node's 16 KiB would wake the main thread a dozen times. */
const GZIP = { level: 1, chunkSize: 256 * 1024 }

/** Buffers of lines that were sent, to be filled again: left to the garbage collector they add 40 MB at the peak. */
const spare: Buffer[] = []
const MAX_SPARE = 4

export interface Pack {
  /** The lines it holds, and their bytes before they were compressed. */
  readonly count: number
  readonly bytes: number
  /** The place behind the last one. */
  readonly to: Place
  readonly body: Promise<Buffer>
  /** Once it was answered: its memory is filled again. Not after a failure, when a connection may still hold it. */
  release(): void
}

/** The first of `lines` from `first` on, as many as `size` bytes hold, at least one. They are copied at once and compressed in another thread. */
export function packLines(lines: readonly StoredLine[], first: number, size: number, compress: boolean): Pack {
  let end = first
  let bytes = 0
  while (end < lines.length && (end === first || bytes + (lines[end] as StoredLine).length < size)) bytes += (lines[end++] as StoredLine).length + 1
  const buffer = bufferOf(bytes)
  const body = buffer.subarray(0, bytes)
  StoredLine.copyAll(lines, first, end, body)
  const { segment, record } = lines[end - 1] as StoredLine
  const to = { segment, record: record + 1 }
  if (!compress) return { count: end - first, bytes, to, body: Promise.resolve(body), release: () => giveBack(buffer) }
  return { count: end - first, bytes, to, body: gzipped(body, GZIP).finally(() => giveBack(buffer)), release: () => undefined }
}

function bufferOf(bytes: number): Buffer {
  const kept = spare.pop()
  return kept !== undefined && kept.length >= bytes ? kept : Buffer.allocUnsafeSlow(Math.max(bytes, REQUEST_BYTES))
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === REQUEST_BYTES && spare.length < MAX_SPARE) spare.push(buffer)
}
