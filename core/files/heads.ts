// The beginnings of files, read once where many files are searched for among the same candidates.
import type { BigIntStats } from 'node:fs'
import { type Fingerprint, fingerprint } from './fingerprint.ts'
import { identityOf } from './followed-file.ts'
import { isRecent } from './is-recent.ts'

/** For one search after the other, not for keeping: a kilobyte a file. */
export class Heads {
  readonly #heads = new Map<string, Buffer>()

  /** False only where the file is known, has not changed since, and begins otherwise. */
  mayBegin(stats: BigIntStats, [length, hash]: Fingerprint): boolean {
    const head = this.#heads.get(keyOf(stats))
    return head === undefined || length === 0 || (head.length >= length && fingerprint(head.subarray(0, length))[1] === hash)
  }

  /** What is in it, decompressed where it is compressed. */
  set(stats: BigIntStats, head: Buffer): void {
    if (!isRecent(stats.mtimeNs)) this.#heads.set(keyOf(stats), head)
  }
}

/** What else stands there later has another key. */
function keyOf(stats: BigIntStats): string {
  return `${identityOf(stats)} ${stats.size} ${stats.mtimeNs}`
}
