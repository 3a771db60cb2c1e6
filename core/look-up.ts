// A value in an object, by its name or a path with dots.
import type { Json, JsonObject } from './json.ts'

/** A key of that very name goes before a path; undefined when there is none. */
export function lookUp(object: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(object, path)) return object[path]
  if (path.indexOf('.') === -1) return undefined
  let value: Json | undefined = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as JsonObject)[key]
  }
  return value
}
