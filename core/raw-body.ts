// The body of a stored line as the text it has there: parsing and writing it again would change long numbers and fail on deep nesting.
import type { StoredLine } from './journal/stored-line.ts'

/** Occurs once outside a string before the body: inside one its quotes would be escaped. */
const BODY_KEY = ',"body":'
const QUOTE = 34
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125

/** JSON text of an object body; for a body that is a string, the string itself. */
export function rawBody(line: StoredLine): string {
  const { value, text } = line
  if (typeof value.body === 'string') return value.body
  const start = text.indexOf(BODY_KEY) + BODY_KEY.length
  const last = value.fields === undefined && value.guessed === undefined && value.error === undefined
  return text.slice(start, last ? text.length - 1 : endOfObject(text, start))
}

/** About 1 ns a character. */
function endOfObject(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === OPEN) depth++
    else if (char === CLOSE && --depth === 0) return at + 1
    else if (char === QUOTE) at = endOfString(text, at + 1)
  }
  throw new Error('BUG: the body of a stored line has no end')
}

function endOfString(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
