// Fills a small file system and frees it, again and again.
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../random-from.ts'

/** Free at least, so that a backlog is worked off in between. */
const FREE_MS = 2000
const FULL_MS = 1000
const SPREAD_MS = 3000
/** Left over when full: nothing, or so little that it is used up in the middle of something. */
const LEFT_BYTES = [0, 20_000, 200_000] as const

/** Until aborted; then it is free. Resolves with how often it was filled. */
export async function ballast(mounted: string, random: Random, signal: AbortSignal): Promise<number> {
  const file = join(mounted, 'ballast')
  let fills = 0
  while (!signal.aborted) {
    await pause(FREE_MS + random(SPREAD_MS), signal)
    if (signal.aborted) break
    fill(mounted, file, LEFT_BYTES[random(LEFT_BYTES.length)] as number)
    fills++
    await pause(FULL_MS + random(SPREAD_MS), signal)
    rmSync(file, { force: true })
  }
  return fills
}

function fill(mounted: string, file: string, left: number): void {
  const { bavail, bsize } = statfsSync(mounted)
  try {
    writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - left), 1))
  } catch (error) {
    // The server took some of it meanwhile: full is full.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
