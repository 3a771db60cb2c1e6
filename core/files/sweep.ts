// The look at every known file that happens several times a second: who grew, who was renamed, who is finished.
import type { BigIntStats } from 'node:fs'
import { consider } from './consider.ts'
import { errorCode } from './error-code.ts'
import { detach, retire } from './follow.ts'
import { identityOf, type FollowedFile } from './followed-file.ts'
import { checkHeld } from './held-file.ts'
import type { Tail } from './tail.ts'

/** Looks under way at a time: enough to keep the four threads of the pool busy, few enough not to queue reads behind a thousand of them. */
const PARALLEL = 16
/**
 * Time stamps move in steps of the kernel's tick (4 ms at 250 Hz, 10 at 100): a change as recent as this may be followed by another with
 * the same stamp, so the file gets one more look.
 */
const TICK_NS = 20_000_000n

export async function sweep(tail: Tail): Promise<void> {
  const replaced: string[] = []
  const files = tail.files.values()
  const worker = async (): Promise<void> => {
    for (const file of files) {
      const path = await lookAt(tail, file)
      if (path !== null) replaced.push(path)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  for (const path of replaced) await consider(tail, path)
  await checkHeld(tail)
}

/** Returns the file's path when something else lies there now. */
async function lookAt(tail: Tail, file: FollowedFile): Promise<string | null> {
  if (file.paths.size === 0) {
    await lookAtLost(tail, file)
    return null
  }
  const { path } = file
  let stats: BigIntStats | null
  try {
    stats = await tail.io.stat(path)
  } catch (error) {
    const code = errorCode(error)
    // Anything else (a mount that hangs up, a directory that is locked) says nothing about the file.
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') return null
    stats = null
  }
  // The bookkeeping may have changed while this look was under way.
  if (!file.paths.has(path) || file.path !== path) return null
  if (stats === null || identityOf(stats) !== file.identity) {
    detach(tail, file, path)
    return path
  }
  note(tail, file, stats)
  if (file.complete && !file.flushed && isQuiet(tail, file)) flush(tail, file)
  return null
}

/** A file that no path of ours leads to: read to its end, and given up after a while of silence. */
async function lookAtLost(tail: Tail, file: FollowedFile): Promise<void> {
  if (file.fd !== null) note(tail, file, await tail.io.fstat(file.fd))
  if (!isQuiet(tail, file)) return
  if (file.fd !== null && !file.flushed) flush(tail, file)
  else if (file.pending === 0) await retire(tail, file)
}

function note(tail: Tail, file: FollowedFile, stats: BigIntStats): void {
  // While it pauses after a failed read, a change is not noted, so that it still is one afterwards.
  if (tail.now() < file.retryAt || (stats.size === file.size && stats.mtimeNs === file.changed)) return
  if (file.size !== -1n) file.quietSince = tail.now()
  file.size = stats.size
  file.largest = Math.max(file.largest, Number(stats.size))
  const age = BigInt(Date.now()) * 1_000_000n - stats.mtimeNs
  file.changed = age < TICK_NS && age > -TICK_NS ? -1n : stats.mtimeNs
  file.flushed = false
  tail.enqueue(file)
}

const isQuiet = (tail: Tail, file: FollowedFile): boolean =>
  file.atEnd && !file.blocked && file.announced === 'yes' && !tail.busy(file) && tail.now() - file.quietSince > tail.options.rotateWaitMs

function flush(tail: Tail, file: FollowedFile): void {
  file.flush = true
  tail.enqueue(file)
}
