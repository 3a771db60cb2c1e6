// Takes the JSON objects out of a body: one object, an array, a line each, one after the other, or pretty-printed.
import { isAscii } from 'node:buffer'
import { chunkOf, LineChunk } from '../lines.ts'
import { endOfValue, flatten, skipWhitespace, TOO_DEEP, trimEnd } from './split-json.ts'

const NEWLINE = 10
const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const NOT_JSON = 'not JSON'

/** Of longer lines the parser's own words are not asked for: parsing what is known to be broken could cost more memory than the body. */
const MAX_EXPLAINED = 64 * 1024
/** What an answer lists and the page samples; the rest is counted. */
const MAX_REFUSED = 100
const MAX_REASON = 200
const MAX_SAMPLE = 500
/** Refusing a line takes 3 us: a body of 8 million bad ones must not stop everybody else for half a minute. */
const MAX_TURN_MS = 10
const VALUES_A_LOOK = 64

/** A line that is not stored. */
export interface Refused {
  /** From 1: the line of the body, or where that is one array, its element. */
  readonly line: number
  readonly reason: string
  /** Its beginning. */
  readonly text: string
}

/** Reads `bytes` from `start` to `end`, some at each `read`; may turn line breaks inside values into spaces, in place. Bytes of what is accepted are not copied. */
export class JsonValues {
  /** The first ones; `refusedCount` counts all. */
  readonly refused: Refused[] = []
  refusedCount = 0
  readonly #bytes: Buffer
  /** ASCII is decoded once and sliced: 4 times faster than decoding value by value. */
  readonly #text: string | null
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  /** Elements that are strings, by index: lines of text in a list. */
  #strings: Map<number, string> | null = null
  /** Line breaks before `#countedTo`. Counted only when a line is refused. */
  #lines = 1
  #countedTo = 0
  /** End of the line last looked at. Searching it anew for each value of a long line would be quadratic. */
  #lineEnd = -1

  #at: number
  readonly #end: number
  #byLine: boolean

  constructor(bytes: Buffer, start: number, end: number, byLine: boolean) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#byLine = byLine
    this.#text = isAscii(bytes) ? bytes.toString('latin1') : null
  }

  /**
   * Reads on; true when all is read, false when time is up and other requests should have their turn.
   * `byLine`: a value ends with its line (NDJSON). Otherwise it may go over lines, until the first one that is broken: then lines are all there is to hold on to.
   */
  read(): boolean {
    const bytes = this.#bytes
    const end = this.#end
    const until = performance.now() + MAX_TURN_MS
    let at = skipWhitespace(bytes, this.#at, end)
    for (let count = 1; at < end; count++) {
      const first = bytes[at]
      const bracket = first === OPEN_OBJECT || first === OPEN_ARRAY
      const limit = this.#byLine || !bracket ? this.#endOfLine(at, end) : end
      const close = bracket ? endOfValue(bytes, at, limit) : trimEnd(bytes, at, limit)
      const reason = close < 0 ? this.#unclosed(close, at, this.#endOfLine(at, end)) : first === OPEN_ARRAY ? this.#array(at, close) : this.#line(at, close)
      if (reason === null) at = close
      else {
        this.#byLine = true
        at = this.#refuseLine(at, end, reason)
      }
      at = skipWhitespace(bytes, at, end)
      if (count % VALUES_A_LOOK === 0 && performance.now() > until) break
    }
    this.#at = at
    return at >= end
  }

  /** What was accepted, and of which kinds it is. */
  finish(): { chunk: LineChunk; objects: boolean; strings: boolean } {
    const strings = this.#strings
    if (strings === null || strings.size === 0) return { chunk: new LineChunk(this.#bytes, this.#starts, this.#ends), objects: true, strings: false }
    const lines = this.#starts.map((start, i) => strings.get(i) ?? this.#slice(start, this.#ends[i] as number))
    return { chunk: chunkOf(lines), objects: strings.size < lines.length, strings: true }
  }

  /** Adds what is between; a reason when it cannot. */
  #value(start: number, end: number): string | null {
    let value: unknown
    try {
      value = JSON.parse(this.#slice(start, end))
    } catch (error) {
      return `not JSON: ${causeOf(error)}`
    }
    if (typeof value === 'string' && value !== '') {
      this.#strings ??= new Map()
      this.#strings.set(this.#starts.length, value)
    } else if (typeof value !== 'object' || value === null || Array.isArray(value)) return `expected an object, got ${kindOf(value)}`
    else flatten(this.#bytes, start, end)
    this.#starts.push(start)
    this.#ends.push(end)
    return null
  }

  /** All of an array or, when it is no valid one, nothing: a reason. Elements that are valid JSON but no record are refused one by one. */
  #array(start: number, end: number): string | null {
    const bytes = this.#bytes
    const mark = { count: this.#starts.length, refused: this.refused.length, refusedCount: this.refusedCount }
    let at = skipWhitespace(bytes, start + 1, end)
    for (let element = 1; at < end - 1; element++) {
      const close = endOfValue(bytes, at, end - 1)
      const reason = close < 0 ? 'not JSON: a value does not end' : this.#value(at, close)
      if (reason !== null && reason.startsWith('not JSON')) return this.#rollBack(mark, `${reason} (element ${element})`)
      if (reason !== null && this.#byLine) this.#refuse(this.#lineOf(at), `${reason} (element ${element})`, at, close)
      else if (reason !== null) this.#refuse(element, reason, at, close)
      at = skipWhitespace(bytes, close, end)
      if (at === end - 1) break
      if (bytes[at] !== COMMA) return this.#rollBack(mark, `not JSON: expected a comma after element ${element}`)
      at = skipWhitespace(bytes, at + 1, end)
      if (at === end - 1) return this.#rollBack(mark, `not JSON: a comma without an element after element ${element}`)
    }
    return bytes[end - 1] === CLOSE_ARRAY ? null : this.#rollBack(mark, 'not JSON: the array ends with a brace')
  }

  #rollBack(mark: { count: number; refused: number; refusedCount: number }, reason: string): string {
    this.#starts.length = mark.count
    this.#ends.length = mark.count
    this.refused.length = mark.refused
    this.refusedCount = mark.refusedCount
    for (const index of this.#strings?.keys() ?? []) if (index >= mark.count) this.#strings?.delete(index)
    return reason
  }

  /** Once no more reasons are listed, the bad lines of a body that is not JSON at all need not be parsed to be told. */
  #line(start: number, end: number): string | null {
    if (this.refused.length < MAX_REFUSED) return this.#value(start, end)
    const first = this.#bytes[start]
    const next = first === OPEN_OBJECT ? this.#bytes[skipWhitespace(this.#bytes, start + 1, end)] : first
    return next === QUOTE || next === CLOSE_OBJECT ? this.#value(start, end) : NOT_JSON
  }

  #unclosed(code: number, start: number, end: number): string {
    if (code === TOO_DEEP) return 'nested too deep'
    if (end - start > MAX_EXPLAINED || this.refused.length >= MAX_REFUSED) return 'not JSON: the value does not end'
    try {
      JSON.parse(this.#slice(start, end))
    } catch (error) {
      return `not JSON: ${causeOf(error)}`
    }
    return 'not JSON: the value does not end'
  }

  /** Refuses what is left of the line at `start`; gives its end. */
  #refuseLine(start: number, limit: number, reason: string): number {
    const end = this.#endOfLine(start, limit)
    this.#refuse(this.#lineOf(start), reason, start, end)
    return end
  }

  /** From 1. Never asked for what lies before. */
  #lineOf(start: number): number {
    for (let at = this.#bytes.indexOf(NEWLINE, this.#countedTo); at !== -1 && at < start; at = this.#bytes.indexOf(NEWLINE, at + 1)) {
      this.#lines++
      this.#countedTo = at + 1
    }
    return this.#lines
  }

  #refuse(line: number, reason: string, start: number, end: number): void {
    this.refusedCount++
    if (this.refused.length >= MAX_REFUSED) return
    const text = this.#bytes.toString('utf8', start, Math.min(end, start + MAX_SAMPLE))
    this.refused.push({ line, reason: reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason, text })
  }

  #endOfLine(start: number, limit: number): number {
    if (start < this.#lineEnd) return this.#lineEnd
    const newline = this.#bytes.indexOf(NEWLINE, start)
    this.#lineEnd = newline === -1 || newline > limit ? limit : newline
    return this.#lineEnd
  }

  #slice(start: number, end: number): string {
    return this.#text === null ? this.#bytes.toString('utf8', start, end) : this.#text.substring(start, end)
  }
}

/** The value that begins here is an object, or an array that begins with one: the body is meant as JSON, whatever comes after. */
export function beginsWithJson(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start]
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return false
  if (first === OPEN_ARRAY && bytes[skipWhitespace(bytes, start + 1, end)] !== OPEN_OBJECT) return false
  const close = endOfValue(bytes, start, end)
  if (close < 0) return false
  try {
    JSON.parse(bytes.toString('utf8', start, close))
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function kindOf(value: unknown): string {
  if (value === '') return 'an empty string'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

/** V8's message without the part of the text it quotes: the reason is kept and shown, and what it quotes may be a secret. */
function causeOf(error: unknown): string {
  const { message } = error as Error
  const quote = message.search(/,? (?:\.\.\.)?"/)
  return quote === -1 ? message : message.slice(0, quote)
}
