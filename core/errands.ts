// What is asked of a delivery from outside and done between two batches, and the waits that this or a commit cuts short.

interface Errand {
  run(): Promise<void>
  cancel(): void
}

/** Of one delivery. */
export class Errands {
  readonly #waiting: Errand[] = []
  readonly #wakers = new Set<() => void>()
  #hurried = false

  get pending(): boolean {
    return this.#waiting.length > 0
  }

  /** Resolves with what `work` gives once its turn has come. Rejects when it never comes. */
  ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#hurried) return Promise.reject(new Error('the output is stopped'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run: () => work().then(resolve, reject), cancel: () => reject(new Error('the output was stopped')) })
      this.wake()
    })
  }

  /** Does the one that has waited longest. */
  async next(): Promise<void> {
    await this.#waiting.shift()?.run()
  }

  /** From now on nothing waits, and nothing more is done. */
  hurry(): void {
    this.#hurried = true
    for (const errand of this.#waiting.splice(0)) errand.cancel()
    this.wake()
  }

  /** A commit, or something to do. */
  wake(): void {
    for (const waker of this.#wakers) waker()
  }

  /** For `ms`, or without (null) until a commit; an errand cuts it short as well, and so does `hurry`. */
  async sleep(ms: number | null): Promise<void> {
    if (this.#cutShort) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#wakers.delete(waker)
        if (timer !== null) clearTimeout(timer)
        resolve()
      }
      const waker = (): void => {
        if (ms === null || this.#cutShort) done()
      }
      const timer = ms === null ? null : setTimeout(done, ms)
      this.#wakers.add(waker)
    })
  }

  get #cutShort(): boolean {
    return this.#hurried || this.pending
  }
}
