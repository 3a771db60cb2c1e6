// Counts wrong credentials by address, so that a password cannot be guessed at the speed of the network.
import { isIPv6 } from 'node:net'

/** A person mistypes a few times; a guesser gets 20 tries a minute, ten million a year. */
const MAX_FAILURES = 20
const WINDOW_MS = 60_000
/** About 1 MB. When full, the address seen first is forgotten: a botnet can thin out the memory, not grow it. */
const MAX_ADDRESSES = 10_000

interface Failures {
  count: number
  /** When the count begins anew. */
  until: number
}

export class FailedAttempts {
  readonly #byAddress = new Map<string, Failures>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Seconds until this address may try again; 0 when it may now. */
  wait(address: string): number {
    const failures = this.#byAddress.get(network(address))
    if (failures === undefined || failures.count < MAX_FAILURES) return 0
    return Math.max(0, Math.ceil((failures.until - this.#now()) / 1000))
  }

  add(address: string): void {
    const key = network(address)
    const now = this.#now()
    const failures = this.#byAddress.get(key)
    if (failures !== undefined && failures.until > now) {
      failures.count++
      return
    }
    this.#byAddress.delete(key)
    if (this.#byAddress.size >= MAX_ADDRESSES) {
      for (const oldest of this.#byAddress.keys()) {
        this.#byAddress.delete(oldest)
        break
      }
    }
    this.#byAddress.set(key, { count: 1, until: now + WINDOW_MS })
  }

  get size(): number {
    return this.#byAddress.size
  }
}

/** One household or machine has a whole /64 of IPv6 addresses to change among. */
function network(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return left.slice(0, 4).join(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
