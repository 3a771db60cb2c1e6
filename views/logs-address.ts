// Addresses of the page of logs: every state of it is in one.
import type { LogsView } from '../core/http/logs-view.ts'

export function logsAddress({ q, from, to, before }: LogsView, change: { from?: string; before?: string }): string {
  return `/logs?${logsParameters({ q, from, to, before, ...change })}`
}

/** Without those that are empty. */
export function logsParameters(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString()
}
