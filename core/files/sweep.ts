// The look at every known file that happens several times a second: who grew, who was renamed, who is finished.
import type { BigIntStats } from 'node:fs'
import { consider } from './consider.ts'
import { errorCode } from './error-code.ts'
import { attach, detach, retire } from './follow.ts'
import { findInside } from './find-inside.ts'
import { identityOf, type FollowedFile } from './followed-file.ts'
import { checkHeld } from './held-file.ts'
import { checkHeldGzips, gzipOf, takeOver } from './held-gzip.ts'
import { isRecent } from './is-recent.ts'
import { expireRetired } from './retired.ts'
import type { Tail } from './tail.ts'

/** Looks under way at a time: enough to keep the four threads of the pool busy, few enough not to queue reads behind a thousand of them. */
const PARALLEL = 16
/** How long looks at local files may keep the main thread before others get it. */
const SLICE_MS = 5
export async function sweep(tail: Tail): Promise<void> {
  const replaced: string[] = []
  const files = tail.files.values()
  const worker = async (): Promise<void> => {
    let since = performance.now()
    for (const file of files) {
      if (file.paths.size === 0) await lookAtLost(tail, file)
      else {
        const { path } = file
        const stats = file.local ? look(() => tail.io.statNow(path)) : await tail.io.stat(path).catch(lookFailed)
        if (stats !== undefined && !lookedAt(tail, file, path, stats)) replaced.push(path)
      }
      if (performance.now() - since < SLICE_MS) continue
      await new Promise(setImmediate)
      since = performance.now()
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  for (const path of replaced) await consider(tail, path)
  await checkHeld(tail)
  await checkHeldGzips(tail)
  expireRetired(tail)
}

/** Null when nothing is there; undefined when that is not known. */
function lookFailed(error: unknown): null | undefined {
  const code = errorCode(error)
  // Anything else (a mount that hangs up, a directory that is locked) says nothing about the file.
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' ? null : undefined
}

function look(stat: () => BigIntStats | null): BigIntStats | null | undefined {
  try {
    return stat()
  } catch (error) {
    return lookFailed(error)
  }
}

/** False when something else lies at the file's path now. */
function lookedAt(tail: Tail, file: FollowedFile, path: string, stats: BigIntStats | null): boolean {
  // The bookkeeping may have changed while this look was under way.
  if (!file.paths.has(path) || file.path !== path) return true
  if (stats === null || identityOf(stats) !== file.identity) {
    detach(tail, file, path)
    return false
  }
  note(tail, file, stats)
  if (isDue(tail, file)) tail.enqueue(file)
  if (file.complete && !file.flushed && isQuiet(tail, file)) flush(tail, file)
  else reportUnfinished(tail, file)
  return true
}

/** A file that no path of ours leads to: read to its end, and given up after a while of silence. */
async function lookAtLost(tail: Tail, file: FollowedFile): Promise<void> {
  if (file.fd !== null) note(tail, file, await tail.io.fstat(file.fd))
  if (isDue(tail, file)) tail.enqueue(file)
  if (!isQuiet(tail, file)) return
  if ((file.fd !== null && !file.flushed) || file.groups?.open === true) flush(tail, file)
  else if (file.pending === 0) {
    const inside = await findInside(tail, file)
    if (inside !== null) return attach(tail, file, inside)
    reportUnfinished(tail, file)
    const compressed = gzipOf(tail, file)
    if (compressed === null) await retire(tail, file)
    else await takeOver(tail, file, compressed)
  }
}

function reportUnfinished(tail: Tail, file: FollowedFile): void {
  if (file.gzip !== null && file.gzipEnd === 'inside' && file.gzip.at > 0 && isQuiet(tail, file)) tail.obstacles.unfinished(file.path)
}

function note(tail: Tail, file: FollowedFile, stats: BigIntStats): void {
  // While it pauses after a failed read, a change is not noted, so that it still is one afterwards.
  if (tail.now() < file.retryAt || (stats.size === file.size && stats.mtimeNs === file.changed)) return
  if (file.size !== -1n) file.quietSince = tail.now()
  file.size = stats.size
  if (file.gzip === null) file.largest = Math.max(file.largest, Number(stats.size))
  // One more look at what changed just now.
  file.changed = isRecent(stats.mtimeNs) ? -1n : stats.mtimeNs
  file.flushed = false
  tail.enqueue(file)
}

/** A record is complete because nothing came; a turn makes sure of that. */
const isDue = (tail: Tail, file: FollowedFile): boolean => file.atEnd && !tail.busy(file) && (file.groups?.due ?? Infinity) <= tail.now()

const isQuiet = (tail: Tail, file: FollowedFile): boolean =>
  file.atEnd && !file.blocked && file.announced === 'yes' && !tail.busy(file) && tail.now() - file.quietSince > tail.options.rotateWaitMs

function flush(tail: Tail, file: FollowedFile): void {
  file.flush = true
  tail.enqueue(file)
}
