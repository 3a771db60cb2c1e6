// A value in an object, by its name or a path with dots, as text.
import type { JsonObject } from './json.ts'
import { lookUp } from './look-up.ts'

/** Numbers and booleans as text, objects as JSON; null when there is none. */
export function lookUpText(object: JsonObject, path: string): string | null {
  const value = lookUp(object, path)
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
