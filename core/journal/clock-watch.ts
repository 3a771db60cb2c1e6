// Whether the wall clock can be trusted to tell the age of records: compares it with the monotonic one, and with the newest commit.

/** Summer time does not move the clock, NTP steps by seconds: an hour is a mistake, or a correction of one. */
const JUMP_MS = 3600_000

/** A machine that slept for a night jumps as well. After a day without another jump the new time counts. */
const SETTLED_MS = 24 * 3600_000

export interface Clocks {
  /** Epoch ms. */
  now(): number
  /** Ms; goes on whatever is done to the wall clock. */
  monotonic(): number
}

export class ClockWatch {
  readonly #clocks: Clocks
  /** When both were last seen to agree. */
  #agreed: { readonly wall: number; readonly monotonic: number }
  #jump: { readonly by: number; readonly since: number } | null = null

  constructor(clocks: Clocks) {
    this.#clocks = clocks
    this.#agreed = { wall: clocks.now(), monotonic: clocks.monotonic() }
  }

  /** Why ages cannot be relied on now, or null. To be asked at each sweep; `newestCommit` is epoch ms. */
  distrust(newestCommit: number | null): string | null {
    const wall = this.#clocks.now()
    const monotonic = this.#clocks.monotonic()
    const by = wall - this.#agreed.wall - (monotonic - this.#agreed.monotonic)
    if (Math.abs(by) <= JUMP_MS || this.#settled(by, monotonic)) {
      this.#agreed = { wall, monotonic }
      this.#jump = null
    }
    if (this.#jump !== null) return `the clock jumped ${by > 0 ? 'forward' : 'back'} by ${hours(by)}`
    if (newestCommit !== null && newestCommit - wall > JUMP_MS) return `the newest record was committed ${hours(newestCommit - wall)} in the future`
    return null
  }

  /** Notes a jump; true once it was followed by none for long enough. */
  #settled(by: number, monotonic: number): boolean {
    if (this.#jump === null || Math.abs(by - this.#jump.by) > JUMP_MS) {
      this.#jump = { by, since: monotonic }
      return false
    }
    return monotonic - this.#jump.since >= SETTLED_MS
  }
}

function hours(ms: number): string {
  const count = Math.round(Math.abs(ms) / 3600_000)
  return count < 48 ? `${count} h` : `${Math.round(count / 24)} days`
}
