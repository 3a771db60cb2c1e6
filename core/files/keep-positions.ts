// Positions of files that the config no longer names: nothing is read there, but where reading stopped is kept while the file exists, should it be named again.
import { dirname, join } from 'node:path'
import { errorCode } from './error-code.ts'
import type { FilePosition } from './file-position.ts'
import { identityOf } from './followed-file.ts'
import type { Tail } from './tail.ts'

/** Positions kept, those begun last: each costs half a kilobyte in every segment's first line. */
const MAX_KEPT = 1000

/** In the order they were begun. Forgets what is too much, or gone. */
export async function keepPositions(tail: Tail, positions: readonly (readonly [stream: string, position: FilePosition])[]): Promise<void> {
  const listed = new Map<string, Promise<Set<string> | null>>()
  for (const [i, [stream, position]] of positions.entries()) {
    if (i >= positions.length - MAX_KEPT && (await exists(tail, position, listed))) continue
    tail.host.forget(stream)
  }
}

async function exists(tail: Tail, position: FilePosition, listed: Map<string, Promise<Set<string> | null>>): Promise<boolean> {
  const identity = identityOf(position)
  for (const place of position.real === undefined ? [position.path] : [position.path, position.real]) {
    const stats = await tail.io.stat(place).catch(() => null)
    if (stats !== null && identityOf(stats) === identity) return true
    const dir = dirname(place)
    let files = listed.get(dir)
    if (files === undefined) listed.set(dir, (files = identitiesIn(tail, dir)))
    // A directory that cannot be listed now tells nothing.
    const known = await files
    if (known === null || known.has(identity)) return true
  }
  return false
}

async function identitiesIn(tail: Tail, dir: string): Promise<Set<string> | null> {
  try {
    const found = new Set<string>()
    for (const entry of await tail.io.list(dir)) {
      const stats = entry.isDirectory() ? null : await tail.io.stat(join(dir, entry.name)).catch(() => null)
      if (stats !== null) found.add(identityOf(stats))
    }
    return found
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? new Set() : null
  }
}
