// What a Content-Type says about the body of a POST: how to read it, and its character set.
import { HttpProblem } from './http-problem.ts'

export interface MediaType {
  /** `sniff`: the label says nothing reliable (curl labels everything a form). */
  readonly kind: 'json' | 'ndjson' | 'text' | 'form' | 'sniff'
  /** Lower case; null where none was named. */
  readonly charset: string | null
}

const KINDS: Readonly<Record<string, MediaType['kind']>> = {
  'application/json': 'json', 'text/json': 'json', 'application/x-ndjson': 'ndjson', 'application/ndjson': 'ndjson', 'application/jsonl': 'ndjson',
  'application/x-jsonl': 'ndjson', 'application/jsonlines': 'ndjson', 'application/x-json-stream': 'ndjson', 'application/json-lines': 'ndjson',
  'application/x-www-form-urlencoded': 'form', 'application/octet-stream': 'sniff',
}

/** The labels of nearly all requests, so that they cost one look-up. */
const NO_LABEL: MediaType = { kind: 'sniff', charset: null }
const known = new Map<string, MediaType>([['application/json', { kind: 'json', charset: null }], ['application/x-ndjson', { kind: 'ndjson', charset: null }]])

export function mediaType(header: string | undefined): MediaType {
  if (header === undefined) return NO_LABEL
  return known.get(header) ?? read(header)
}

function read(header: string): MediaType {
  const [type = '', ...parameters] = header.split(';')
  const name = type.trim().toLowerCase()
  if (name === '') return NO_LABEL
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : name.endsWith('+json') ? 'json' : name.startsWith('text/') ? 'text' : undefined
  if (kind === undefined) {
    throw new HttpProblem(415, `cannot read a body of type ${JSON.stringify(name.slice(0, 80))}: it holds no log records. Send application/json, application/x-ndjson or text/plain.`)
  }
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(parameter)?.[1]).find((value) => value !== undefined)
  return { kind, charset: charset?.toLowerCase() ?? null }
}
