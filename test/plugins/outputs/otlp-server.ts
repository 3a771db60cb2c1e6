// A strict OTLP/HTTP receiver for logs, after the specification: both encodings, answers in the encoding of the request, partial success, Status in errors.
import { type Decoded, decodeOtlp, encodeMessage } from '../../core/otlp/decode-otlp.ts'
import { type Answer, answeringServer, type AnsweringServer, type Asked } from './answering-server.ts'

type Record_ = Decoded['records'][number]
export interface Received extends Record_ {
  readonly resource: Decoded['resource']
}

export interface OtlpServer extends AnsweringServer {
  readonly requests: Asked[]
  /** In order of arrival, without repeats: a record whose `log.record.uid` was here before is dropped. */
  received(prefix?: string): readonly Received[]
  /** How many were dropped so. */
  repeats(): number
  /** What is answered instead, once each, in this order. Of status 0: the request is taken, and the answer lost. */
  readonly instead: Answer[]
  readonly failures: unknown[]
}

export interface OtlpRules {
  readonly port?: number
  /** A request with such a record is refused as a whole. */
  readonly bad?: (record: Record_) => boolean
  /** Such records are left out, and counted in a partial success. */
  readonly unwanted?: (record: Record_) => boolean
  readonly store?: Map<string, Map<string, Received>>
}

const PATH = '/v1/logs'

export async function otlpServer({ port = 0, bad = () => false, unwanted = () => false, store = new Map() }: OtlpRules = {}): Promise<OtlpServer> {
  const requests: Asked[] = []
  const instead: Answer[] = []
  const failures: unknown[] = []
  let repeats = 0
  const server = await answeringServer((asked) => {
    requests.push(asked)
    const other = instead.shift()
    if (other !== undefined && other.status !== 0) return other
    if (!asked.path.endsWith(PATH) || asked.method !== 'POST') return { status: 404 }
    const type = asked.headers['content-type'] ?? ''
    const groups = decodeOtlp(asked.body, type)
    const records = groups.flatMap(({ resource, records }) => records.map((record) => ({ ...record, resource })))
    if (groups.some(({ records }) => records.length === 0)) throw new Error('an empty envelope')
    if (records.some(bad)) return answer(400, type, 'Status', { code: 3, message: 'bad record' })
    const key = asked.path.slice(0, -PATH.length)
    let kept = store.get(key)
    if (kept === undefined) store.set(key, (kept = new Map()))
    let rejected = 0
    for (const record of records) {
      if (unwanted(record)) {
        rejected++
        continue
      }
      const uid = String(record.attributes['log.record.uid'])
      const known = kept.get(uid)
      if (known !== undefined) repeats++
      if (known !== undefined && text(known) !== text(record)) throw new Error(`two records have the id ${uid}`)
      kept.set(uid, record)
    }
    return other ?? answer(200, type, 'ExportLogsServiceResponse', rejected === 0 ? {} : { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: 'unwanted' } })
  }, { port, failures })
  return { ...server, requests, instead, failures, repeats: () => repeats, received: (prefix = '') => [...(store.get(prefix)?.values() ?? [])] }
}

export function answer(status: number, type: string, message: 'ExportLogsServiceResponse' | 'Status', value: object): Answer {
  return { status, headers: { 'content-type': type }, body: type === 'application/json' ? JSON.stringify(value) : encodeMessage(message, value) }
}

function text(record: Received): string {
  return JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
