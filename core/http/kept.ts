// An answer that is kept for a while: however many ask, it is made once, and who asks is not kept waiting by it.

export interface KeptOptions {
  /** After this long it is made anew, the next time somebody asks. */
  readonly freshMs: number
  /** Up to this age the old answer is given while the new one is made. */
  readonly usableMs: number
  /** Nobody waits longer than this. */
  readonly waitMs: number
}

export class Kept<T> {
  readonly #make: () => Promise<T>
  readonly #options: KeptOptions
  #value: T | null = null
  #madeAt = -Infinity
  #making: Promise<void> | null = null

  constructor(make: () => Promise<T>, options: KeptOptions) {
    this.#make = make
    this.#options = options
  }

  /** Null while there is no answer that is usable, and when none can be made. */
  async get(): Promise<T | null> {
    const { freshMs, usableMs, waitMs } = this.#options
    const age = performance.now() - this.#madeAt
    if (age >= freshMs) this.#making ??= this.#renew()
    if (this.#making !== null && age > usableMs) await within(this.#making, waitMs)
    return performance.now() - this.#madeAt > usableMs ? null : this.#value
  }

  async #renew(): Promise<void> {
    try {
      this.#value = await this.#make()
    } catch {
      // The store is closing or cannot be read; the state strip has the cause. An answer of before would pass for one of now.
      this.#value = null
    } finally {
      this.#madeAt = performance.now()
      this.#making = null
    }
  }
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise, time])
  clearTimeout(timer)
}
