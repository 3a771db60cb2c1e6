// Delivers dead letters once more: reads their records back, hands them to the output, drops the letters of what was taken.
import type { Component } from './component.ts'
import { Reject, TooLarge } from './delivery-errors.ts'
import type { DeliveryProgress } from './delivery-progress.ts'
import type { Delivered, Output } from './define-plugin.ts'
import { messageOf } from './guard.ts'
import type { DeadLetter, Refusal } from './journal/dead-letters.ts'
import type { Journal } from './journal/journal.ts'
import type { Cursor, StoredLine } from './journal/stored-line.ts'

export interface Redelivered {
  delivered: number
  /** Refused again; they stay listed, with the new reason. */
  refused: number
  /** Their records are no longer kept; the letters are dropped. */
  gone: number
  /** Why the rest was not tried, or null. */
  failed: string | null
}

export interface RedeliverDeps {
  readonly journal: Journal
  readonly component: Component
  readonly progress: DeliveryProgress
  readonly cursor: Cursor
  readonly signal: AbortSignal
  now(): number
}

/** Lines handed over at once: what one refusal of all of them costs. */
const AT_ONCE = 500

/** Each is tried once: a target that fails in passing leaves the rest as it is listed. Not for concurrent use. */
export async function redeliver(letters: readonly DeadLetter[], deps: RedeliverDeps): Promise<Redelivered> {
  const sum: Redelivered = { delivered: 0, refused: 0, gone: 0, failed: null }
  const ordered = letters.toSorted((a, b) => a.segment - b.segment || a.record - b.record)
  for (let from = 0; from < ordered.length && sum.failed === null; from += AT_ONCE) await portion(ordered.slice(from, from + AT_ONCE), sum, deps)
  return sum
}

async function portion(letters: readonly DeadLetter[], sum: Redelivered, deps: RedeliverDeps): Promise<void> {
  const { journal, component: { name }, now, progress } = deps
  const read = await readBack(letters, journal)
  const { deadLetters } = journal.store
  sum.gone += deadLetters.remove(name, read.gone.map(({ id }) => id))
  if (read.found.length === 0) return
  const refused = await hand(read.found.map(({ line }) => line), deps).catch((error: unknown) => {
    sum.failed = messageOf(error)
    return null
  })
  if (refused === null) return
  if (refused.length > 0) deadLetters.add(name, refused, now())
  const again = new Set(refused.map(placeOf))
  const taken = read.found.filter(({ line }) => !again.has(placeOf(line)))
  deadLetters.remove(name, taken.map(({ id }) => id))
  sum.delivered += taken.length
  progress.delivered += taken.length
  sum.refused += refused.length
}

/** Gives what was refused. Throws what may pass. */
async function hand(lines: readonly StoredLine[], deps: RedeliverDeps): Promise<Refusal[]> {
  const { component, cursor, signal } = deps
  const output = component.output as Output
  const cost = component.costOf('committed')
  const began = performance.now()
  cost.calls++
  try {
    // What comes out of order belongs to another stream, where an output has streams; the state it gives back is that stream's.
    const given = output.replayed === undefined ? cursor : { ...cursor, state: output.replayed(cursor.state) }
    const result: Delivered = (await output.deliver(lines, given, signal)) ?? {}
    return (result.rejected ?? []).map(({ line, reason }) => ({ segment: line.segment, record: line.record, reason: String(reason) }))
  } catch (error) {
    if (error instanceof TooLarge && lines.length > 1) {
      const middle = lines.length >> 1
      return [...await hand(lines.slice(0, middle), deps), ...await hand(lines.slice(middle), deps)]
    }
    if (!(error instanceof Reject || error instanceof TooLarge)) throw error
    return lines.map(({ segment, record }) => ({ segment, record, reason: messageOf(error) }))
  } finally {
    cost.ms += performance.now() - began
  }
}

/** `letters` in the order of the journal. */
async function readBack(letters: readonly DeadLetter[], journal: Journal): Promise<{ found: Array<{ id: number; line: StoredLine }>; gone: DeadLetter[] }> {
  const found: Array<{ id: number; line: StoredLine }> = []
  const gone: DeadLetter[] = []
  const [first] = letters
  if (first === undefined) return { found, gone }
  const reader = journal.reader(first)
  try {
    for (const letter of letters) {
      const extent = journal.extents.at(letter.segment)
      if (extent === null || letter.record >= extent.records) {
        gone.push(letter)
        continue
      }
      if (reader.segment !== letter.segment || reader.record !== letter.record) await reader.seek(letter)
      const { lines: [line] } = await reader.read(1, 1)
      if (line === undefined || line.erased || line.segment !== letter.segment || line.record !== letter.record) gone.push(letter)
      else found.push({ id: letter.id, line: line.copy() })
    }
  } finally {
    await reader.close()
  }
  return { found, gone }
}

function placeOf({ segment, record }: Pick<Refusal, 'segment' | 'record'>): string {
  return `${segment}-${record}`
}
