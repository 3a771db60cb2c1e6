// How deep JSON nests: what is nested without end is refused before it costs memory or a recursive reader its stack.
import type { Json } from './json.ts'

/** Deeper than any log has reason to be, shallower than the limits of those who read segments (DuckDB, jq: 1000 and more). */
export const MAX_JSON_DEPTH = 256

const QUOTE = 34
const BACKSLASH = 92

/** Whether JSON text nests deeper than `max`. Lines too short for that cost nothing, others about 20 ns for each bracket they have. */
export function isTextTooDeep(text: string, max = MAX_JSON_DEPTH): boolean {
  // Every level takes a character to open and one to close, closed or not: half of it is a safe bound for what JSON.parse accepts.
  if (text.length <= max * 2) return false
  return countsMore(text, max) && deepest(text, max) > max
}

function countsMore(text: string, max: number): boolean {
  let count = 0
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) if (++count > max) return true
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) if (++count > max) return true
  return false
}

/** The greatest depth outside strings, counted until it exceeds `max`. */
function deepest(text: string, max: number): number {
  let depth = 0
  let greatest = 0
  let inString = false
  for (let i = 0; i < text.length && greatest <= max; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) inString = false
    } else if (c === QUOTE) inString = true
    else if (c === 123 || c === 91) {
      depth++
      if (depth > greatest) greatest = depth
    } else if (c === 125 || c === 93) depth--
  }
  return greatest
}

/** Whether a value nests deeper than `max`; objects count, recursion stops there. */
export function isValueTooDeep(value: Json, max = MAX_JSON_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (max === 0) return true
  if (Array.isArray(value)) {
    for (const item of value) if (isValueTooDeep(item, max - 1)) return true
    return false
  }
  for (const key in value) if (Object.hasOwn(value, key) && isValueTooDeep(value[key] as Json, max - 1)) return true
  return false
}
