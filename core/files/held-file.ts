// A new file that so far equals a known one and has its name: perhaps a copy that precedes a truncation (copytruncate).
import { compareFile, equalSoFar, readBytes } from './compare-file.ts'
import { follow } from './follow.ts'
import type { FollowedFile } from './followed-file.ts'
import { originalsOf, rotationFamily } from './rotated-name.ts'
import type { Tail } from './tail.ts'

export interface HeldFile {
  readonly path: string
  readonly fd: number
  readonly dev: string
  readonly ino: string
  /** The file it may be a copy of. */
  readonly original: FollowedFile
  /** When it was found and when it last grew, monotonic milliseconds. */
  readonly since: number
  grewAt: number
  size: number
}

/** After a copy stops growing the truncation follows at once; two seconds cover a slow disk and a post-copy sync. */
const HOLD_MS = 2000
/** The slowest copy waited for, in bytes a millisecond (10 MB/s); after that it is a file of its own, such as a twin written beside it. */
const SLOWEST_COPY = 10_000

/** The file a new one may be a copy of, or null. */
export async function originalOf(tail: Tail, path: string, fd: number, size: number): Promise<FollowedFile | null> {
  for (const candidate of originalsOf(path)) {
    const original = tail.byPath.get(candidate)
    if (original !== undefined && original.gzip === null && (await standingOf(tail, fd, size, original)) !== null) return original
  }
  // A cascade may have moved both meanwhile (app.log.3 is the copy of what is app.log.2 now): then the truncation has happened already.
  const family = rotationFamily(path)
  for (const original of tail.files) {
    if (original.family !== family || original.gzip !== null || original.cursor.start === 0 || (await compareCopy(tail, fd, size, original)) === null) continue
    const theirs = await tail.open.use(original)
    if (theirs === null || (await isIntact(tail, original, theirs))) continue
    tail.enqueue(original)
    return original
  }
  return null
}

async function isIntact(tail: Tail, file: FollowedFile, fd: number): Promise<boolean> {
  return (await compareFile(tail.io, fd, Number((await tail.io.fstat(fd)).size), file.mark)) === 'whole'
}

/** `equal`: like the original as far as it goes, a copy or a twin. `truncated`: the original is no longer what was read of it, and this file is. */
async function standingOf(tail: Tail, fd: number, size: number, original: FollowedFile): Promise<'equal' | 'truncated' | null> {
  if (!tail.files.has(original)) return null
  const theirs = await tail.open.use(original)
  if (theirs === null) return null
  if (size === 0 || (await equalSoFar(tail.io, fd, size, theirs))) return 'equal'
  if (await isIntact(tail, original, theirs)) return null
  tail.enqueue(original)
  return (await compareCopy(tail, fd, size, original)) === null ? null : 'truncated'
}

/** As `compareFile`, but a copy shorter than what was read need only begin like the original: name and time speak for it as well. */
export async function compareCopy(tail: Tail, fd: number, size: number, original: FollowedFile): Promise<'whole' | 'short' | null> {
  if (size >= original.cursor.start) return compareFile(tail.io, fd, size, original.mark)
  const bytes = await readBytes(tail.io, fd, 0, Math.min(size, original.head.length))
  return bytes.length > 0 && bytes.equals(original.head.subarray(0, bytes.length)) ? 'short' : null
}

/** Looks at all files held back, and follows those from their beginning that are no copies after all. */
export async function checkHeld(tail: Tail): Promise<void> {
  for (const held of tail.held.values()) {
    const stats = await tail.io.fstat(held.fd)
    const size = Number(stats.size)
    const now = tail.now()
    if (size !== held.size) {
      held.size = size
      held.grewAt = now
    }
    // What a compressor has only just begun.
    if (size === 0 && held.path.endsWith('.gz') && tail.files.has(held.original)) continue
    const standing = await standingOf(tail, held.fd, size, held.original)
    // Its original takes it over with its next turn, however long a full pipeline keeps that waiting.
    if (standing === 'truncated') continue
    const overdue = now - held.grewAt > HOLD_MS || now - held.since > HOLD_MS + held.original.largest / SLOWEST_COPY
    if (standing === 'equal' && !overdue) continue
    await letGo(tail, held, size, standing === null)
  }
}

/** It is a file of its own, unless what has the original's path now is what it is a copy of. */
async function letGo(tail: Tail, held: HeldFile, size: number, strange: boolean): Promise<void> {
  const other = strange ? await originalOf(tail, held.path, held.fd, size) : null
  if (other !== null) {
    tail.held.set(`${held.dev}:${held.ino}`, { ...held, original: other })
    return
  }
  tail.held.delete(`${held.dev}:${held.ino}`)
  tail.enqueue(await follow(tail, held, 0, [held.path]))
}
