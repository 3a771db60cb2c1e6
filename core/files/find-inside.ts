// Asks, before a lost file is given up, whether it is inside the globs after all: found again later it would be read a second time.
import { basename, dirname, join } from 'node:path'
import { identityOf, type FollowedFile } from './followed-file.ts'
import type { Tail } from './tail.ts'

/** A path inside the globs that leads to the file, or null. */
export async function findInside(tail: Tail, file: FollowedFile): Promise<string | null> {
  for (const path of await candidates(tail, file)) {
    if (!tail.globs.matches(path)) continue
    const stats = await tail.io.stat(path).catch(() => null)
    if (stats !== null && identityOf(stats) === file.identity) return path
  }
  return null
}

async function candidates(tail: Tail, file: FollowedFile): Promise<string[]> {
  const dir = dirname(file.path)
  if (file.fd !== null) {
    if ((await tail.io.fstat(file.fd)).nlink === 0n) return []
    const now = await tail.io.pathOf(file.fd)
    // The kernel tells the real path; the globs may lead there through a linked directory.
    if (now !== null) return [now, join(dir, basename(now))]
  }
  const entries = await tail.io.list(dir).catch(() => [])
  return entries.map((entry) => join(dir, entry.name))
}
