// The span of time beside the one that is shown: the window before it, the one after it, or twice as much around it.
import type { Moments } from '../core/http/logs-span.ts'

export type Shift = 'older' | 'newer' | 'wider'

/** As the address has it. Null where there is none: no beginning, or nothing after now. */
export function shiftSpan({ from, to }: Moments, shift: Shift, now: number): { from: string; to: string } | null {
  if (from === null) return null
  const end = to ?? Math.max(now, from + 1)
  const width = end - from
  if (shift === 'older') return texts(from - width, from)
  if (shift === 'newer') return end >= now ? null : texts(end, end + width)
  return texts(from - width / 2, Math.max(end, Math.min(end + width / 2, now)))
}

/** A date has its ends; what lies beyond is cut, and what would be nothing is null. */
function texts(from: number, to: number): { from: string; to: string } | null {
  const [start, end] = [Math.max(0, Math.floor(from)), Math.min(8.64e15, Math.ceil(to))]
  return start < end ? { from: new Date(start).toISOString(), to: new Date(end).toISOString() } : null
}
