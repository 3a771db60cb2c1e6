// What the address of the page of logs asks for.
import type { Context } from 'hono'
import type { LogsRequest } from './logs-view.ts'

export function logsRequest(c: Context): LogsRequest {
  const given = (name: string): string => c.req.query(name) ?? ''
  return { q: given('q'), from: given('from'), to: given('to'), before: given('before') }
}
