// What the head of a stored line says - time, level, source, host, tags - read from its bytes, parsed once for each different head.
import { LEVELS } from '../../level.ts'

/** One combination of level, source, host and tags. */
export interface Envelope {
  /** Its number since the cache was last emptied. */
  readonly id: number
  /** From the quote that ends the time to behind `"body":`. */
  readonly text: Buffer
  /** Index into LEVELS. */
  readonly level: number
  readonly source: string
  readonly host: string
  readonly tags: readonly string[]
}

export interface LineHead {
  /** Record time, epoch ms, fraction cut; NaN where the line is not what the journal writes. */
  time: number
  minute: number
  envelope: Envelope | null
  /** Where the tokens that count begin: behind the time value. */
  timeEnd: number
  /** Where the body begins. */
  body: number
}

/** `{"time":"` */
const TIME_START = 9
/** `2026-11-01T00:00` */
const MINUTE_CHARS = 16
const QUOTE = 34
const DOT = 46
const ZERO = 48
const COLON = 58
const CLOSE_BRACKET = 93
const Z = 90
const BODY = Buffer.from(',"body":')

/** Hosts and tags out of messages could make every line's head different. */
const MAX_ENVELOPES = 10_000

/** Reads heads of lines one after the other; `head` is overwritten by each. 120 ns a line where JSON.parse takes 900. */
export class Envelopes {
  readonly head: LineHead = { time: NaN, minute: 0, envelope: null, timeEnd: 0, body: 0 }
  #known = new Map<number, Envelope[]>()
  #count = 0
  /** The minute last met, as text and as number. */
  readonly #minuteText = Buffer.alloc(MINUTE_CHARS)
  #minute = 0

  /** Whether so many heads are known that `clear` should be called, at a moment when no id is held. */
  get full(): boolean {
    return this.#count >= MAX_ENVELOPES
  }

  clear(): void {
    this.#known = new Map()
    this.#count = 0
  }

  /** False when the line does not look as the journal writes it. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const { head } = this
    if (!this.#readTime(bytes, start, end)) return false
    let hash = 0
    let at = head.timeEnd
    // A quote inside a string has a backslash before it, so these bytes are found nowhere but at the end of the tags.
    for (; at < end; at++) {
      const byte = bytes[at] as number
      hash = Math.imul(hash ^ byte, 0x01000193)
      if (byte === CLOSE_BRACKET && isBody(bytes, at + 1)) break
    }
    head.body = at + 1 + BODY.length
    if (head.body > end) return false
    head.envelope = this.#find(hash, bytes, head.timeEnd, head.body)
    return head.envelope !== null
  }

  /** `2026-11-01T00:00:00`, then a fraction or not, `Z` and the quote. */
  #readTime(bytes: Buffer, start: number, end: number): boolean {
    const { head } = this
    const from = start + TIME_START
    const seconds = from + MINUTE_CHARS
    if (seconds + 5 > end || bytes[seconds] !== COLON) return false
    // From the back: minutes change more often than years.
    let same = MINUTE_CHARS - 1
    while (same >= 0 && bytes[from + same] === this.#minuteText[same]) same--
    if (same >= 0 && !this.#readMinute(bytes, from)) return false
    let ms = ((bytes[seconds + 1] as number) - ZERO) * 10_000 + ((bytes[seconds + 2] as number) - ZERO) * 1000
    let at = seconds + 3
    if (bytes[at] === DOT) {
      let weight = 100
      for (at++; bytes[at] !== Z && at < end; at++) {
        ms += Math.floor(weight) * ((bytes[at] as number) - ZERO)
        weight /= 10
      }
    }
    if (bytes[at] !== Z || bytes[at + 1] !== QUOTE) return false
    head.minute = this.#minute
    head.time = this.#minute * 60_000 + ms
    head.timeEnd = at + 1
    return true
  }

  #readMinute(bytes: Buffer, from: number): boolean {
    const text = bytes.toString('latin1', from, from + MINUTE_CHARS)
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return false
    const time = Date.parse(`${text}:00.000Z`)
    if (Number.isNaN(time)) return false
    this.#minute = time / 60_000
    bytes.copy(this.#minuteText, 0, from, from + MINUTE_CHARS)
    return true
  }

  #find(hash: number, bytes: Buffer, from: number, to: number): Envelope | null {
    const same = this.#known.get(hash)
    if (same !== undefined) for (const known of same) if (equal(known.text, bytes, from, to)) return known
    const envelope = parseEnvelope(bytes, from, to, this.#count)
    if (envelope === null) return null
    this.#count++
    if (same === undefined) this.#known.set(hash, [envelope])
    else same.push(envelope)
    return envelope
  }
}

function isBody(bytes: Buffer, at: number): boolean {
  for (let i = 0; i < BODY.length; i++) if (bytes[at + i] !== BODY[i]) return false
  return true
}

/** In JavaScript: for 90 bytes a call of Buffer.compare costs as much. */
function equal(text: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[from + i]) return false
  return true
}

function parseEnvelope(bytes: Buffer, from: number, to: number, id: number): Envelope | null {
  try {
    const value = JSON.parse(`{"time":"${bytes.toString('utf8', from, to)}0}`) as { level?: unknown; source?: unknown; host?: unknown; tags?: unknown }
    const { level, source, host, tags } = value
    const index = LEVELS.indexOf(level as (typeof LEVELS)[number])
    if (index === -1 || typeof source !== 'string' || typeof host !== 'string' || !Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return null
    return { id, text: Buffer.from(bytes.subarray(from, to)), level: index, source, host, tags }
  } catch {
    return null // another shape: the caller takes the slow way
  }
}
