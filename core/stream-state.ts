// What the intake remembers of one stream between batches: its parser, why that one, and how well it fits.

export interface StreamState {
  /** `component/stream`, the name positions are kept under. */
  readonly name: string
  readonly component: string
  source: string
  /** What `auto` chose; null until it saw the first lines. */
  chosen: string | null
  chosenWhy: string
  /** Why what `auto` chose last time was given up; null as long as nothing was. */
  misfit: string | null
  /** How often that happened. */
  misfits: number
  /** No more lines are gathered to choose from. */
  settled: boolean
  /** What parsed the last batch, and why that, for the page: a sender may name another than `auto` chose. */
  parser: string
  reason: string
  /** Lines and failures since the parser was chosen or last looked at again. */
  lines: number
  failures: number
  /** Sequence of use, for forgetting the longest unused. */
  used: number
}

/** Streams remembered; one more forgets the longest unused, whose parser is then chosen anew. HTTP sources and rotated files come and go. */
const MAX_STREAMS = 10_000

export class StreamStates {
  readonly #states = new Map<string, StreamState>()
  #uses = 0

  of(component: string, stream: string, source: string): StreamState {
    const name = `${component}/${stream}`
    let state = this.#states.get(name)
    if (state === undefined) {
      if (this.#states.size >= MAX_STREAMS) this.#forgetOldest()
      state = { name, component, source, chosen: null, chosenWhy: '', misfit: null, misfits: 0, settled: true, parser: '', reason: '', lines: 0, failures: 0, used: 0 }
      this.#states.set(name, state)
    }
    state.used = ++this.#uses
    return state
  }

  get(name: string): StreamState | undefined {
    return this.#states.get(name)
  }

  all(): Iterable<StreamState> {
    return this.#states.values()
  }

  /** Parsers may have changed: streams with `auto` choose again. */
  reset(): void {
    for (const state of this.#states.values()) state.chosen = null
  }

  #forgetOldest(): void {
    let oldest: StreamState | undefined
    for (const state of this.#states.values()) if (oldest === undefined || state.used < oldest.used) oldest = state
    if (oldest !== undefined) this.#states.delete(oldest.name)
  }
}
