// Remembers how many records of a sealed block match a query, and when: blocks never change, so a dashboard that asks again pays for new ones only.

/** Some 100 bytes a block and query: 100,000 blocks, the last 100 GB, of one query, or the last 10 GB of ten. */
const MAX_BYTES = 16 * 1024 * 1024

export interface BlockResult {
  readonly count: number
  /** Flat triples of minute, index into LEVELS and number; null: only counted. */
  readonly minutes: readonly number[] | null
}

interface Group {
  readonly results: Map<number, BlockResult>
  bytes: number
}

/** By query and file; the least recently used group goes first. */
export class BlockResults {
  readonly #groups = new Map<string, Group>()
  #bytes = 0
  /** The group last asked for: a segment's blocks come one after the other. */
  #last: { readonly query: string; readonly identity: string; readonly group: Group | undefined } | null = null

  /** `identity` of the file, and where the block is in it: a rewritten segment is another file. Only for blocks wholly inside the searched span. */
  get(query: string, identity: string, offset: number): BlockResult | undefined {
    if (this.#last?.query !== query || this.#last.identity !== identity) {
      const key = `${identity}\n${query}`
      const group = this.#groups.get(key)
      this.#last = { query, identity, group }
      if (group !== undefined) {
        this.#groups.delete(key)
        this.#groups.set(key, group)
      }
    }
    return this.#last.group?.results.get(offset)
  }

  set(query: string, identity: string, offset: number, result: BlockResult): void {
    const key = `${identity}\n${query}`
    this.#last = null
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { results: new Map(), bytes: 200 + key.length * 2 }
      this.#groups.set(key, group)
      this.#bytes += group.bytes
    }
    const bytes = sizeOf(result) - sizeOf(group.results.get(offset))
    group.results.set(offset, result)
    group.bytes += bytes
    this.#bytes += bytes
    for (const [oldest, { bytes: size }] of this.#groups) {
      if (this.#bytes <= MAX_BYTES || oldest === key) break
      this.#groups.delete(oldest)
      this.#bytes -= size
    }
  }
}

function sizeOf(result: BlockResult | undefined): number {
  return result === undefined ? 0 : 80 + (result.minutes?.length ?? 0) * 8
}
