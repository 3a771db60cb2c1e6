// Answers to requests with an Idempotency-Key: in memory until their segment closes, then in state.db.
import type { Json } from '../json.ts'
import type { Answers, Known } from './answers.ts'
import type { KeyEntry } from './frame.ts'
import type { StateStore } from './state-store.ts'

interface Claim {
  readonly hash: string
  readonly answer: Promise<Json | null>
  resolve(answer: Json | null): void
}

export class AnswerBook implements Answers {
  readonly #store: StateStore
  /** Committed, not yet in state.db. Bounded by what fits into a segment. */
  readonly #recent = new Map<string, { hash: string; answer: Json }>()
  readonly #claims = new Map<string, Claim>()

  constructor(store: StateStore) {
    this.#store = store
  }

  begin(id: string, hash: string): Known {
    const claim = this.#claims.get(id)
    if (claim !== undefined) return claim.hash === hash ? { state: 'pending', answer: claim.answer } : { state: 'conflict' }
    const known = this.#recent.get(id) ?? this.#store.answer(id)
    if (known !== null) return known.hash === hash ? { state: 'done', answer: known.answer } : { state: 'conflict' }
    let resolve: (answer: Json | null) => void = () => undefined
    const answer = new Promise<Json | null>((settle) => {
      resolve = settle
    })
    this.#claims.set(id, { hash, answer, resolve })
    return { state: 'new' }
  }

  finish(id: string, answer: Json | null): void {
    const claim = this.#claims.get(id)
    if (claim === undefined) throw new Error(`BUG: answer to a key nobody claimed: ${id}`)
    this.#claims.delete(id)
    claim.resolve(answer)
  }

  /** A frame with these keys is durable. */
  committed(entries: readonly KeyEntry[]): void {
    for (const { id, hash, answer } of entries) this.#recent.set(id, { hash, answer })
  }

  /** These are in state.db now. */
  stored(entries: readonly KeyEntry[]): void {
    for (const { id } of entries) this.#recent.delete(id)
  }
}
