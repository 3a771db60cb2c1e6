// Records and bytes by source of a segment that is not sealed yet; a frame says how many records of each it holds, their bytes are shared out.
import type { FrameInfo } from './frame.ts'

export class SourceUsage {
  readonly #bySource = new Map<string, [records: number, bytes: number]>()
  /** Bytes of all record lines. */
  rawBytes = 0

  add({ bytes, count, counts }: Pick<FrameInfo, 'bytes' | 'count' | 'counts'>): void {
    this.rawBytes += bytes
    for (const source in counts.sources) {
      const records = counts.sources[source] as number
      const share = Math.round((bytes * records) / Math.max(1, count))
      const known = this.#bySource.get(source)
      if (known === undefined) this.#bySource.set(source, [records, share])
      else {
        known[0] += records
        known[1] += share
      }
    }
  }

  /** As the catalog keeps it. */
  get json(): string {
    return JSON.stringify(Object.fromEntries(this.#bySource))
  }
}
