// Structured data as RFC 5424 wants it: `[origin@32473 ip="192.0.2.1"]`, names made fit, values escaped, `-` for none.
import type { Json } from '../json.ts'

/** Of ids and names of parameters. */
const MAX_NAME_CHARS = 32
const UNFIT = /[^\u0021-\u007e]|[="\]]/gu
const ESCAPED = /["\\\]]/g

/** Elements by id, each with its parameters by name; a list is a parameter given several times. Two ids that become the same are one element. */
export function writeStructuredData(elements: Iterable<readonly [id: string, params: Readonly<Record<string, Json>>]>): string {
  const written = new Map<string, string>()
  for (const [id, params] of elements) {
    const name = nameOf(id)
    if (name !== '') written.set(name, (written.get(name) ?? '') + paramsOf(params))
  }
  let text = ''
  for (const [name, params] of written) text += `[${name}${params}]`
  return text === '' ? '-' : text
}

function paramsOf(params: Readonly<Record<string, Json>>): string {
  let text = ''
  for (const [key, value] of Object.entries(params)) {
    const name = nameOf(key)
    if (name === '') continue
    for (const one of Array.isArray(value) ? value : [value]) text += ` ${name}="${valueOf(one)}"`
  }
  return text
}

function nameOf(text: string): string {
  return text.slice(0, MAX_NAME_CHARS).replace(UNFIT, '_')
}

function valueOf(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(ESCAPED, '\\$&')
}
