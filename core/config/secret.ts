// Marks an option as secret, so that pages, messages and the effective config show `********` in its place.
import { z } from 'zod'

/** A string that must never be shown. JSON Schema's `writeOnly` is the mark: editors and `maskSecrets` read the same. */
export function secret() {
  return z.string().min(1).meta({ writeOnly: true })
}
