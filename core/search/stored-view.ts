// A stored line as a query sees it: time, level, source, host and tags are read without parsing the body.
import type { Json, JsonObject } from '../json.ts'
import type { StoredLine } from '../journal/stored-line.ts'
import type { Level } from '../level.ts'
import type { RecordView } from './record-view.ts'

interface Envelope {
  readonly level: Level
  readonly source: string
  readonly host: string
  readonly tags: readonly string[]
}

const TIME = '{"time":"'
/** Quotes inside strings are escaped, so the first one of these is the key itself. */
const BODY = ',"body":'

/** Envelopes repeat: level, source, host and tags of a thousand lines come in a few combinations. Looking one up costs a tenth of parsing it. */
const MAX_ENVELOPES = 1000

export class StoredView implements RecordView {
  #line: StoredLine | null = null
  #envelope: Envelope | null = null
  readonly #envelopes = new Map<string, Envelope>()

  /** Called by the matcher before each use; one view serves any number of lines, one after the other. */
  show(line: StoredLine): void {
    this.#line = line
    this.#envelope = null
  }

  time(): number {
    const text = this.json()
    return Date.parse(text.startsWith(TIME) ? text.slice(TIME.length, text.indexOf('"', TIME.length)) : this.#stored.value.time)
  }
  level(): Level {
    return this.#head.level
  }
  source(): string {
    return this.#head.source
  }
  host(): string {
    return this.#head.host
  }
  tags(): readonly string[] {
    return this.#head.tags
  }
  error(): string | null {
    // The key can only be looked for, not ruled in: the same text may stand in the body.
    return this.json().includes('"error":') ? (this.#stored.value.error ?? null) : null
  }
  guessed(): readonly string[] {
    return this.#stored.value.guessed ?? []
  }
  body(): string | JsonObject {
    return this.#stored.value.body
  }
  fields(): { readonly [name: string]: Json } | null {
    return this.#stored.value.fields ?? null
  }
  json(): string {
    return this.#stored.text
  }
  bodyJson(): string {
    return this.#stored.text
  }

  get #stored(): StoredLine {
    if (this.#line === null) throw new Error('BUG: a query looked at no line')
    return this.#line
  }

  get #head(): Envelope {
    return (this.#envelope ??= this.#readHead())
  }

  #readHead(): Envelope {
    const text = this.json()
    const body = text.indexOf(BODY)
    const level = text.indexOf('"', TIME.length)
    if (!text.startsWith(TIME) || body === -1 || level === -1 || !text.startsWith('","level":', level)) return this.#stored.value
    const key = text.slice(level + 2, body)
    const known = this.#envelopes.get(key)
    if (known !== undefined) return known
    const envelope = JSON.parse(`{${key}}`) as Envelope
    if (this.#envelopes.size >= MAX_ENVELOPES) this.#envelopes.clear()
    // Cut out of the line, the key would keep the whole line in memory.
    this.#envelopes.set(Buffer.from(key).toString(), envelope)
    return envelope
  }
}
