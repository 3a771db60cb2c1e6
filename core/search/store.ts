// The store as pages, API and command line see it: typed questions about records, each answer with a receipt. How records are kept is not shown.
import type { Level } from '../level.ts'
import type { Query } from './query.ts'

/** What of the store a question is about. */
export interface MatchRequest {
  readonly query: Query
  /** Record time, epoch ms: from inclusive, to exclusive; null where open. */
  readonly from: number | null
  readonly to: number | null
  /** After this long the answer is what was found until then. */
  readonly budgetMs: number
  /** Ends the search at the next block; the answer is what was found until then. */
  readonly signal?: AbortSignal
}

export interface SearchRequest extends MatchRequest {
  readonly limit: number
  /** `next` of an earlier answer to the same query: goes on behind it, whatever has been stored since. */
  readonly before: string | null
  readonly order: 'newest'
}

/** What a search cost and whether it saw everything. */
export interface Receipt {
  /** Everything that may match was looked at, or is certain not to change the answer. */
  complete: boolean
  /** Why not: `budget`, `cancelled`, or what could not be read. `limit`: complete, and there is more behind `next`. */
  reason: string | null
  segments: number
  blocks: number
  blocksScanned: number
  /** Blocks not read, by what ruled them out or answered for them. */
  pruned: { time: number; counts: number; bloom: number; remembered: number }
  /** Uncompressed. */
  bytesScanned: number
  /** Records in the blocks that were read. */
  records: number
  ms: number
}

export interface FoundRecord {
  /** `SEGMENT-RECORD`, for ever. */
  readonly id: string
  /** The stored line, one JSON object. */
  readonly text: string
}

export interface SearchAnswer {
  readonly records: FoundRecord[]
  /** Null at the end. */
  readonly next: string | null
  readonly receipt: Receipt
}

export interface HistogramBucket {
  /** Epoch ms: from inclusive, to exclusive. */
  readonly from: number
  readonly to: number
  readonly levels: Partial<Record<Level, number>>
}

export interface FieldValues {
  readonly name: string
  /** Most frequent first. */
  readonly values: Array<{ value: string; count: number }>
  /** True: the counts are of all records that match, not of the sample. */
  readonly exact: boolean
}

export interface FieldsAnswer {
  readonly fields: FieldValues[]
  /** How many of the newest records the counts are of, where they are not exact. */
  readonly sampled: number
  readonly receipt: Receipt
}

/** No record has this id: it was deleted (`since`: epoch ms, where known), or there never was one. */
export interface Gone {
  readonly gone: 'deleted' | 'never'
  readonly since?: number
}

export interface Context {
  /** Ascending, of the same source, in the order in which they were stored. */
  readonly before: FoundRecord[]
  readonly record: FoundRecord
  readonly after: FoundRecord[]
}

/**
 * Sealed and active records in one answer, each once, also while segments are sealed or deleted. Results are ordered by time, then by
 * place in the journal, newest first. Rejects only when a search thread dies or a file cannot be opened; what is damaged is told in the receipt.
 */
export interface Store {
  search(request: SearchRequest): Promise<SearchAnswer>
  count(request: MatchRequest): Promise<{ count: number; receipt: Receipt }>
  /** At most `buckets` of equal width, a round one; the first and the last may be cut by the request's span. */
  histogram(request: MatchRequest, buckets: number): Promise<{ buckets: HistogramBucket[]; receipt: Receipt }>
  /** Top values of level, source, host, tags and what is in body and fields. `names`: only these. */
  fields(request: MatchRequest, options: { readonly values: number; readonly names?: readonly string[] }): Promise<FieldsAnswer>
  record(id: string): Promise<FoundRecord | Gone>
  context(id: string, before: number, after: number): Promise<Context | Gone>
  /** The whole result with bounded memory, newest first; leaving the loop ends the search. Throws where it could not be complete. */
  export(request: MatchRequest): AsyncIterable<FoundRecord>
  close(): Promise<void>
}
