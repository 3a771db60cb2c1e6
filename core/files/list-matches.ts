// Lists what matches the globs: the whole tree, or single directories of it.
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './error-code.ts'
import type { Tail } from './tail.ts'

/** Deepest tree walked: beyond it there is a loop that no link shows (bind mounts). */
const MAX_DEPTH = 64

export interface Listing {
  readonly paths: string[]
  /** Directories that were read, and when they had last changed before that. */
  readonly dirs: Map<string, bigint>
}

/** Everything below the globs' base directories. Follows links to directories, each real directory once. */
export async function listAll(tail: Tail): Promise<Listing> {
  const listing: Listing = { paths: [...tail.globs.literals].filter((path) => tail.globs.matches(path)), dirs: new Map() }
  const seen = new Set<string>()
  for (const base of tail.globs.bases) await walk(tail, base, listing, seen, () => true, 0)
  return { paths: [...new Set(listing.paths)], dirs: listing.dirs }
}

/** The entries of one directory that match, and all below those directories in it that are new. */
export async function listDirectory(tail: Tail, dir: string, isNew: (dir: string) => boolean): Promise<Listing> {
  const listing: Listing = { paths: [], dirs: new Map() }
  await walk(tail, dir, listing, new Set(), isNew, 0)
  return listing
}

async function walk(tail: Tail, dir: string, listing: Listing, seen: Set<string>, enter: (dir: string) => boolean, depth: number): Promise<void> {
  if (depth >= MAX_DEPTH || !tail.globs.mayContain(dir)) return
  let entries: Dirent[]
  let changed: bigint
  try {
    const real = await tail.io.realpath(dir)
    if (seen.has(real)) return
    seen.add(real)
    changed = (await tail.io.stat(dir)).mtimeNs
    entries = await tail.io.list(dir)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EACCES' || code === 'EPERM') tail.obstacles.denied(dir)
    else if (code !== 'ENOENT' && code !== 'ENOTDIR') tail.obstacles.failing(dir, error)
    return
  }
  tail.obstacles.cleared(dir)
  listing.dirs.set(dir, changed)
  for (const entry of entries) {
    const path = join(dir, entry.name)
    if (tail.globs.matches(path)) listing.paths.push(path)
    if ((entry.isDirectory() || entry.isSymbolicLink()) && enter(path)) await walk(tail, path, listing, seen, enter, depth + 1)
  }
}
