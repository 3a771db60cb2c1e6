// A live tail of a data directory, read beside the server that writes it.
import { DirectorySegments } from '../journal/directory-segments.ts'
import { directoryTailSource } from '../search/directory-tail-source.ts'
import type { Query } from '../search/query.ts'
import type { FoundRecord } from '../search/store.ts'
import { Tail } from '../search/tail.ts'
import { timeOption } from './time-option.ts'

export interface FollowedData {
  readonly query: Query
  /** As typed. */
  readonly from: string | undefined
  readonly signal: AbortSignal
  readonly notice: (text: string) => void
}

/** Nothing has to be kept alive here. */
const IDLE_MS = 60_000

/** Ends when `signal` does. */
export async function* followData(directory: string, { query, from, signal, notice }: FollowedData): AsyncGenerator<FoundRecord, undefined> {
  const source = directoryTailSource(new DirectorySegments(directory), (message, remedy) => notice(`${message}. ${remedy}`))
  const since = timeOption('--from', from)
  const tail = new Tail(source, { query, since, start: since === null ? source.head() : source.since(since), live: false, idleMs: IDLE_MS })
  signal.addEventListener('abort', () => tail.stop(), { once: true })
  for await (const { found, gap } of tail.steps()) {
    if (gap) notice('records were deleted before they could be shown.')
    yield* found
  }
  return undefined
}
