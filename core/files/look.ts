// What stands in the directories at one look, by identity: every name is looked at once, however many files are searched for.
import type { BigIntStats } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorCode } from './error-code.ts'
import type { FilePosition } from './file-position.ts'
import { identityOf } from './followed-file.ts'
import { isRecent } from './is-recent.ts'
import { listAll, type Listing } from './list-matches.ts'
import type { Tail } from './tail.ts'

/**
 * Asked for at a time. One after the other each waits for a turn of the event loop, which takes milliseconds while other sources are read:
 * a start beside them took more than ten seconds for a hundred files.
 */
const AT_ONCE = 32

export class Look {
  readonly #tail: Tail
  readonly #listing: Listing
  /** `dev:ino`, and `path:ino` for file systems whose device number changes with a mount -> paths that match. */
  readonly #inside: ReadonlyMap<string, string[]>
  /** Identity -> path, of each directory that was asked about. */
  readonly #dirs = new Map<string, ReadonlyMap<string, string> | null>()

  private constructor(tail: Tail, listing: Listing, inside: ReadonlyMap<string, string[]>) {
    this.#tail = tail
    this.#listing = listing
    this.#inside = inside
  }

  static async now(tail: Tail): Promise<Look> {
    const listing = await listAll(tail)
    const inside = new Map<string, string[]>()
    await eachFile(tail, listing.paths, (path, stats) => {
      for (const key of [identityOf(stats), `${path}:${stats.ino}`]) inside.set(key, [...(inside.get(key) ?? []), path])
    })
    return new Look(tail, listing, inside)
  }

  /** Where the file is among those that match. */
  pathsOf(position: FilePosition): readonly string[] | undefined {
    return this.#inside.get(identityOf(position)) ?? this.#inside.get(`${position.path}:${position.ino}`)
  }

  /** All files beside `path`; null where that cannot be known: not mounted, or denied. */
  async beside(path: string): Promise<ReadonlyMap<string, string> | null> {
    const dir = dirname(path)
    let files = this.#dirs.get(dir)
    if (files === undefined) {
      files = await this.#list(dir)
      this.#dirs.set(dir, files)
    }
    return files
  }

  /** Whether no name has changed in the directories since before they were listed. */
  async isAtRest(): Promise<boolean> {
    for (const [dir, changed] of this.#listing.dirs) {
      const stats = await this.#tail.io.stat(dir).catch(() => null)
      if (stats === null || stats.mtimeNs !== changed || isRecent(changed)) return false
    }
    return true
  }

  async #list(dir: string): Promise<ReadonlyMap<string, string> | null> {
    let paths: string[]
    try {
      paths = (await this.#tail.io.list(dir)).filter((entry) => !entry.isDirectory()).map((entry) => join(dir, entry.name))
    } catch {
      return null
    }
    const files = new Map<string, string>()
    await eachFile(this.#tail, paths, (path, stats) => {
      if (!files.has(identityOf(stats))) files.set(identityOf(stats), path)
    })
    return files
  }
}

/** Regular files, in the order of their paths. */
export async function eachFile(tail: Tail, paths: readonly string[], found: (path: string, stats: BigIntStats) => void): Promise<void> {
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const all = await Promise.all(some.map((path) => tail.io.stat(path).catch(notTheOne)))
    for (const [i, stats] of all.entries()) if (stats?.isFile() === true) found(some[i] as string, stats)
  }
}

/** Discovery reports what cannot be looked at; here it only is not the file that is wanted. */
function notTheOne(error: unknown): null {
  if (errorCode(error) === '') throw error
  return null
}
