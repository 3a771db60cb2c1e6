// Addresses of the page of logs: every state of it is in one.
import type { LogsRequest } from '../core/http/logs-view.ts'

/** Everything that is not changed stays as it is. What the request holds beside texts is no part of an address. */
export function logsAddress({ q, from, to, before, columns, wrap, dense, ago }: LogsRequest, change: Partial<LogsRequest>): string {
  const parameters = logsParameters({ q, from, to, before, columns, wrap, dense, ago, ...change })
  return parameters === '' ? '/logs' : `/logs?${parameters}`
}

/** Without those that are empty. */
export function logsParameters(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString()
}
