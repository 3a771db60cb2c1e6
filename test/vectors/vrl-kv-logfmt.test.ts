import keyValue from '../../plugins/parsers/key-value.ts'
import logfmt from '../../plugins/parsers/logfmt.ts'
import type { Json } from '../../core/json.ts'
import type { LogRecord } from '../../core/record.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

testVectors('vrl_kv_logfmt', {
  compare({ input, args = {}, expect }) {
    const { key_value_delimiter: value, field_delimiter: pair } = args
    const parser = value === undefined && pair === undefined ? logfmt : keyValue
    const [record] = recordsOf([input as string]) as [LogRecord]
    const options = { ...(value === undefined ? {} : { value_separator: value }), ...(pair === undefined ? {} : { pair_separator: pair }) }
    host(parser, options).parse.get(parser.type)?.call(batchOf([record]))
    if (record.error !== null) return record.error
    const [got, want] = [asText({ ...record.readFields }), asText((expect as { fields: Record<string, Json> }).fields)]
    return got === want ? null : `${got} for ${want}`
  },
})

/** VRL knows no numbers here. */
function asText(fields: Record<string, Json>): string {
  return JSON.stringify(Object.entries(fields).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}
