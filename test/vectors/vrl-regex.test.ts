import { isDeepStrictEqual } from 'node:util'
import { compilePattern } from '../../core/pattern.ts'
import type { LogRecord } from '../../core/record.ts'
import regex from '../../plugins/parsers/regex.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

type Fields = Readonly<Record<string, string>>
interface Args {
  readonly pattern: string
}

testVectors('vrl_regex', {
  compare({ input, args, expect }) {
    const { pattern } = args as unknown as Args
    const { fields } = expect as { fields: Fields | readonly Fields[] }
    const got = Array.isArray(fields) ? allMatches(input as string, pattern) : [firstMatch(input as string, pattern)]
    const want = (Array.isArray(fields) ? fields : [fields]).map(named)
    return isDeepStrictEqual(got, want) ? null : `${JSON.stringify(got)} for ${JSON.stringify(want)}`
  },
  leftOut: {
    5: 'parse_tokens is no regular expression: it splits a text at spaces outside of quotes and brackets',
  },
})

/** As the parser reads a line. VRL leaves every value text. */
function firstMatch(line: string, pattern: string): object {
  const [record] = recordsOf([line]) as [LogRecord]
  const types = Object.fromEntries(compilePattern(pattern).names.map((name) => [name, 'string']))
  host(regex, { pattern, types }).parse.get('regex')?.call(batchOf([record]))
  return { error: record.error, ...record.readFields }
}

/** VRL's parse_regex_all, which the parser has no use for: a line is one record. What it stands on finds them all. */
function allMatches(text: string, pattern: string): object[] {
  const compiled = compilePattern(pattern)
  const matches: object[] = []
  for (let found = compiled.exec(text); found !== null; found = compiled.exec(text, found.end)) matches.push({ error: null, ...found.groups })
  return matches
}

/** Numbered groups, an option of VRL, have no names to be fields under. */
function named(fields: Fields): object {
  return { error: null, ...Object.fromEntries(Object.entries(fields).filter(([name]) => !/^\d+$/.test(name))) }
}
