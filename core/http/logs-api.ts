// GET /api/logs: the newest records that match, as JSON, NDJSON or CSV. docs/api.md has the contract.
import type { Context, Hono } from 'hono'
import { csvFormat, CSV_COLUMNS } from '../search/record-csv.ts'
import { recordJson } from '../search/record-json.ts'
import { readCursor } from '../search/store/page-cursor.ts'
import { type Page, PAGE_RECORDS, searchPages } from '../search/search-pages.ts'
import type { Store } from '../search/store.ts'
import { HttpProblem } from './http-problem.ts'
import { readParameters } from './parameters.ts'
import { receiptJson } from './receipt-json.ts'
import { SEARCH_PARAMETERS, searchParameters } from './search-parameters.ts'
import { textStream } from './text-stream.ts'

const LIMIT = 100
const MAX_LIMIT = 100_000
/** Up to here an answer is one string. */
const WHOLE_RECORDS = 1000
const FORMATS = ['json', 'ndjson', 'csv'] as const
type Format = (typeof FORMATS)[number]

const CONTENT_TYPES: Readonly<Record<Format, string>> = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' }

export function mountLogsApi(app: Hono, store: Store): void {
  app.get('/api/logs', async (c) => {
    const parameters = readParameters(c, [...SEARCH_PARAMETERS, 'limit', 'before', 'format', 'columns'])
    const format = parameters.choice('format', FORMATS) ?? byAccept(c.req.header('accept'))
    const columns = parameters.list('columns') ?? CSV_COLUMNS
    const limit = parameters.integer('limit', LIMIT, 1, MAX_LIMIT)
    const request = { ...searchParameters(c, parameters), limit, before: readBefore(parameters.text('before')) }
    const cancelled = new AbortController()
    const signal = AbortSignal.any([request.signal, cancelled.signal])
    const pages = searchPages(store, { ...request, signal })
    // Asked for before the head is sent: what cannot be searched is still a problem with a status.
    const first = (await pages.next()).value as Page
    const headers: Record<string, string> = { 'Content-Type': CONTENT_TYPES[format], 'Cache-Control': 'no-store', Vary: 'Accept' }
    if (format !== 'json' && limit <= PAGE_RECORDS) {
      headers['Sawlog-Receipt'] = JSON.stringify(receiptJson(first.receipt))
      if (first.next !== null) headers['Link'] = `<${nextUrl(c, first.next)}>; rel="next"`
    }
    const shape = shapeOf(format, columns)
    // One string for what is usually asked for: a stream costs more than such a search. More is never in memory as a whole.
    if (limit <= WHOLE_RECORDS) return c.body(shape.open + shape.page(first) + shape.close(first), 200, headers)
    return c.body(textStream(render(shape, first, pages), () => cancelled.abort()), 200, headers)
  })
}

/** Checked here: a page that begins anywhere else would look like the right one. */
function readBefore(text: string | null): string | null {
  if (text === null || readCursor(text) !== null) return text
  throw new HttpProblem(400, `cannot use the parameter before: ${JSON.stringify(text.slice(0, 80))} is not where a page ended. Send "next" of an earlier answer to the same query.`, {}, { parameter: 'before' })
}

/** Whoever takes anything gets JSON. */
function byAccept(accept: string | undefined): Format {
  if (accept === undefined) return 'json'
  for (const range of accept.toLowerCase().split(',')) {
    const type = range.split(';')[0]?.trim()
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json'
    if (type === 'application/x-ndjson' || type === 'application/ndjson' || type === 'application/jsonl') return 'ndjson'
    if (type === 'text/csv') return 'csv'
  }
  return 'json'
}

/** Relative to the host, which a proxy may have changed. */
function nextUrl(c: Context, next: string): string {
  const url = new URL(c.req.url)
  url.searchParams.set('before', next)
  return `${url.pathname}${url.search}`
}

/** The parts of an answer in one format. */
interface Shape {
  readonly open: string
  page(page: Page): string
  close(last: Page): string
}

function shapeOf(format: Format, columns: readonly string[]): Shape {
  if (format === 'csv') {
    const { header, row } = csvFormat(columns)
    return { open: header, page: ({ records }) => records.map(({ text }) => row(text)).join(''), close: () => '' }
  }
  if (format === 'ndjson') return { open: '', page: ({ records }) => records.map(({ id, text }) => `${recordJson(id, text)}\n`).join(''), close: () => '' }
  let comma = ''
  return {
    open: '{"records":[',
    page({ records }) {
      if (records.length === 0) return ''
      const text = comma + records.map(({ id, text }) => recordJson(id, text)).join(',')
      comma = ','
      return text
    },
    close: ({ next, receipt }) => `],"next":${JSON.stringify(next)},"receipt":${JSON.stringify(receiptJson(receipt))}}\n`,
  }
}

async function* render(shape: Shape, first: Page, more: AsyncIterable<Page>): AsyncGenerator<string, undefined> {
  let last = first
  yield shape.open + shape.page(first)
  for await (const page of more) {
    yield shape.page(page)
    last = page
  }
  yield shape.close(last)
  return undefined
}
