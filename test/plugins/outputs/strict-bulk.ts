// Elasticsearch's `_bulk` as its reference describes it, taken at its word: whatever is not exactly right is refused.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface ItemError {
  readonly status: number
  readonly type: string
  readonly reason?: string
}
export interface StrictBulk {
  readonly url: string
  /** Documents by id, by index. */
  readonly indices: Map<string, Map<string, Record<string, unknown>>>
  readonly requests: Array<{ items: number; authorization: string | undefined; gzip: boolean; path: string }>
  /** Why requests were refused as a whole. */
  readonly refused: string[]
  /** Fails an item; null lets it in. */
  item: (document: Record<string, unknown>) => ItemError | null
  /** Answers instead of looking into the body; null: looks. */
  whole: (() => { status: number; body: string; headers?: Record<string, string> } | null) | null
  close(): void
}

const ACTION = /^\{"create":\{"_index":"[^"\\]+","_id":"[^"\\]+"\}\}$/
const INDEX = /^(?![-_+.])[^A-Z\\/*?"<>| ,#:]{1,255}$/
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

export async function startStrictBulk(): Promise<StrictBulk> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const { status, body, headers = {} } = bulk.whole?.() ?? take(bulk, request, Buffer.concat(chunks))
      if (status === 400) bulk.refused.push(body)
      response.writeHead(status, { 'Content-Type': 'application/json', 'X-Elastic-Product': 'Elasticsearch', ...headers }).end(body)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const bulk: StrictBulk = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, indices: new Map(), requests: [], refused: [], item: () => null, whole: null,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return bulk
}

function take(bulk: StrictBulk, request: IncomingMessage, sent: Buffer): { status: number; body: string; headers?: Record<string, string> } {
  const refuse = (reason: string, status = 400) => ({ status, body: JSON.stringify({ error: { type: 'illegal_argument_exception', reason }, status }) })
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
  if (request.method !== 'POST' || pathname !== '/_bulk') return refuse(`no handler for ${request.method} ${pathname}`)
  const unknown = [...searchParams.keys()].filter((name) => !['filter_path', 'pipeline'].includes(name))
  if (unknown.length > 0) return refuse(`unrecognized parameters ${unknown.join()}`)
  if (!/^application\/(?:x-ndjson|json)$/.test(request.headers['content-type'] ?? '')) return refuse(`Content-Type header [${request.headers['content-type']}] is not supported`, 406)
  const gzip = request.headers['content-encoding'] === 'gzip'
  const body = (gzip ? gunzipSync(sent) : sent).toString()
  if (!body.endsWith('\n')) return refuse('The bulk request must be terminated by a newline [\\n]')
  const lines = body.slice(0, -1).split('\n')
  if (lines.length % 2 !== 0) return refuse('an action without a source')
  const items = []
  for (let i = 0; i < lines.length; i += 2) {
    const [action = '', source = ''] = [lines[i], lines[i + 1]]
    if (!ACTION.test(action)) return refuse(`Malformed action/metadata line [${i + 1}]: ${action}`)
    const { create: { _index: index, _id: id } } = JSON.parse(action) as { create: { _index: string; _id: string } }
    if (!INDEX.test(index) || Buffer.byteLength(id) > 512) return refuse(`Invalid index name or id [${index}] [${id}]`)
    items.push({ create: store(bulk, index, id, source) })
  }
  bulk.requests.push({ items: items.length, authorization: request.headers.authorization, gzip, path: request.url ?? '' })
  const answer = { took: 3, errors: items.some(({ create }) => create.error !== undefined), items }
  return { status: 200, body: JSON.stringify(filtered(answer, searchParams.get('filter_path'))) }
}

function store(bulk: StrictBulk, _index: string, _id: string, source: string): { _index: string; _id: string; status: number; error?: unknown } {
  const failed = (status: number, type: string, reason: string) => ({ _index, _id, status, error: { type, reason, caused_by: { type: 'x', reason: 'deeper' } } })
  let document: Record<string, unknown>
  try {
    document = JSON.parse(source) as Record<string, unknown>
  } catch {
    return failed(400, 'document_parsing_exception', 'not JSON')
  }
  if (!DATE.test(String(document['@timestamp']))) return failed(400, 'document_parsing_exception', 'data stream timestamp field [@timestamp] is missing')
  const error = bulk.item(document)
  if (error !== null) return failed(error.status, error.type, error.reason ?? 'because')
  const documents = bulk.indices.get(_index) ?? new Map<string, Record<string, unknown>>()
  bulk.indices.set(_index, documents)
  if (documents.has(_id)) return failed(409, 'version_conflict_engine_exception', `[${_id}]: version conflict, document already exists (current version [1])`)
  documents.set(_id, document)
  return { _index, _id, status: 201 }
}

/** Keeps what one of the paths names; `*` is any name, lists are looked through. */
function filtered(value: unknown, paths: string | null): unknown {
  if (paths === null) return value
  const keep = (one: unknown, given: readonly string[][]): unknown => {
    if (given.some((path) => path.length === 0) || one === null || typeof one !== 'object') return one
    if (Array.isArray(one)) return one.map((item) => keep(item, given))
    const kept = Object.entries(one).map(([name, inner]) => [name, given.filter(([first]) => first === name || first === '*').map((path) => path.slice(1)), inner] as const)
    return Object.fromEntries(kept.filter(([, rest]) => rest.length > 0).map(([name, rest, inner]) => [name, keep(inner, rest)]))
  }
  return keep(value, paths.split(',').map((path) => path.split('.')))
}
