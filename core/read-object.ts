// The JSON object that a text is, or why it is none.
import { isTextTooDeep, MAX_JSON_DEPTH } from './json-depth.ts'
import type { JsonObject } from './json.ts'

/** As much of the text as a reason may quote. */
const MAX_QUOTE_CHARS = 40

/** The object; why the text is none, in a few words; or null for text that is blank. Never throws. */
export function readObject(text: string): JsonObject | string | null {
  if (text.charCodeAt(0) !== 123) {
    const start = firstVisible(text)
    if (start === text.length) return null
    if (text.charCodeAt(start) !== 123) return describeStart(text, start)
  }
  if (isTextTooDeep(text)) return `nested deeper than ${MAX_JSON_DEPTH} levels`
  try {
    // What begins with a brace and parses is an object.
    return JSON.parse(text) as JsonObject
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function describeStart(text: string, start: number): string {
  const first = text.charAt(start)
  if (first === '[') return 'it begins like an array'
  if (first === '"') return 'it begins like a string'
  const end = start + MAX_QUOTE_CHARS
  return `it begins with ${JSON.stringify(text.slice(start, end))}${text.length > end ? '...' : ''}`
}

/** Index of the first character that JSON does not count as space. */
function firstVisible(text: string): number {
  let at = 0
  for (let c = text.charCodeAt(0); c === 32 || c === 9 || c === 10 || c === 13; c = text.charCodeAt(at)) at++
  return at
}
