// What zod found wrong, in the words of a person who writes YAML.
import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { describeSchema, isSecretAt, keysAt, schemasAt, type JsonSchema } from './option-schema.ts'
import type { Origins } from './origins.ts'
import { valueAt, type ConfigPath } from './path.ts'
import type { Finding } from './problems.ts'

type Issue = z.core.$ZodIssue

export interface Explained {
  /** What was checked; paths of issues start at it. */
  readonly value: unknown
  /** Where that stands in the configuration. */
  readonly base: ConfigPath
  readonly schema: JsonSchema
  readonly origins: Origins
  /** Keys at the top of `value` that are right although the schema does not know them. */
  readonly alsoKnown?: readonly string[]
}

/** Values in messages are for recognising, not for reading. */
const MAX_SHOWN = 60
/** More names than this are looked up in the reference, not in a message. */
const MAX_NAMES = 12

export function explainIssues(issues: readonly Issue[], about: Explained): Finding[] {
  return issues.flatMap((issue) => explain(issue, about))
}

function explain(issue: Issue, about: Explained): Finding[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, issue.path, about))
    case 'invalid_union':
      return explainUnion(issue, about)
    case 'invalid_value':
      return [mismatch(issue.path, about, issue.values.map(String))]
    case 'invalid_type':
      return [mismatch(issue.path, about, [])]
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, about))
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
    case 'invalid_format':
    case 'custom':
      return [{ path: full(about, issue.path), at: 'value', message: ownWords(issue, about) }]
  }
}

/** Also for schemas that would silently drop the key. */
export function unknownKey(key: string, path: ConfigPath, about: Explained): Finding {
  const known = [...keysAt(about.schema, path), ...(path.length === 0 ? (about.alsoKnown ?? []) : [])].sort()
  const meant = nearest(key, known)
  const rest = meant !== null || known.length === 0 || known.length > MAX_NAMES ? '' : `. Known keys: ${known.join(', ')}`
  return { path: full(about, [...path, key]), at: 'key', message: `unknown key "${key}"${rest}`, nearest: meant }
}

function mismatch(path: ConfigPath, about: Explained, values: readonly string[]): Finding {
  const value = valueAt(about.value, path)
  const expected = values.length > 1 ? `one of ${values.join(', ')}` : describeAt(path, about) ?? (values.length > 0 ? `"${values.join('')}"` : 'another value')
  const names = values.length > 0 ? values : literalsAt(path, about)
  const meant = typeof value === 'string' && !isHidden(path, about) ? nearest(value, names) : null
  if (value === undefined) return { path: full(about, path), at: 'value', message: `missing: expected ${expected}`, expected }
  return { path: full(about, path), at: 'value', message: `expected ${expected}, got ${show(path, value, about)}`, expected, nearest: meant }
}

/** A branch whose type fits the value is the one that was meant: only its mistakes are shown. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, about: Explained): Finding[] {
  const meant = issue.errors
    .filter((branch) => branch.every((inner) => inner.path.length > 0 || !['invalid_type', 'invalid_value', 'invalid_union'].includes(inner.code)))
    .toSorted((a, b) => a.length - b.length)[0]
  if (meant !== undefined && meant.length > 0) return meant.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }, about))
  return [mismatch(issue.path, about, (('options' in issue ? issue.options : undefined) ?? []).map(String))]
}

function ownWords(issue: Exclude<Issue, { code: 'invalid_union' }>, about: Explained): string {
  if (issue.code === 'custom') return issue.message
  const value = valueAt(about.value, issue.path)
  const got = `, got ${show(issue.path, value, about)}`
  const empty = issue.code === 'too_small' && issue.minimum === 1 && (value === '' || (Array.isArray(value) && value.length === 0))
  if (empty) return value === '' ? 'expected some text, got ""' : 'expected at least one entry, got an empty list'
  // Zod's own sentences begin `Too small: expected number to be >=1`.
  const text = issue.message.replace(/^[A-Z][\w ]*: /, '')
  const limits = text.replace('number to be ', 'a number ').replace('int to be ', 'a whole number ').replace('>=', 'of at least ').replace('<=', 'of at most ').replace('>', 'above ').replace('<', 'below ')
  return `${limits.startsWith('expected') ? '' : 'expected '}${limits}${text.includes(', got ') ? '' : got}`
}

function describeAt(path: ConfigPath, about: Explained): string | null {
  const [first] = schemasAt(about.schema, path)
  return first === undefined ? null : describeSchema(first)
}

function literalsAt(path: ConfigPath, about: Explained): string[] {
  return schemasAt(about.schema, path).flatMap((schema) => [...(schema.enum ?? []), schema.const].filter((one) => typeof one === 'string'))
}

/** Secrets and what came from the environment are not repeated on a screen. */
function isHidden(path: ConfigPath, about: Explained): boolean {
  return isSecretAt(about.schema, path) || (about.origins.get(full(about, path))?.env.length ?? 0) > 0
}

function show(path: ConfigPath, value: unknown, about: Explained): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const env = about.origins.get(full(about, path))?.env ?? []
  if (env.length > 0) return `a ${typeof value} from the environment (${env.join(', ')})`
  if (isHidden(path, about)) return `a ${typeof value}`
  const text = JSON.stringify(value)
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`
}

function full(about: Explained, path: ConfigPath): ConfigPath {
  return [...about.base, ...path]
}
