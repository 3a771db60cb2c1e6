// What a search thread is asked to do and what it answers: plain data that can be sent between threads.
import type { BlockEntry } from '../../journal/sealed/format.ts'
import type { AskedIndex, IndexAnswer, Question } from '../plan/ask-index.ts'
import type { Query } from '../query.ts'
import type { Found, Want } from './scan-block.ts'

/** A sealed segment to ask for its blocks. */
export interface SealedFile {
  readonly segment: number
  readonly path: string
  /** Its index file; it need not be there. */
  readonly index: string
}

/** A block to read. */
export type BlockPlace = (
  | { readonly kind: 'sealed'; readonly path: string; /** Of the file it was found in; another file of that name is not read. */ readonly identity: string }
  /** Lines in a segment that is not sealed. The descriptor is the asker's, who closes it when all is answered. */
  | { readonly kind: 'raw'; readonly fd: number }
) & BlockEntry & { readonly segment: number; readonly whole: boolean; readonly oddNumbers: boolean }

/** The query as it is, and as JSON: threads remember by it what they compiled. */
export interface TaskQuery {
  readonly key: string
  readonly query: Query
  readonly from: number
  readonly to: number
}

export type Task =
  | { readonly kind: 'ask'; readonly query: TaskQuery; readonly files: readonly SealedFile[]; readonly question: Question }
  | { readonly kind: 'scan'; readonly query: TaskQuery; readonly blocks: readonly BlockPlace[]; readonly want: Want }
  /** Looks through parts of an unsealed segment that no index is about. */
  | { readonly kind: 'survey'; readonly fd: number; readonly bytes: number; readonly cells: readonly number[] }
  /** Lines by number, or those of a source. */
  | { readonly kind: 'lines'; readonly block: BlockPlace; readonly pick: LinePick }
  | { readonly kind: 'blocks'; readonly file: SealedFile }

export type LinePick =
  | { readonly kind: 'record'; readonly record: number }
  /** The last `limit` with a number below `below`, or the first `limit` with a number above `above`; ascending. */
  | { readonly kind: 'source'; readonly source: string; readonly limit: number; readonly below: number | null; readonly above: number | null }

/** One for each file asked, in the order asked. Null: the file is no longer there. */
export type Asked = (Omit<IndexAnswer, 'read'> & {
  readonly identity: string
  readonly fileBytes: number
  /** The index's rows of those that must be read, one behind the other: an object a block costs ten times as much to send. */
  readonly rows: number[]
  readonly blocks: number
  /** Its index file can be used. */
  readonly indexed: boolean
  /** What could not be read, in words. */
  readonly problem: string | null
}) | null

/** Null: the block is no longer there or is in another file now. A text says why it cannot be read. */
export type Scanned = Found | string | null

/** One megabyte of an unsealed segment: the lines that begin in it. */
export interface Cell {
  readonly start: number
  readonly end: number
  readonly records: number
  /** An index of one block. */
  readonly index: AskedIndex
}

export interface Lines {
  readonly records: readonly number[]
  readonly texts: readonly string[]
}

/** What is answered to a task of each kind. */
export interface TaskResults {
  ask: Asked[]
  scan: Scanned[]
  survey: Cell[]
  lines: Lines | string | null
  blocks: { readonly identity: string; readonly entries: readonly BlockEntry[] } | null
}

export type TaskResult<T extends Task> = TaskResults[T['kind']]
