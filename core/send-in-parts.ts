// For targets that refuse a request because of some records in it and do not say which: finds them by sending ever smaller parts.
import type { Delivered } from './define-plugin.ts'
import type { StoredLine } from './journal/stored-line.ts'

/** Requests a batch: five single records among 5,000 take 80 to be found, one takes 26. A target that refuses everything is not asked without end. */
const MAX_REQUESTS = 100

/** Why the target refused these lines; null where it took them. Anything else it throws, and the batch comes again. */
export type SendPart = (lines: readonly StoredLine[]) => Promise<string | null>

/** What is left undecided when the requests are used up counts as refused, with `undecided` said behind the reason. */
export async function sendInParts(lines: readonly StoredLine[], send: SendPart, undecided: string): Promise<Delivered> {
  const rejected: Array<{ line: StoredLine; reason: string }> = []
  // The largest first: each request decides as much as it can.
  const parts: Array<readonly StoredLine[]> = [lines]
  let requests = 0
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    requests++
    const reason = await send(part)
    if (reason === null) continue
    const middle = part.length >> 1
    if (middle === 0) rejected.push({ line: part[0] as StoredLine, reason })
    else if (requests + parts.length + 2 <= MAX_REQUESTS) parts.push(part.slice(0, middle), part.slice(middle))
    else for (const line of part) rejected.push({ line, reason: `${reason} ${undecided}` })
  }
  rejected.sort((a, b) => a.line.segment - b.line.segment || a.line.record - b.line.record)
  return rejected.length === 0 ? {} : { rejected }
}
