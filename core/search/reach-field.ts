// Finds the values a dotted name means inside a JSON value, keys that themselves contain dots included.
import type { Json } from '../json.ts'

/** Deeper than this nothing is looked at: bodies are hostile, and the walk is recursive. */
const MAX_DEPTH = 256

/** A name cut at its dots in every way: `keys[i][j]` is the key from part i to part j. */
export interface FieldPath {
  readonly parts: readonly string[]
  readonly keys: ReadonlyArray<readonly string[]>
}

export function fieldPath(name: string): FieldPath {
  const parts = name.split('.')
  const keys = parts.map((_, from) => parts.map((_, to) => (to < from ? '' : parts.slice(from, to + 1).join('.'))))
  return { parts, keys }
}

/**
 * Calls `visit` for each value the path leads to, until it returns true. Elements of an array are passed through without being named.
 * The way to a value fixes how much of the name is used up, so no value is visited twice.
 */
export function reachField(value: Json, path: FieldPath, visit: (value: Json) => boolean): boolean {
  return reach(value, path, 0, 0, visit)
}

function reach(value: Json, path: FieldPath, from: number, depth: number, visit: (value: Json) => boolean): boolean {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return false
  const isArray = Array.isArray(value)
  if (isArray) {
    for (const item of value) if (reach(item, path, from, depth + 1, visit)) return true
    // `items.0.sku`; other own keys of an array, `length`, are not in the JSON.
    if (!/^\d+$/.test(path.parts[from] as string)) return false
  }
  const keys = path.keys[from] as readonly string[]
  const last = path.parts.length - 1
  const object = value as { [key: string]: Json }
  for (let to = isArray ? from : last; to >= from; to--) {
    const key = keys[to] as string
    if (!Object.hasOwn(object, key)) continue
    const next = object[key] as Json
    if (to === last ? visit(next) : reach(next, path, to + 1, depth + 1, visit)) return true
  }
  return false
}

/** Whether `test` holds for any string, number, boolean or null in `value`. */
export function someLeaf(value: Json, test: (leaf: string | number | boolean | null) => boolean, depth = 0): boolean {
  if (value === null || typeof value !== 'object') return test(value)
  if (depth > MAX_DEPTH) return false
  if (Array.isArray(value)) {
    for (const item of value) if (someLeaf(item, test, depth + 1)) return true
    return false
  }
  for (const key in value) if (Object.hasOwn(value, key) && someLeaf(value[key] as Json, test, depth + 1)) return true
  return false
}
