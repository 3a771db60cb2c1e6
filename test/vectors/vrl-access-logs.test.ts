import combined from '../../plugins/parsers/combined.ts'
import type { Json } from '../../core/json.ts'
import type { LogRecord } from '../../core/record.ts'
import { ARRIVAL, batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

interface Expected {
  readonly ok: boolean
  readonly fields?: Readonly<Record<string, Json>>
}

/** VRL's names for what we call otherwise; they differ between its functions as well. */
const NAMES: Readonly<Record<string, string>> = {
  host: 'client', remote_addr: 'client', remote_user: 'user', request: 'message', body_bytes_size: 'size', referer: 'referrer', http_referer: 'referrer', http_user_agent: 'agent', http_x_forwarded_for: 'forwarded_for',
}

const APACHE_ERROR = 'Apache\'s error log is another format'
const NGINX_ERROR = 'nginx\'s error log is another format'
const INGRESS = 'the upstream columns of the Kubernetes ingress are a format of their own; here they are kept in extra'

testVectors('vrl_access_logs', {
  compare({ input, expect }) {
    const want = expect as Expected
    const records = recordsOf([input as string])
    host(combined).parse.get('combined')?.call(batchOf(records))
    const record = records[0] as LogRecord
    if (!want.ok) return record.error === null ? 'no error' : null
    if (record.error !== null) return record.error
    const { timestamp, ...fields } = want.fields ?? {}
    const wanted: Record<string, Json> = {}
    for (const [name, value] of Object.entries(fields)) {
      // What the server wrote as `-` or nothing is left out here.
      if (value !== '-' && value !== '') wanted[NAMES[name] ?? name] = value
    }
    const time = timestamp === undefined ? ARRIVAL : Date.parse((timestamp as { $ts: string }).$ts)
    const got: Record<string, Json> = { ...record.readFields }
    // nginx's request is not split by VRL.
    if ('request' in fields) for (const name of ['method', 'path', 'query', 'protocol']) delete got[name]
    const [a, b] = [JSON.stringify(inOrder({ ...got, time: record.time })), JSON.stringify(inOrder({ ...wanted, time }))]
    return a === b ? null : `${a} for ${b}`
  },
  leftOut: {
    3: APACHE_ERROR, 4: APACHE_ERROR, 5: APACHE_ERROR, 7: APACHE_ERROR,
    17: INGRESS, 18: INGRESS, 19: INGRESS,
    23: NGINX_ERROR, 24: NGINX_ERROR, 25: NGINX_ERROR, 26: NGINX_ERROR, 27: NGINX_ERROR, 28: NGINX_ERROR,
  },
})

function inOrder(fields: Record<string, Json>): Json {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
}
