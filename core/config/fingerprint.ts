// A short name for a component's configuration: equal before and after a reload when nothing about it changed.
import { createHash } from 'node:crypto'
import type { Json } from '../json.ts'

/** Hashed, because the entry may hold secrets and fingerprints are compared, kept and perhaps shown. */
export function fingerprint(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('base64url')
}

/** JSON with sorted keys: the order of keys in YAML means nothing. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`
}
