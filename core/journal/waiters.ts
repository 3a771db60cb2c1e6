// Those who wait for the next time something happens.
export class Waiters {
  #waiting: Array<{ resolve: () => void; reject: (error: Error) => void }> = []

  wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
  }

  /** It happened; with an error: it will not. */
  end(error?: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { resolve, reject } of waiting) {
      if (error === undefined) resolve()
      else reject(error)
    }
  }
}
