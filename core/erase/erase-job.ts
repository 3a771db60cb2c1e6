// What an erasing thread is told, and what it answers: plain data.
import type { SealedState } from '../journal/sealed/sealed-state.ts'
import type { Query } from '../search/query.ts'

export interface EraseJob {
  /** The sealed file. */
  readonly path: string
  /** Its index, if it is there. */
  readonly index: string
  /** Where the new files go, and what the data file will be called. */
  readonly out: { readonly data: string; readonly index: string; readonly name: string }
  readonly segment: number
  readonly query: Query
  /** Record time, epoch ms: from inclusive, to exclusive; null where open. */
  readonly from: number | null
  readonly to: number | null
  /** `delete` leaves a line that keeps the record's number, `redact` also its level, source, host and tags. */
  readonly mode: EraseMode
  /** When it is erased, epoch ms. */
  readonly at: number
  /** Compression level of rewritten blocks. */
  readonly level: number
  /** Only counts. */
  readonly dryRun: boolean
}

export type EraseMode = 'delete' | 'redact'

export interface EraseResult {
  readonly records: number
  /** Blocks that were not read because they are damaged; they stay as they are. */
  readonly damaged: number
  /** Null when nothing was written: nothing matched, or it was a dry run. */
  readonly written: { readonly bytes: number; readonly indexBytes: number; readonly state: SealedState } | null
}
