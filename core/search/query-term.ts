// Writes names, values and terms of a query from plain text: whatever it contains, the parser reads it back as the same text.

/** Names a query takes as they are; others are quoted. */
const PLAIN_NAME = /^[\p{L}_@$][\p{L}\p{N}_@$.-]*$/u
/** Values that mean nothing but themselves: no star, no operator, no bracket. */
const PLAIN_VALUE = /^(?:[\p{L}\p{N}_][\p{L}\p{N}_.-]*|-?\d+(?:\.\d+)?)$/u
/** The parser's own limit. */
const MAX_NAME_PARTS = 32

/** Null for what no query can name. */
export function queryName(name: string): string | null {
  if (name === '' || name.split('.').length > MAX_NAME_PARTS) return null
  if (name === 'tags') return 'tag'
  return PLAIN_NAME.test(name) ? name : quoted(name)
}

export function queryValue(value: string): string {
  return PLAIN_VALUE.test(value) ? value : quoted(value)
}

/** `name:value`; null for what no query can name. */
export function queryTerm(name: string, value: string): string | null {
  const written = queryName(name)
  return written === null ? null : `${written}:${queryValue(value)}`
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`
}
