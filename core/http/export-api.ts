// GET /api/export: everything that matches, newest first, as a file. docs/api.md has the contract.
import type { Context, Hono } from 'hono'
import { csvFormat, CSV_COLUMNS } from '../search/record-csv.ts'
import { recordJson } from '../search/record-json.ts'
import type { FoundRecord, Store } from '../search/store.ts'
import type { OpenExports } from './open-exports.ts'
import { readParameters } from './parameters.ts'
import { SPAN_PARAMETERS, spanParameters } from './search-parameters.ts'
import { gzipStream, textStream } from './text-stream.ts'

const FORMATS = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const

/** An export takes as long as its reader, and one that was cut would look whole. A day is beyond any. */
const NO_BUDGET_MS = 86_400_000

export function mountExportApi(app: Hono, store: Store, exports: OpenExports): void {
  app.get('/api/export', async (c) => {
    const parameters = readParameters(c, [...SPAN_PARAMETERS, 'format', 'columns', 'gzip'])
    const format = parameters.choice('format', ['ndjson', 'csv']) ?? 'ndjson'
    const columns = parameters.list('columns') ?? CSV_COLUMNS
    const zipped = parameters.flag('gzip')
    const { signal, ...span } = spanParameters(c, parameters)

    const name = `sawlog-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.${format}${zipped ? '.gz' : ''}`
    const headers: Record<string, string> = { 'Content-Type': zipped ? 'application/gzip' : FORMATS[format], 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' }
    const encoded = !zipped && takesGzip(c)
    if (!zipped) headers['Vary'] = 'Accept-Encoding'
    if (encoded) headers['Content-Encoding'] = 'gzip'
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, headers)

    const leave = exports.begin()
    const cancelled = new AbortController()
    const end = (): void => {
      cancelled.abort()
      leave()
    }
    try {
      const found = store.export({ ...span, budgetMs: NO_BUDGET_MS, signal: AbortSignal.any([signal, cancelled.signal]) })[Symbol.asyncIterator]()
      // Asked for before the head is sent: what cannot be searched is still a problem with a status.
      const first = await found.next()
      const text = render(first, found, format === 'csv' ? csvFormat(columns) : null)
      return c.body(zipped || encoded ? gzipStream(text, end) : textStream(text, end), 200, headers)
    } catch (error) {
      end()
      throw error
    }
  })
}

function takesGzip(c: Context): boolean {
  return (c.req.header('accept-encoding') ?? '').split(',').some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding))
}

async function* render(first: IteratorResult<FoundRecord>, rest: AsyncIterator<FoundRecord>, csv: ReturnType<typeof csvFormat> | null): AsyncGenerator<string, undefined> {
  try {
    if (csv !== null) yield csv.header
    for (let found = first; !found.done; found = await rest.next()) yield csv === null ? `${recordJson(found.value.id, found.value.text)}\n` : csv.row(found.value.text)
  } finally {
    await rest.return?.()
  }
  return undefined
}
