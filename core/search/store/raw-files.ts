// The open files of a search's segments that are not sealed; they outlive the files' names.
import { closeSync, openSync } from 'node:fs'
import type { ReadableSegment } from '../../journal/readable-segment.ts'

/** Owns the descriptors. */
export class RawFiles {
  /** By segment. */
  readonly #open = new Map<number, number>()

  get(segment: number): number | undefined {
    return this.#open.get(segment)
  }

  /** Those of this listing, and no others. The number of one that is not there; null: all are open. */
  open(listed: readonly ReadableSegment[]): number | null {
    let missing: number | null = null
    const raw = new Set<number>()
    for (const { kind, number, path } of listed) {
      if (kind !== 'raw') continue
      raw.add(number)
      if (this.#open.has(number)) continue
      try {
        this.#open.set(number, openSync(path, 'r'))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        missing = number
      }
    }
    // Of an earlier listing: sealed since, and listed as such now.
    for (const [number, fd] of this.#open) {
      if (raw.has(number)) continue
      this.#open.delete(number)
      closeSync(fd)
    }
    return missing
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd)
    this.#open.clear()
  }
}
