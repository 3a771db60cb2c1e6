// What the address of the page of logs asks for.
import type { Context } from 'hono'
import type { LogsRequest } from './logs-view.ts'

/** Of names of columns. */
const MOST_CHARS = 2000

export function logsRequest(c: Context): LogsRequest {
  const given = (name: string): string => c.req.query(name) ?? ''
  return { q: given('q'), from: given('from'), to: given('to'), before: given('before'), columns: given('columns').slice(0, MOST_CHARS), wrap: given('wrap'), dense: given('dense'), ago: given('ago') }
}
