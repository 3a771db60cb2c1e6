// A term of the query language that finds exactly this name, whatever characters it has.

/** `tag:payment`, `source:"my app"`. */
export function queryTerm(name: 'tag' | 'source' | 'level', value: string): string {
  return /^[a-z\d_][\w.-]*$/i.test(value) && !/^(and|or|not|to)$/i.test(value) ? `${name}:${value}` : `${name}:"${value.replaceAll(/["\\*]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`
}
