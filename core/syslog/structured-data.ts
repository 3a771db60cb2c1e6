// Structured data of RFC 5424: `[origin@32473 ip="192.0.2.1" software="rsyslogd"][meta sequenceId="7"]`.
import type { Json } from '../json.ts'
import type { Fields } from '../record.ts'

const SPACE = 32
const QUOTE = 34
const EQUALS = 61
const OPEN = 91
const BACKSLASH = 92
const CLOSE = 93

/** What `structuredDataAt` read: the elements, and the index behind the last whole one. One caller reads it at once. */
export const foundData: { elements: Fields | null; end: number } = { elements: null, end: 0 }

/** The parameters of the element that is being read. */
let params: Fields | null = null
let elementEnd = 0

/**
 * Reads the elements that begin at `at`, as many as are well-formed, into `foundData`; what follows belongs to the message, and so does an element
 * that is glued to it. Lenient: spaces behind `=` and before `]`, no limits of length, an unescaped `]` in a value, an element or a parameter twice.
 */
export function structuredDataAt(text: string, at: number): void {
  foundData.elements = null
  foundData.end = at
  while (text.charCodeAt(foundData.end) === OPEN) {
    const id = elementAt(text, foundData.end)
    if (id === null) return
    const next = text.charCodeAt(elementEnd)
    if (next > SPACE && next !== OPEN) return
    // Without a prototype, so that `__proto__` is a name like any other.
    const elements = (foundData.elements ??= Object.create(null) as Fields)
    const before = elements[id]
    const own = params as Fields | null
    if (before === undefined) elements[id] = own ?? (Object.create(null) as Fields)
    else for (const name in own) addParam(before as Fields, name, own[name] as Json)
    foundData.end = elementEnd
  }
}

/** The id of the element at `at`, its parameters in `params` and its end in `elementEnd`; null when it is broken. */
function elementAt(text: string, at: number): string | null {
  params = null
  let i = nameEnd(text, at + 1)
  if (i === at + 1) return null
  const id = text.slice(at + 1, i)
  for (;;) {
    const gap = i
    while (text.charCodeAt(i) === SPACE) i++
    if (text.charCodeAt(i) === CLOSE) {
      elementEnd = i + 1
      return id
    }
    const end = nameEnd(text, i)
    if (i === gap || end === i || text.charCodeAt(end) !== EQUALS) return null
    const name = text.slice(i, end)
    i = end + 1
    while (text.charCodeAt(i) === SPACE) i++
    if (text.charCodeAt(i) !== QUOTE) return null
    const close = valueEnd(text, i + 1)
    if (close === -1) return null
    params ??= Object.create(null) as Fields
    addParam(params, name, escaped ? unescape(text, i + 1, close) : text.slice(i + 1, close))
    i = close + 1
  }
}

/** Names end at a space, `=`, `]`, a quote or a control character. */
function nameEnd(text: string, at: number): number {
  let i = at
  for (let c = text.charCodeAt(i); c > SPACE && c !== EQUALS && c !== CLOSE && c !== QUOTE; c = text.charCodeAt(i)) i++
  return i
}

/** The last value has backslashes in it. */
let escaped = false

/** Index of the quote that ends the value, -1 when there is none. */
function valueEnd(text: string, at: number): number {
  escaped = false
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) return i
    if (c === BACKSLASH) {
      escaped = true
      i++
    }
  }
  return -1
}

/** `\"`, `\\` and `\]` stand for the character; before any other a backslash is a backslash. */
function unescape(text: string, from: number, to: number): string {
  let value = ''
  let start = from
  for (let i = text.indexOf('\\', from); i !== -1 && i < to; i = text.indexOf('\\', i + 2)) {
    const c = text.charCodeAt(i + 1)
    if (c !== QUOTE && c !== BACKSLASH && c !== CLOSE) continue
    value += text.slice(start, i)
    start = i + 1
  }
  return value + text.slice(start, to)
}

/** In place: a line may repeat one parameter a hundred thousand times. */
function addParam(to: Fields, name: string, value: Json): void {
  const before = to[name]
  if (before === undefined) {
    to[name] = value
    return
  }
  const list = Array.isArray(before) ? before : [before]
  if (Array.isArray(value)) for (const one of value) list.push(one)
  else list.push(value)
  to[name] = list
}
