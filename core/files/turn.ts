// One file's turn: read at most one window, hand it over. Says whether there is more to do at once.
import { readBytes } from './compare-file.ts'
import { fingerprint } from './fingerprint.ts'
import { FollowedFile } from './followed-file.ts'
import { announce, closeRecords, handOver, handOverRecords } from './hand-over.ts'
import type { GzipContent, GzipMark } from './gzip-content.ts'
import { holdGzip } from './held-gzip.ts'
import { isGzip } from './is-gzip.ts'
import { nextLines, type Lines } from './line-reader.ts'
import { truncated } from './truncated.ts'
import type { Tail } from './tail.ts'

/**
 * How often the head of a file that is being written is compared. The bytes before the cursor are compared with every read and nearly
 * always tell; the head costs a second read.
 */
const HEAD_CHECK_MS = 1000
/** A compressed file of which nothing was read. */
const NEW_GZIP: GzipMark = { at: 0, head: fingerprint(Buffer.alloc(0)), tail: fingerprint(Buffer.alloc(0)), origin: 0, member: [0, 0] }

export async function turn(tail: Tail, file: FollowedFile, buffer: Buffer): Promise<boolean> {
  if (file.blocked || file.retired) return false
  if (file.announced !== 'yes') {
    if (file.announced === 'no') await announce(tail, file)
    return false
  }
  const fd = await tail.open.use(file)
  if (fd === null) {
    // Its path leads elsewhere; the sweep finds out where.
    await finish(tail, file)
    return false
  }
  if (file.cursor.start === 0 && file.gzip === null && (await isGzip(tail.io, fd))) {
    if (!file.ownContent && (await tail.exclusive(() => holdGzip(tail, file)))) return false
    file.gzip = NEW_GZIP
  }
  const gunzip = file.gzip === null ? null : tail.gunzips.claim(file)
  if (file.gzip !== null && gunzip === null) return false
  const reader = gunzip ?? tail.io
  const { start, nuls, scanned } = file.cursor
  const look = await nextLines(reader, fd, file.cursor, buffer, { maxLine: tail.options.maxLine, flush: file.flush, sniff: tail.options.encoding === null })
  if (look.kind === 'more' && gunzip?.changed !== true) return true
  const to = look.kind === 'lines' ? look.to : file.cursor.start
  const atEnd = look.kind === 'end' || (look.kind === 'lines' && look.atEnd)
  // The bytes before the cursor came along and were the same. While there is a backlog that is enough; at the end the head is looked at, too.
  if (look.kind === 'changed' || gunzip?.changed === true || !(await headHolds(tail, file, fd, to, atEnd, start + nuls + scanned === 0 ? buffer : null))) {
    await tail.exclusive(() => truncated(tail, file))
    return false
  }
  const mark = async (offset: number): Promise<void> => {
    if (gunzip !== null) file.gzip = (await gunzip.mark(fd, offset)) ?? file.gzip
  }
  if (gunzip !== null) noteEnd(tail, file, gunzip)
  if (look.kind !== 'lines') await mark(file.handed.offset)
  else {
    if (file.groups === null) {
      await mark(to)
      await handOver(tail, file, look.chunk ?? [], to, look.tail)
    } else await handOverRecords(tail, file, file.groups, look, mark)
    countOddities(tail, look, file.cursor.encoding === null)
    file.largest = Math.max(file.largest, look.to)
    file.quietSince = tail.now()
  }
  if (file.retryMs > 0) {
    file.retryMs = 0
    tail.obstacles.cleared(file.path)
  }
  if (!atEnd) return true
  // What waits behind these lines since the pipeline held them up is still to be read: only then is a record overdue.
  if (look.kind === 'lines' && !file.flush) file.atEnd = true
  else await finish(tail, file)
  return false
}

/** There was nothing to read, or is nothing more to come. */
async function finish(tail: Tail, file: FollowedFile): Promise<void> {
  await closeRecords(tail, file, file.flush)
  if (file.flush) {
    file.flush = false
    file.flushed = true
  }
  file.atEnd = true
}

/** Whether the file still begins as it did; extends the head over what is being consumed while it is short. */
async function headHolds(tail: Tail, file: FollowedFile, fd: number, to: number, check: boolean, first: Buffer | null): Promise<boolean> {
  // Of a compressed file the compressed bytes are compared.
  if (file.gzip !== null) return true
  const known = file.head.length
  const length = Math.max(known, FollowedFile.headLength(to))
  if (length === known && (known === 0 || !check || tail.now() - file.headSeenAt < HEAD_CHECK_MS)) return true
  const head = await readBytes(tail.io, fd, 0, length)
  // What was just read from the beginning must still be there: the file may have been truncated and written again since.
  if (first !== null && !head.equals(first.subarray(0, head.length))) return false
  if (head.length < length || !head.subarray(0, known).equals(file.head)) return false
  file.headSeenAt = tail.now()
  if (length > known) file.setHead(head)
  return true
}

function noteEnd(tail: Tail, file: FollowedFile, gunzip: GzipContent): void {
  file.gzipEnd = gunzip.end
  file.complete = gunzip.end !== 'inside'
  if (gunzip.damage !== null) tail.obstacles.damaged(file.path, gunzip.damage, gunzip.end)
}

function countOddities(tail: Tail, { chunk, nuls, invalid }: Lines, utf8: boolean): void {
  if (nuls > 0) tail.host.count('nul_bytes', nuls)
  if (chunk?.cut) tail.host.count('cut_lines', chunk.cut.size)
  if (invalid > 0) tail.host.count(utf8 ? 'invalid_utf8' : 'invalid_encoding', invalid)
}
