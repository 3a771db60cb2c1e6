// For targets that refuse a request because of some records in it and do not say which: finds them by sending ever smaller parts.

/** Requests a batch: one bad record among 5,000 takes 27 to be found, four at most 95. A target that refuses everything is not asked without end. */
const MAX_REQUESTS = 100

export interface Refused<T> {
  readonly item: T
  readonly reason: string
}

/**
 * `send` answers why the target refused a part, or null once it took it; what it throws ends it all, and the batch comes again.
 * What is left undecided when the requests are used up counts as refused, with `undecided` behind the reason. In order of the items.
 */
export async function sendInParts<T>(items: readonly T[], send: (part: readonly T[]) => Promise<string | null>, undecided: string): Promise<ReadonlyArray<Refused<T>>> {
  const reasons = new Map<T, string>()
  // The largest first: each request decides as much as it can.
  const parts: Array<readonly T[]> = [items]
  let requests = 0
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    requests++
    const reason = await send(part)
    if (reason === null) continue
    const middle = part.length >> 1
    if (middle === 0) reasons.set(part[0] as T, reason)
    else if (requests + parts.length + 2 <= MAX_REQUESTS) parts.push(part.slice(0, middle), part.slice(middle))
    else for (const item of part) reasons.set(item, `${reason} ${undecided}`)
  }
  return items.filter((item) => reasons.has(item)).map((item) => ({ item, reason: reasons.get(item) as string }))
}
