// Finds the copy that was made of a file before it was truncated, beside the original.
import { basename, dirname, join } from 'node:path'
import { compareFile, type Mark, readBytes } from './compare-file.ts'
import { HEAD_BYTES } from './fingerprint.ts'
import { identityOf } from './followed-file.ts'
import type { Found } from './follow.ts'
import { GzipContent, type GzipMark } from './gzip-content.ts'
import { Heads } from './heads.ts'
import { isGzip } from './is-gzip.ts'
import { eachFile } from './look.ts'
import { isRotatedName } from './rotated-name.ts'
import type { Tail } from './tail.ts'

export interface Copy extends Found {
  /** `short`: it ends before what was read already. */
  readonly extent: 'whole' | 'short'
  readonly size: number
  /** How it is recognised if it is compressed; then it is `whole`. */
  readonly gzip: GzipMark | null
}

/**
 * Looks in the directories of `paths` for a file with a rotated name that nobody follows and that holds what the mark says.
 * The caller owns the descriptor of what is found. `heads` are kept from one search to the next.
 */
export async function findCopy(tail: Tail, paths: readonly string[], mark: Mark, heads = new Heads()): Promise<Copy | null> {
  let best: Copy | null = null
  for (const path of new Set(paths)) {
    const rotated = (await names(tail, dirname(path))).filter((name) => isRotatedName(name, basename(path))).map((name) => join(dirname(path), name))
    const candidates: string[] = []
    await eachFile(tail, rotated, (candidate, stats) => {
      if (heads.mayBegin(stats, mark.head)) candidates.push(candidate)
    })
    for (const candidate of candidates) {
      const copy = await openCopy(tail, candidate, mark, heads)
      if (copy === null) continue
      const better: boolean = best === null || (best.extent === 'short' && copy.extent === 'whole')
      const worse = better ? best : copy
      if (better) best = copy
      if (worse !== null) await tail.io.close(worse.fd)
      if (best?.extent === 'whole') return best
    }
  }
  return best
}

async function names(tail: Tail, dir: string): Promise<string[]> {
  try {
    return (await tail.io.list(dir)).map((entry) => entry.name)
  } catch {
    // A directory that cannot be listed shows no copy; that it is denied is reported where it is discovered.
    return []
  }
}

async function openCopy(tail: Tail, path: string, mark: Mark, heads: Heads): Promise<Copy | null> {
  let fd: number | null = null
  try {
    fd = await tail.open.openPath(path)
    if (fd === null) return null
    const stats = await tail.io.fstat(fd)
    const size = Number(stats.size)
    const identity = identityOf(stats)
    if (stats.isFile() && size > 0 && !tail.byIdentity.has(identity) && !tail.held.has(identity) && !tail.heldGzips.has(identity)) {
      const compressed = await isGzip(tail.io, fd)
      const content = compressed ? new GzipContent(tail.io, 0) : null
      heads.set(stats, await readBytes(content ?? tail.io, fd, 0, HEAD_BYTES))
      const extent = await compareFile(content ?? tail.io, fd, compressed ? Infinity : size, mark)
      if (extent !== null) {
        const gzip = (await content?.mark(fd, mark.offset)) ?? null
        const copy = { path, fd, dev: String(stats.dev), ino: String(stats.ino), extent, size, gzip }
        content?.close()
        fd = null
        return copy
      }
      content?.close()
    }
    return null
  } catch {
    // Unreadable: not a copy that could be used.
    return null
  } finally {
    if (fd !== null) await tail.io.close(fd)
  }
}
