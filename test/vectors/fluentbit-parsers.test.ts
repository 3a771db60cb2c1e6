import type { Json, JsonObject } from '../../core/json.ts'
import type { ParserPlugin } from '../../core/define-plugin.ts'
import type { LogRecord } from '../../core/record.ts'
import json from '../../plugins/parsers/json.ts'
import keyValue from '../../plugins/parsers/key-value.ts'
import logfmt from '../../plugins/parsers/logfmt.ts'
import regex from '../../plugins/parsers/regex.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

const HEX = 'Fluent Bit has a type for numbers in hexadecimal; here they stay text'
const DECODE = 'Fluent Bit decodes JSON inside a field by an option of its own'

testVectors('fluentbit_parsers', {
  compare({ input, args, expect }) {
    const { format, regex: pattern, time_format } = args as { format: string; regex?: string; time_format?: string }
    const record = parse(format, input as string, pattern, time_format)
    const got: JsonObject = record.object ?? record.readFields
    if (record.error !== null) return record.error
    // What gave the time stays a field here; Fluent Bit takes it out unless told to keep it.
    for (const [name, value] of Object.entries((expect as { fields_str: Record<string, string> }).fields_str)) {
      if (asText(got[name]) !== value) return `${name}: ${JSON.stringify(got[name])}`
    }
    return time_format === undefined || record.time === Date.UTC(2022, 9, 31, 12, 0, 1, 123) ? null : `the time is ${record.time}`
  },
  leftOut: { 3: HEX, 4: DECODE, 9: HEX, 10: DECODE, 13: DECODE },
})

function parse(format: string, line: string, pattern: string | undefined, timeFormat: string | undefined): LogRecord {
  const [record] = recordsOf([line]) as [LogRecord]
  const [plugin, options] = parserOf(format, pattern, timeFormat)
  host(plugin, options).parse.get(plugin.type)?.call(batchOf([record]))
  return record
}

function parserOf(format: string, pattern: string | undefined, timeFormat: string | undefined): readonly [ParserPlugin, object] {
  switch (format) {
    case 'regex': return [regex, { pattern, ...(timeFormat === undefined ? {} : { time_format: timeFormat }) }]
    case 'logfmt': return [logfmt, {}]
    case 'ltsv': return [keyValue, { pair_separator: '\t', value_separator: ':' }]
    default: return [json, {}]
  }
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing'
}
