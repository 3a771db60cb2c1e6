// What goes in and out of one plugin while somebody looks: a few records a second, the newest rows alone. Ends by itself when nobody asks any more.
import { copyText } from './copy-text.ts'
import type { JsonObject } from './json.ts'
import type { LogRecord } from './record.ts'

/** One record before and after a plugin. Texts may hold what filters hide: show them through the `show` hook. */
export interface TapRow {
  /** Ascending within one watch. */
  readonly seq: number
  /** Epoch ms. */
  readonly time: number
  readonly stream: string
  readonly before: string
  /** Null where the plugin took the record off the list. */
  readonly after: string | null
  /** What changed beside the text: `level error`, `+ tag payment`. */
  readonly changes: readonly string[]
}

/** Kept for the page; with two texts of 4,000 characters and 20 changes of 500 they stay below 1.1 MB. */
const MAX_ROWS = 60
/** More than is shown: a secret that is cut in half here is no longer found by the filter that hides it. */
const MAX_TEXT = 4000
const MAX_CHANGES = 20
const MAX_CHANGE = 500
/** People read no more; taking them costs 20 to 50 us each. */
const PER_SECOND = 10
/** Of one batch, so that a large one does not use up the second. */
const PER_BATCH = 3
/** Nobody asked for so long: the page is closed, ms. */
const PATIENCE_MS = 10_000

interface Seen {
  readonly text: string
  readonly level: string
  readonly time: number
  readonly tags: readonly string[]
  readonly fields: Readonly<Record<string, string>>
  readonly error: string | null
}

export class TapWatch {
  /** Oldest first. */
  readonly #rows: TapRow[] = []
  readonly #now: () => number
  #seq = 0
  #second = 0
  #taken = 0
  #skipped = 0
  #asked: number

  constructor(now: () => number = Date.now) {
    this.#now = now
    this.#asked = now()
  }

  /** Nobody looks any more. */
  get over(): boolean {
    return this.#now() - this.#asked > PATIENCE_MS
  }

  /** Rows behind `after`, oldest first, and how many records went by unseen since the watch began. */
  rows(after: number): { readonly rows: readonly TapRow[]; readonly skipped: number } {
    this.#asked = this.#now()
    return { rows: this.#rows.filter(({ seq }) => seq > after), skipped: this.#skipped }
  }

  forget(): void {
    this.#rows.length = 0
  }

  /** To be called before the plugin; what it gives, after it: with the records that stay, or null where all do. */
  look(records: readonly LogRecord[], stream: string): ((kept: readonly LogRecord[] | null) => void) | undefined {
    const room = this.#room(records.length)
    if (room === 0) return undefined
    const watched = records.slice(0, room)
    const before = watched.map(seen)
    return (kept) => {
      const stays = kept === null ? null : new Set(kept)
      for (const [i, record] of watched.entries()) this.#add(stream, before[i] as Seen, stays === null || stays.has(record) ? seen(record) : null)
    }
  }

  /** Lines that were handed to a target. */
  delivered(lines: ReadonlyArray<{ readonly text: string }>): void {
    for (const { text } of lines.slice(0, this.#room(lines.length))) this.#push({ stream: '', before: copyText(text, MAX_TEXT), after: copyText(text, MAX_TEXT), changes: [] })
  }

  #room(records: number): number {
    if (this.over) return 0
    const second = Math.floor(this.#now() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#taken = 0
    }
    const room = Math.min(records, PER_BATCH, PER_SECOND - this.#taken)
    this.#taken += room
    this.#skipped += records - room
    return room
  }

  #add(stream: string, before: Seen, after: Seen | null): void {
    this.#push({ stream: copyText(stream, MAX_CHANGE), before: before.text, after: after === null ? null : after.text, changes: after === null ? [] : changesOf(before, after) })
  }

  #push(row: Omit<TapRow, 'seq' | 'time'>): void {
    this.#rows.push({ seq: ++this.#seq, time: this.#now(), ...row })
    if (this.#rows.length > MAX_ROWS) this.#rows.shift()
  }
}

function seen(record: LogRecord): Seen {
  const { level, time, error } = record
  return { text: copyText(record.line, MAX_TEXT), level, time, tags: record.tags.slice(0, MAX_CHANGES), fields: textsOf({ ...record.object, ...record.readFields }), error }
}

function textsOf(fields: JsonObject): Readonly<Record<string, string>> {
  const texts = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(fields).slice(0, MAX_CHANGES)) texts[name] = copyText(typeof value === 'string' ? value : JSON.stringify(value), MAX_CHANGE)
  return texts
}

function changesOf(before: Seen, after: Seen): string[] {
  const changes: string[] = []
  if (after.level !== before.level) changes.push(`level ${after.level}`)
  if (after.time !== before.time && Number.isFinite(after.time)) changes.push(`time ${new Date(after.time).toISOString()}`)
  for (const tag of after.tags) if (!before.tags.includes(tag)) changes.push(`+ tag ${tag}`)
  for (const tag of before.tags) if (!after.tags.includes(tag)) changes.push(`- tag ${tag}`)
  for (const [name, value] of Object.entries(after.fields)) if (before.fields[name] !== value) changes.push(`${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`)
  for (const name of Object.keys(before.fields)) if (!(name in after.fields)) changes.push(`- ${name}`)
  if (after.error !== null && after.error !== before.error) changes.push(`error: ${after.error}`)
  return changes.slice(0, MAX_CHANGES).map((change) => copyText(change, MAX_CHANGE))
}
