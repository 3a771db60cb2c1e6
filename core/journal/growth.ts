// How fast the journal grows, by the commits of the last days that are still kept.
import type { Catalog } from './catalog.ts'

/** A week has its weekend in it. */
const WINDOW_MS = 7 * 24 * 3600_000
/** What came in the first hours says little about a day. */
const LEAST_MS = 3 * 3600_000
const DAY_MS = 24 * 3600_000

export interface Growth {
  /** A day, on disk. */
  readonly bytes: number
  readonly records: number
}

/** Null while too little is known. */
export function growthOf(catalog: Catalog, active: { readonly bytes: number; readonly records: number; readonly firstCommit: number; readonly lastCommit: number } | null, now: number): Growth | null {
  let bytes = 0
  let records = 0
  let since = Infinity
  for (const row of catalog.all()) {
    // Segments from before the window would count whole although they reach into it by minutes only.
    if (row.firstCommit < now - WINDOW_MS || row.firstCommit > now) continue
    bytes += row.bytes
    records += row.records
    since = Math.min(since, row.firstCommit)
  }
  if (active !== null && active.firstCommit > 0 && active.firstCommit <= now) {
    bytes += active.bytes
    records += active.records
    since = Math.min(since, active.firstCommit)
  }
  const span = now - since
  if (!(span >= LEAST_MS)) return null
  return { bytes: (bytes / span) * DAY_MS, records: (records / span) * DAY_MS }
}
