// A copy of a configuration value in which what `secret()` marked reads `********`.
import type { Json } from '../json.ts'
import { isSecretAt, type JsonSchema } from './option-schema.ts'
import type { ConfigPath } from './path.ts'

/** Always this long, so that it does not tell the secret's length. */
export const MASK = '********'

/** Connection strings carry passwords in keys that nobody thinks of as secret. Bounded, so that no value is slow. */
const PASSWORD_IN_URL = /(:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/g

export function maskSecrets(value: Json, schema: JsonSchema, path: ConfigPath = []): Json {
  if (value !== null && value !== '' && isSecretAt(schema, path)) return MASK
  if (typeof value === 'string') return value.replace(PASSWORD_IN_URL, `$1${MASK}@`)
  if (Array.isArray(value)) return value.map((item, index) => maskSecrets(item, schema, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskSecrets(item, schema, [...path, key])]))
}
