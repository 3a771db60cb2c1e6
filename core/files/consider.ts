// Decides what a path that matches the globs is: known, a copy in the making, an obstacle, or a new file to follow.
import type { BigIntStats } from 'node:fs'
import { compareFile, readBytes } from './compare-file.ts'
import { errorCode } from './error-code.ts'
import { rawMark } from './file-position.ts'
import { fingerprint, HEAD_BYTES, TAIL_BYTES } from './fingerprint.ts'
import { attach, detach, follow, knownFrom } from './follow.ts'
import type { GzipMark } from './gzip-content.ts'
import { identityOf } from './followed-file.ts'
import { originalOf } from './held-file.ts'
import { isGzip } from './is-gzip.ts'
import { originalsOf } from './rotated-name.ts'
import type { Tail } from './tail.ts'
import { byteOrder } from './text-encoding.ts'

/** How far back the beginning of the last line is looked for with `start: end`; an unfinished line longer than that is torn. */
const LAST_LINE_BYTES = 64 * 1024

export async function consider(tail: Tail, path: string): Promise<void> {
  const stats = await look(tail, path)
  if (stats === null) return
  const known = tail.byPath.get(path)
  if (known !== undefined) {
    // Its main path is the sweep's business; another one may lead elsewhere by now.
    if (known.path === path || known.identity === identityOf(stats)) return
    detach(tail, known, path)
  }
  const owner = tail.byIdentity.get(identityOf(stats))
  if (owner !== undefined) return attach(tail, owner, path)
  if (tail.held.has(identityOf(stats))) return
  const gzip = tail.heldGzips.get(identityOf(stats))
  if (gzip !== undefined) {
    gzip.path = path
    tail.waiting.delete(path)
    return
  }

  let fd: number | null = null
  try {
    fd = await tail.open.openPath(path)
    if (fd === null) return
    // The descriptor is kept by whoever takes the file.
    if (await take(tail, path, fd)) fd = null
  } catch (error) {
    unreadable(tail, path, error)
  } finally {
    if (fd !== null) await tail.io.close(fd)
  }
}

/** What lies at the path, if that is a regular file; else notes what stands in the way. */
async function look(tail: Tail, path: string): Promise<BigIntStats | null> {
  let stats: BigIntStats
  try {
    stats = await tail.io.stat(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      // Not there yet, or a symbolic link that leads nowhere yet: retried while it is listed.
      tail.obstacles.gone(path)
      tail.waiting.add(path)
    } else unreadable(tail, path, error)
    return null
  }
  if (stats.isFile()) return stats
  tail.waiting.delete(path)
  // Wildcards match directories all the time; only one written out is a mistake.
  if (!stats.isDirectory() || tail.globs.isLiteral(path)) tail.obstacles.unusual(path, kindOf(stats))
  return null
}

function unreadable(tail: Tail, path: string, error: unknown): void {
  const code = errorCode(error)
  if (code === 'EACCES' || code === 'EPERM') tail.obstacles.denied(path)
  else tail.obstacles.failing(path, error)
  tail.waiting.add(path)
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

async function take(tail: Tail, path: string, fd: number): Promise<boolean> {
  const { io } = tail
  // Asked again of the descriptor: the path may have been replaced since.
  const stats = await io.fstat(fd)
  const identity = identityOf(stats)
  if (!stats.isFile() || tail.byIdentity.has(identity) || tail.held.has(identity) || tail.heldGzips.has(identity)) return false
  const size = Number(stats.size)
  const found = { path, fd, dev: String(stats.dev), ino: String(stats.ino) }
  for (const [stream, position] of tail.dormant) {
    if (position.ino !== found.ino || position.dev !== found.dev || (await compareFile(io, fd, size, rawMark(position))) !== 'whole') continue
    tail.dormant.delete(stream)
    const file = await follow(tail, found, position.offset, [path], knownFrom(stream, position))
    file.announced = 'yes'
    tail.enqueue(file)
    return true
  }
  await meetOriginals(tail, path)
  const met = tail.byIdentity.get(identity)
  if (met !== undefined) {
    attach(tail, met, path)
    return false
  }
  const fromEnd = tail.firstStart && tail.options.start === 'end'
  const compressed = await isGzip(io, fd)
  const original = fromEnd || compressed ? null : await originalOf(tail, path, fd, size)
  if (original !== null) {
    const now = tail.now()
    tail.held.set(identity, { ...found, original, since: now, grewAt: now, size })
    tail.waiting.delete(path)
    return true
  }
  if (fromEnd && compressed) {
    tail.enqueue(await follow(tail, found, 0, [path], { gzip: await gzipEnd(tail, fd, size) }))
    return true
  }
  const start = fromEnd ? await lastLine(tail, fd, size) : 0
  tail.enqueue(await follow(tail, found, start, [path]))
  return true
}

/** Sees to it that the file a new one may be a copy of is known first, also when its path has just been given to another file. */
async function meetOriginals(tail: Tail, path: string): Promise<void> {
  for (const candidate of originalsOf(path)) {
    if (!tail.globs.matches(candidate)) continue
    const stats = await tail.io.stat(candidate).catch(() => null)
    if (stats === null) continue
    const known = tail.byPath.get(candidate)
    if (known?.identity === identityOf(stats)) continue
    if (known !== undefined) detach(tail, known, candidate)
    await consider(tail, candidate)
  }
}

/** What is there counts as read, without decompressing it: its content is counted from its end, where another member may follow. */
async function gzipEnd(tail: Tail, fd: number, size: number): Promise<GzipMark> {
  const head = fingerprint(await readBytes(tail.io, fd, 0, Math.min(HEAD_BYTES, size)))
  const before = fingerprint(await readBytes(tail.io, fd, Math.max(0, size - TAIL_BYTES), Math.min(TAIL_BYTES, size)))
  return { at: size, head, tail: before, origin: size, member: [size, 0] }
}

/** Where the unfinished last line begins, so that `start: end` does not deliver half of it. */
async function lastLine(tail: Tail, fd: number, size: number): Promise<number> {
  const from = Math.max(0, size - LAST_LINE_BYTES)
  const encoding = tail.options.encoding ?? byteOrder(await readBytes(tail.io, fd, 0, 2))
  const bytes = await readBytes(tail.io, fd, from - (from % 2), size - from + 1)
  const newline = encoding === null ? bytes.lastIndexOf(10) : encoding.lastNewline(bytes)
  return newline === -1 ? (from === 0 ? 0 : size) : from - (from % 2) + newline + (encoding?.unit ?? 1)
}
