// The span of time of the page of logs: as typed in the address, and as moments.
import { readMoment } from '../search/read-moment.ts'

/** Epoch ms: from inclusive, to exclusive; null where open. */
export interface Moments {
  readonly from: number | null
  readonly to: number | null
}

export type LogsSpan = { readonly ok: true; readonly span: Moments } | { readonly ok: false; readonly message: string }

/** `from` and `to` as typed; empty where open. */
export function logsSpan({ from, to }: { readonly from: string; readonly to: string }, now: number): LogsSpan {
  const start = from === '' ? null : readMoment(from, now)
  const end = to === '' ? null : readMoment(to, now)
  if ((from !== '' && start === null) || (to !== '' && end === null)) return { ok: false, message: 'a time is none: write 15m, 24h, 7d for that long ago, or 2026-11-01T10:15:00Z' }
  if (start !== null && end !== null && start >= end) return { ok: false, message: 'the span of time is empty: its end is not after its beginning' }
  return { ok: true, span: { from: start, to: end } }
}
