// The open live tails of the server as server-sent events: how many there may be, what their clients get, and their end.
import { Tail, type TailOptions, type TailSource, type TailStep } from '../search/tail.ts'
import { recordJson } from '../search/record-json.ts'
import { HttpProblem } from './http-problem.ts'
import { textStream } from './text-stream.ts'

/** Each reads and matches everything that is stored: a hundred pages left open are a mistake, or an attack. */
const MAX_TAILS = 100
/** Proxies usually cut what is silent for 60 s; browsers notice a dead connection only by writing. */
const HEARTBEAT_MS = 15_000
/** How soon a browser comes again. */
const RETRY_MS = 1000

/** Outlives reloads, which build the routes anew. */
export class Tails {
  readonly #source: TailSource
  readonly #open = new Set<Tail>()
  #closed = false

  constructor(source: TailSource) {
    this.#source = source
  }

  get source(): TailSource {
    return this.#source
  }

  /** Throws an HttpProblem with status 503 when there is no room. `gap`: records after the client's last one are gone already. `render`: what its client gets instead of records as JSON. */
  open(options: Omit<TailOptions, 'idleMs'>, gap: boolean, render: (tail: Tail) => AsyncIterable<string> = records): ReadableStream<Uint8Array> {
    if (this.#closed) throw new HttpProblem(503, 'cannot follow the logs: the server is stopping. Try again when it is back.', { 'Retry-After': '1' })
    if (this.#open.size >= MAX_TAILS) throw new HttpProblem(503, `cannot follow the logs: ${MAX_TAILS} clients do so already. Close some, or try again later.`, { 'Retry-After': '10' })
    const tail = new Tail(this.#source, { ...options, idleMs: HEARTBEAT_MS })
    this.#open.add(tail)
    return textStream(events(tail, gap, render), () => {
      tail.stop()
      this.#open.delete(tail)
    }, 0)
  }

  /** Ends every stream; their clients come again with the id they have. */
  close(): void {
    this.#closed = true
    for (const tail of this.#open) tail.stop()
  }
}

/** The first block gives the client an id before the first record: should it lose the connection until then, it misses nothing. */
async function* events(tail: Tail, gap: boolean, render: (tail: Tail) => AsyncIterable<string>): AsyncGenerator<string, undefined> {
  yield `retry: ${RETRY_MS}\nid: ${tail.id}\n\n`
  if (gap) yield gapEvent(tail.id)
  yield* render(tail)
  return undefined
}

async function* records(tail: Tail): AsyncGenerator<string, undefined> {
  for await (const step of tail.steps()) yield eventsOf(step, tail.id)
  return undefined
}

function eventsOf({ found, skipped, gap }: TailStep, id: string): string {
  let text = gap ? gapEvent(id) : ''
  if (skipped > 0) text += `event: skipped\ndata: {"records":${skipped}}\n\n`
  for (const record of found) text += `id: ${record.id}\ndata: ${recordJson(record.id, record.text)}\n\n`
  // An id without data moves the place a client comes back to and shows nothing: a query that seldom matches is not read from the start again.
  return text === '' ? `: heartbeat\nid: ${id}\n\n` : text
}

export function gapEvent(id: string): string {
  return `event: gap\ndata: {"reason":"deleted","id":${JSON.stringify(id)}}\n\n`
}
