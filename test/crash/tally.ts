// Counts how often each numbered line arrived: what is missing was lost, what is there twice was doubled.

export interface TallyReport {
  /** Lines seen, repeats included. */
  readonly seen: number
  readonly lost: number
  readonly doubled: number
  /** Lines that were never written. */
  readonly strange: number
  /** The first few of each, to look for in the log. */
  readonly examples: readonly string[]
}

export interface Tally {
  /** One parsed body: `{"via":...,"n":...}`, or a line of the generator source, whose `seq` counts from 1. */
  add(body: unknown): void
  report(): TallyReport
}

/** What the lines of the generator source are expected as. */
export const GENERATOR = 'generator'

/** Enough to see a pattern (a run, a boundary) without filling the screen. */
const MAX_EXAMPLES = 12

/** `expected` says how many lines each way in had: numbers 0 to count - 1. */
export function createTally(expected: Readonly<Record<string, number>>): Tally {
  const counts = new Map(Object.entries(expected).map(([via, lines]) => [via, new Uint8Array(lines)]))
  let seen = 0
  let strange = 0
  const examples: string[] = []
  const example = (text: string) => {
    if (examples.length < MAX_EXAMPLES) examples.push(text)
  }
  return {
    add(body) {
      seen++
      const { seq, via = GENERATOR, n = typeof seq === 'number' ? seq - 1 : undefined } = (typeof body === 'object' && body !== null ? body : {}) as { seq?: unknown; via?: unknown; n?: unknown }
      const slots = typeof via === 'string' ? counts.get(via) : undefined
      if (slots !== undefined && typeof n === 'number' && n in slots) {
        // Saturates: a line that came 255 times is doubled all the same.
        slots[n] = Math.min(255, (slots[n] ?? 0) + 1)
        return
      }
      strange++
      example(`strange ${JSON.stringify(body)?.slice(0, 200)}`)
    },
    report() {
      let lost = 0
      let doubled = 0
      for (const [via, slots] of counts) {
        for (const [n, times] of slots.entries()) {
          if (times === 1) continue
          if (times === 0) lost++
          else doubled += times - 1
          example(`${via} ${n}: ${times} times`)
        }
      }
      return { seen, lost, doubled, strange, examples }
    },
  }
}
