import type { LogRecord } from '../../core/record.ts'
import grok from '../../plugins/parsers/grok.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

interface Args {
  readonly pattern?: string
  readonly patterns?: readonly string[]
  readonly aliases?: Readonly<Record<string, string>>
}

testVectors('vrl_grok', {
  compare({ input, args, expect }) {
    const { pattern, patterns, aliases } = args as Args
    const want = expect as { ok: boolean; fields?: object }
    const options = { pattern: patterns ?? pattern, ...(aliases === undefined ? {} : { definitions: aliases }) }
    if (!grok.options.safeParse(options).success) return want.ok ? 'the pattern is refused' : null
    const [record] = recordsOf([input as string]) as [LogRecord]
    host(grok, options).parse.get('grok')?.call(batchOf([record]))
    if (!want.ok) return record.error === null ? 'matches' : null
    const got = JSON.stringify({ ...record.readFields })
    return record.error === null && got === JSON.stringify(want.fields) ? null : `${record.error ?? got}`
  },
})
