// Lets sealing wait while the main thread is busy: what comes in now goes before what can be compressed later.

/** How often is looked, ms, while a segment is sealed. */
const LOOK_MS = 100
/**
 * Busy from this share of the time on. Two nodes on two processors: the one that collects is at 0.95, the one that stores at 0.55, and
 * forwarding goes at 46 MB/s without sealing beside it and at 34 with it, whatever the niceness of the worker.
 */
const BUSY = 0.4
/** Weight of the newest look: half a second counts. */
const NEWEST = 0.3
/** A segment of the usual size waits so long at most, ms; a smaller one less, one of 640 KiB not at all, or many of them would pile up. */
const LONGEST_MS = 10_000
const USUAL_BYTES = 64 * 1024 * 1024

export interface SealYieldOptions {
  /** Told whether the worker may go on; it looks between slices. */
  pause(on: boolean): void
  /** Bytes that wait to be sealed, and how many may do so while it is busy. */
  waiting(): number
  maxWaiting(): number
  /** Share of the time since the last call that the main thread was busy, 0 to 1; for tests. */
  readonly busy?: () => number
}

/** One segment at a time: `begin`, then `end`. */
export class SealYield {
  readonly #options: SealYieldOptions
  readonly #busy: () => number
  #timer: NodeJS.Timeout | undefined
  #level = 0
  #until = 0
  #paused = false
  #hurried = 0

  constructor(options: SealYieldOptions) {
    this.#options = options
    this.#busy = options.busy ?? eventLoopBusy()
  }

  begin(bytes: number): void {
    this.#until = performance.now() + LONGEST_MS * Math.min(1, bytes / USUAL_BYTES)
    this.#level = this.#busy()
    this.#decide()
    this.#timer = setInterval(() => {
      this.#level += NEWEST * (this.#busy() - this.#level)
      this.#decide()
    }, LOOK_MS)
    this.#timer.unref()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#set(false)
  }

  /** Until the returned function is called somebody waits for what is sealed. */
  hurry(): () => void {
    this.#hurried++
    this.#set(false)
    return () => void this.#hurried--
  }

  #decide(): void {
    const { waiting, maxWaiting } = this.#options
    this.#set(this.#level > BUSY && this.#hurried === 0 && waiting() <= maxWaiting() && performance.now() + LOOK_MS <= this.#until)
  }

  #set(paused: boolean): void {
    if (paused === this.#paused) return
    this.#paused = paused
    this.#options.pause(paused)
  }
}

function eventLoopBusy(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
