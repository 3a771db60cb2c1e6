// A value in an object, by its name or a path with dots, as text.
import type { Json, JsonObject } from './json.ts'

/** A key of that very name goes before a path. Numbers and booleans as text, objects as JSON; null when there is none. */
export function lookUpText(object: JsonObject, path: string): string | null {
  if (Object.hasOwn(object, path)) return asText(object[path])
  const dot = path.indexOf('.')
  if (dot === -1) return null
  let value: Json | undefined = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
    value = (value as JsonObject)[key]
  }
  return asText(value)
}

function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
