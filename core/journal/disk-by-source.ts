// How much room each source's records take on disk: their share of each segment's bytes, kept up to date as segments come and go.
import type { SegmentRow } from './catalog.ts'
import type { SegmentWriter } from './segment-writer.ts'

export interface SourceDisk {
  readonly records: number
  /** On disk, index included. */
  readonly bytes: number
}

type SharedRow = Pick<SegmentRow, 'bytes' | 'rawBytes' | 'sources'>

export class DiskBySource {
  readonly #bySource = new Map<string, { records: number; bytes: number }>()

  add(row: SharedRow): void {
    this.#count(row, 1)
  }

  /** What `add` was given: the same row takes away the same. */
  remove(row: SharedRow): void {
    this.#count(row, -1)
  }

  /** With what is not among the rows yet. */
  with(active: Pick<SegmentWriter, 'bytes' | 'usage'> | null): { [source: string]: SourceDisk } {
    const all = new DiskBySource()
    if (active !== null) all.add({ bytes: active.bytes, rawBytes: active.usage.rawBytes, sources: active.usage.json })
    for (const [source, { records, bytes }] of this.#bySource) {
      const known = all.#bySource.get(source)
      all.#bySource.set(source, { records: records + (known?.records ?? 0), bytes: bytes + (known?.bytes ?? 0) })
    }
    return Object.fromEntries(all.#bySource)
  }

  #count({ bytes, rawBytes, sources }: SharedRow, sign: 1 | -1): void {
    // A block compresses as a whole: what of it is whose is told by the lengths before.
    const share = rawBytes === 0 ? 0 : bytes / rawBytes
    for (const [source, [records, raw]] of Object.entries(parsed(sources))) {
      const known = this.#bySource.get(source) ?? { records: 0, bytes: 0 }
      known.records += sign * records
      known.bytes += sign * Math.round(raw * share)
      if (known.records > 0) this.#bySource.set(source, known)
      else this.#bySource.delete(source)
    }
  }
}

/** A catalog is disposable: what is no JSON in it counts nothing. */
function parsed(sources: string): { [source: string]: readonly [records: number, bytes: number] } {
  try {
    return JSON.parse(sources) as { [source: string]: readonly [number, number] }
  } catch {
    return {}
  }
}
