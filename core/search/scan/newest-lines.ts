// Keeps those lines of a block that come first in the order of results.
import { compareKeys, type RecordKey } from '../record-key.ts'

export interface NewestLine extends RecordKey {
  readonly start: number
  readonly end: number
}

export class NewestLines {
  readonly #limit: number
  readonly #segment: number
  readonly #before: RecordKey | null
  /** Lines must come before this one: given, or the last of as many as are wanted. */
  #bound: RecordKey | null
  #lines: NewestLine[] = []

  constructor(limit: number, segment: number, before: RecordKey | null, bound: RecordKey | null) {
    this.#limit = limit
    this.#segment = segment
    this.#before = before
    this.#bound = bound
  }

  /** False when no record of this time can be wanted. */
  mayTake(time: number): boolean {
    return (this.#bound === null || time >= this.#bound.time) && (this.#before === null || time <= this.#before.time)
  }

  wants(time: number, record: number): boolean {
    const key = { time, segment: this.#segment, record }
    return (this.#bound === null || compareKeys(key, this.#bound) < 0) && (this.#before === null || compareKeys(key, this.#before) > 0)
  }

  add(time: number, record: number, start: number, end: number): void {
    this.#lines.push({ time, segment: this.#segment, record, start, end })
    // Sorting now and then is cheaper than a heap that moves with each line of ascending times.
    if (this.#lines.length >= this.#limit * 2 + 16) this.#cut()
  }

  sorted(): NewestLine[] {
    this.#cut()
    return this.#lines
  }

  #cut(): void {
    this.#lines.sort(compareKeys)
    if (this.#lines.length > this.#limit) this.#lines.length = this.#limit
    const last = this.#lines.at(-1)
    if (this.#lines.length === this.#limit && last !== undefined) this.#bound = last
  }
}
