import csv from '../../plugins/parsers/csv.ts'
import json from '../../plugins/parsers/json.ts'
import type { LogRecord } from '../../core/record.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

testVectors('vrl_csv_json', {
  compare({ name, input, args, expect }) {
    const parser = name?.startsWith('parse_csv') ? csv : json
    const want = expect as { ok: boolean; fields?: unknown }
    // `max_depth` changes nothing where the object is not that deep.
    const options = parser === csv ? { header: false, ...args } : {}
    if (!parser.options.safeParse(options).success) return want.ok ? 'the options are refused' : null
    // A source makes a record of each line; VRL reads the first.
    const [record] = recordsOf([textOf(input).split('\n')[0] as string]) as [LogRecord]
    host(parser, options).parse.get(parser.type)?.call(batchOf([record]))
    if (!want.ok) return record.error === null ? 'no error' : null
    if (record.error !== null) return record.error
    const got = JSON.stringify(parser === csv ? Object.values(record.readFields) : record.object)
    const wanted = JSON.stringify(parser === csv ? (want.fields as unknown[]).map(textOf) : want.fields)
    return got === wanted ? null : `${got} for ${wanted}`
  },
  leftOut: {
    8: 'parsing only the upper levels of an object (max_depth) is no feature here',
    12: 'about a number reader that is off in the last digit; a line is stored as the bytes it came in',
  },
})

/** Bytes that are not UTF-8 become U+FFFD in every source, for what is stored is text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : Buffer.from((value as { $b64: string }).$b64, 'base64').toString('utf8')
}
