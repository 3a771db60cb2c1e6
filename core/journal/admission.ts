// Backpressure: who may hand in records now, who waits, and what happens at the journal's largest size.

export interface AdmissionOptions {
  readonly maxPendingBytes: number
  readonly maxBytes: number
  readonly onFull: 'block' | 'drop_oldest'
  /** Bytes handed in and not yet durable. */
  pending(): number
  /** Bytes of all segments. */
  stored(): number
  /** Too much waits to be sealed. */
  crowded(): boolean
  /** Why nothing can be written now, or null. */
  stalled(): string | null
  /** Deletes the oldest closed segment; false when there is none. */
  dropOldest(): boolean
}

/** Somebody with a batch, waiting to hand it in. */
interface Waiter {
  readonly bytes: number
  admit: (admitted: boolean) => void
}

/** Retention makes room without a commit: so often is looked whether someone waits for it, ms. */
const LOOK_MS = 1000

export class Admission {
  readonly #options: AdmissionOptions
  /** In the order they came. */
  #waiters: Waiter[] = []
  #hurried = false
  readonly #timer: NodeJS.Timeout

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.wake(), LOOK_MS)
    this.#timer.unref()
  }

  /** With `on_full: block`, the journal is as large as it may be. */
  get full(): boolean {
    return this.#options.onFull === 'block' && this.#options.stored() >= this.#options.maxBytes
  }

  /** Whether a batch may be handed in at once; else `room` waits for it. */
  hasRoom(): boolean {
    const { onFull, stored, maxBytes, pending, maxPendingBytes, dropOldest } = this.#options
    if (onFull === 'drop_oldest') while (stored() > maxBytes && dropOldest());
    return this.#waiters.length === 0 && pending() < maxPendingBytes && !this.full && !this.#options.crowded()
  }

  /** Resolves true when `bytes` more may be handed in, false when that did not happen within `patienceMs`. */
  room(bytes: number, patienceMs: number | null): Promise<boolean> {
    if (this.#hurried && this.#options.stalled() !== null) return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiter: Waiter = { bytes, admit: resolve }
      this.#waiters.push(waiter)
      if (patienceMs === null) return
      const timer = setTimeout(() => {
        const at = this.#waiters.indexOf(waiter)
        if (at !== -1) this.#waiters.splice(at, 1)
        resolve(false)
      }, patienceMs)
      waiter.admit = (admitted) => {
        clearTimeout(timer)
        resolve(admitted)
      }
    })
  }

  /** Admits the oldest, as many as fit. */
  wake(): void {
    const { pending, maxPendingBytes, crowded } = this.#options
    let budget = maxPendingBytes - pending()
    while (this.#waiters.length > 0 && budget > 0 && !this.full && !crowded()) {
      const waiter = this.#waiters.shift() as Waiter
      budget -= waiter.bytes
      waiter.admit(true)
    }
  }

  /** The process is about to stop: nobody waits any longer for a disk that cannot be written. */
  hurry(): void {
    this.#hurried = true
    if (this.#options.stalled() === null) return
    for (const waiter of this.#waiters.splice(0)) waiter.admit(false)
  }

  /** Lets everybody go: what they hand in now is refused. */
  close(): void {
    clearInterval(this.#timer)
    for (const waiter of this.#waiters.splice(0)) waiter.admit(true)
  }
}
