import logfmt from '../../plugins/parsers/logfmt.ts'
import type { Json } from '../../core/json.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

type Pair = readonly [key: string, value: string | null]
interface Expected {
  readonly ok: boolean
  readonly records?: readonly (readonly Pair[])[]
  readonly fields_logfmt?: string
}

testVectors('logfmt', {
  compare({ input, expect }) {
    const want = expect as Expected
    const text = typeof input === 'string' ? input : Buffer.from((input as { $b64: string }).$b64, 'base64').toString('utf8')
    const lines = text.split('\n')
    const records = recordsOf(lines)
    host(logfmt).parse.get('logfmt')?.call(batchOf(records))
    const errors = records.filter(({ error }) => error !== null)
    if (!want.ok) return errors.length > 0 ? null : 'no error'
    if (errors.length > 0) return String(errors[0]?.error)
    const got = records.map(({ readFields }) => asText(Object.entries(readFields)))
    // VictoriaLogs writes its fields out again.
    const wanted = want.records?.map(asText) ?? [inOrder(want.fields_logfmt ?? '')]
    while (got.length > wanted.length && got.at(-1) === '') got.pop()
    return JSON.stringify(got) === JSON.stringify(wanted) ? null : `${JSON.stringify(got)} for ${JSON.stringify(wanted)}`
  },
  disagreements: {
    15: 'k=b=ar: a value may contain "=", as in url=/a?b=c; go-logfmt refuses it',
  },
  leftOut: {
    29: 'VictoriaLogs puts a value without a key into its own field _msg; go-logfmt (line 14) refuses it, as we do',
  },
})

/** Pairs of a line as text. go-logfmt's nil is its way to say that a key has no value, which is the empty text here. It lists repeated keys, of which the first counts here. */
function asText(pairs: ReadonlyArray<readonly [string, Json]>): string {
  const first = pairs.filter(([key], i) => pairs.findIndex(([other]) => other === key) === i)
  return inOrder(first.map(([key, value]) => `${key}=${String(value ?? '').includes(' ') ? JSON.stringify(value) : String(value ?? '')}`).join(' '))
}

/** Fields have no order. */
function inOrder(text: string): string {
  return text.split(' ').sort().join(' ')
}
