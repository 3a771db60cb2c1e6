// A compressed file that may hold what is read, or was read, of a plain one: it is not read while the plain one is followed, and goes on with
// its stream when that is gone.
import { follow } from './follow.ts'
import type { FollowedFile } from './followed-file.ts'
import { findClaim, judge, type Claim, type Verdict } from './gzip-claims.ts'
import { GzipContent } from './gzip-content.ts'
import { moveTo } from './move-to.ts'
import type { Tail } from './tail.ts'

export interface HeldGzip {
  path: string
  readonly fd: number
  readonly dev: string
  readonly ino: string
  claim: Claim
  /** Streams whose content it does not hold. */
  readonly refused: Set<string>
  size: number
  /** Monotonic milliseconds. */
  grewAt: number
  /** Set while it is being compared. */
  check: { readonly done: Promise<void>; readonly content: GzipContent } | null
  verdict: Verdict | null
}

/** A compressor writes in larger steps than a sweep, but not in steps of seconds. */
const SETTLE_MS = 250

/** Takes back a file that was found to be compressed before anything of it was read. True when it is held from now on. */
export async function holdGzip(tail: Tail, file: FollowedFile): Promise<boolean> {
  if (file.fd === null || !tail.files.has(file)) return false
  const claim = await findClaim(tail, file.path, file.fd, new Set([file.stream]))
  if (claim === null) return false
  const { path, dev, ino } = file
  const fd = tail.open.release(file) as number
  tail.files.delete(file)
  tail.byIdentity.delete(file.identity)
  for (const one of file.paths) tail.byPath.delete(one)
  file.retired = true
  tail.host.forget(file.stream)
  tail.heldGzips.set(file.identity, { path, fd, dev, ino, claim, refused: new Set(), size: -1, grewAt: tail.now(), check: null, verdict: null })
  return true
}

export async function checkHeldGzips(tail: Tail): Promise<void> {
  for (const held of tail.heldGzips.values()) {
    const stats = await tail.io.fstat(held.fd)
    if (stats.nlink === 0n && held.check === null) await drop(tail, held)
    else if (held.size !== Number(stats.size)) {
      held.size = Number(stats.size)
      held.grewAt = tail.now()
      held.verdict = null
    } else if (held.check === null) await decide(tail, held)
  }
}

/** The compressed file that holds, or may hold, this one's content. */
export function gzipOf(tail: Tail, file: FollowedFile): HeldGzip | null {
  for (const held of tail.heldGzips.values()) if ('file' in held.claim && held.claim.file === file) return held
  return null
}

/** Moves the stream of a lost file to its compressed copy; false while it is not known whether it is one. */
export async function takeOver(tail: Tail, file: FollowedFile, held: HeldGzip): Promise<boolean> {
  const { verdict } = held
  if (held.check !== null || verdict === null || !verdict.same) return false
  tail.heldGzips.delete(`${held.dev}:${held.ino}`)
  const inside = tail.globs.matches(held.path)
  const gzip = verdict.mark
  if (verdict.length === null || file.cursor.start <= verdict.length) {
    await tail.open.close(file)
    moveTo(tail, file, { ...held, gzip, size: file.cursor.start }, inside)
    return true
  }
  // More was read of the plain file than was compressed: all of this is known.
  const known = await follow(tail, held, verdict.length, inside ? [held.path] : [], { gzip, encoding: file.cursor.encoding?.name })
  file.mayComeBack = false
  known.onAnnounced = () => tail.host.forget(file.stream)
  file.blocked = true
  tail.files.delete(file)
  tail.byIdentity.delete(file.identity)
  await tail.open.close(file)
  tail.enqueue(known)
  return true
}

/** Ends all comparisons and closes all files. */
export async function closeHeldGzips(tail: Tail): Promise<void> {
  for (const held of tail.heldGzips.values()) {
    held.check?.content.close()
    await held.check?.done
    await tail.io.close(held.fd)
  }
  tail.heldGzips.clear()
}

async function decide(tail: Tail, held: HeldGzip): Promise<void> {
  const { claim } = held
  if ('file' in claim && !tail.files.has(claim.file)) {
    const retired = tail.retired.get(claim.stream)
    held.verdict = null
    if (retired === undefined) return next(tail, held)
    held.claim = { stream: claim.stream, retired }
  } else if ('retired' in claim && !tail.retired.has(claim.stream)) return next(tail, held)
  const { verdict } = held
  if (verdict === null) {
    if (tail.now() - held.grewAt >= SETTLE_MS) compare(tail, held)
  } else if (!verdict.same) await next(tail, held)
  else if ('retired' in held.claim) await revive(tail, held, held.claim.retired.position.offset)
}

function compare(tail: Tail, held: HeldGzip): void {
  const content = new GzipContent(tail.io, 0)
  const size = held.size
  const done = judge(tail, held, content)
    .then((verdict) => {
      // What grew meanwhile is compared again.
      if (held.size === size) held.verdict = verdict
    }, (error: unknown) => {
      tail.obstacles.failing(held.path, error)
      held.grewAt = tail.now()
    })
    .finally(() => {
      content.close()
      held.check = null
    })
  held.check = { done, content }
}

/** Not this stream's; perhaps another's. Else it is read as a file of its own. */
async function next(tail: Tail, held: HeldGzip): Promise<void> {
  held.refused.add(held.claim.stream)
  held.verdict = null
  const claim = await findClaim(tail, held.path, held.fd, held.refused)
  if (claim !== null) {
    held.claim = claim
    return
  }
  tail.heldGzips.delete(`${held.dev}:${held.ino}`)
  const file = await follow(tail, held, 0, inside(tail, held))
  file.ownContent = true
  tail.enqueue(file)
}

async function revive(tail: Tail, held: HeldGzip, offset: number): Promise<void> {
  const { stream } = held.claim
  const { encoding } = (held.claim as Extract<Claim, { retired: unknown }>).retired.position
  tail.heldGzips.delete(`${held.dev}:${held.ino}`)
  tail.retired.delete(stream)
  const file = await follow(tail, held, offset, inside(tail, held), { stream, encoding, gzip: held.verdict?.mark ?? null })
  tail.enqueue(file)
}

const inside = (tail: Tail, held: HeldGzip): string[] => (tail.globs.matches(held.path) ? [held.path] : [])

async function drop(tail: Tail, held: HeldGzip): Promise<void> {
  tail.heldGzips.delete(`${held.dev}:${held.ino}`)
  await tail.io.close(held.fd)
}
