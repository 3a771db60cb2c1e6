// The name of an index, fixed or with parts of the record's date in it: `logs-%Y.%m.%d`.
import { z } from 'zod'

/** The index of a record by its time, ISO 8601 in UTC. */
export type IndexName = (time: string) => string

/** Where each part stands in an ISO date. */
const PARTS: Readonly<Record<string, readonly [from: number, to: number]>> = { Y: [0, 4], m: [5, 7], d: [8, 10], H: [11, 13] }
/** What Elasticsearch and OpenSearch refuse in a name. */
// oxlint-disable-next-line no-control-regex -- they are refused as well
const FORBIDDEN = /[A-Z\\/*?"<>| ,#:\u0000-\u001f\u007f]/
const MAX_BYTES = 255

/** Given to `setup` compiled. */
export function indexPattern() {
  return z.string().min(1).superRefine((text, context) => {
    const wrong = wrongWith(text)
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong })
  }).transform(compile)
}

function wrongWith(text: string): string | null {
  if (/%(?![YmdH])/.test(text)) return 'expected %Y, %m, %d or %H after each "%"'
  const example = compile(text)('2026-11-01T00:00:00.000Z')
  if (FORBIDDEN.test(example)) return 'expected an index name in small letters, without blanks and any of \\ / * ? " < > | , # :'
  if (/^[-_+.]/.test(example)) return 'expected an index name that does not begin with - _ + or .'
  return Buffer.byteLength(example) > MAX_BYTES ? `expected an index name of at most ${MAX_BYTES} bytes` : null
}

function compile(text: string): IndexName {
  if (!text.includes('%')) return () => text
  return (time) => text.replaceAll(/%([YmdH])/g, (_all, part: string) => time.slice(...(PARTS[part] as [number, number])))
}
