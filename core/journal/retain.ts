// Which closed segments are beyond a limit, oldest first, and who still needs them; and their deletion.
import type { Catalog, SegmentRow } from './catalog.ts'
import type { ClockWatch } from './clock-watch.ts'
import { deleteSegments } from './delete-segments.ts'
import type { DiskSpace } from './disk-space.ts'
import type { Amount, RetentionLimit, RetentionOptions, RetentionPlan, RetentionStore } from './retention-store.ts'

/** A commit this far in the future was stamped by a clock that was wrong then. */
const FUTURE_MS = 3600_000

export interface RetainOptions {
  readonly directory: string
  readonly catalog: Catalog
  readonly clock: ClockWatch
  now(): number
  /** Free bytes and all bytes of the disk that holds `directory`. */
  space(): DiskSpace
  /** What is known of the active segment; `lastCommit` is 0 before its first commit. */
  active(): { readonly bytes: number; readonly records: number; readonly lastCommit: number }
  /** The first segment that a configured output still needs, and which outputs they are. */
  needed(): { segment: number; outputs: string[] } | null
  /** Records that outputs were to deliver are deleted. */
  lost(outputs: readonly string[], records: number): void
  erase: RetentionStore['erase']
}

interface Choice {
  readonly rows: readonly SegmentRow[]
  readonly plan: RetentionPlan
  /** Records among `rows` that outputs still need; only when forced. */
  readonly lost: { readonly outputs: readonly string[]; readonly records: number } | null
}

export function retentionStore(options: RetainOptions): RetentionStore {
  const { directory, catalog } = options
  return {
    get bytes() {
      return catalog.bytes + options.active().bytes
    },
    get records() {
      return catalog.records + options.active().records
    },
    get oldest() {
      return catalog.oldest?.firstCommit ?? null
    },
    get freeDisk() {
      return options.space().free
    },
    get totalDisk() {
      return options.space().total
    },
    get now() {
      return options.now()
    },
    dryRun: false,
    plan: (limit, how) => choose(options, limit, how).plan,
    async deleteBefore(limit, how) {
      const { rows, plan, lost } = choose(options, limit, how)
      if (lost !== null) options.lost(lost.outputs, lost.records)
      await deleteSegments({ directory, catalog }, rows)
      return plan
    },
    erase: options.erase,
  }
}

/** The closed segments that may be deleted: all, but the newest stays until the active one can be gone on from. */
export function deletable(catalog: Catalog, active: { readonly lastCommit: number }): SegmentRow[] {
  const rows = catalog.all()
  return active.lastCommit > 0 ? rows : rows.filter((row) => row !== catalog.newest)
}

function choose(options: RetainOptions, limit: RetentionLimit, { force = false }: RetentionOptions = {}): Choice {
  const { catalog, clock } = options
  const active = options.active()
  const newest = active.lastCommit > 0 ? active.lastCommit : (catalog.newest?.lastCommit ?? null)
  const suspended = 'time' in limit ? clock.distrust(newest) : null
  const needed = options.needed()
  const rows: SegmentRow[] = []
  const beyond: SegmentRow[] = []
  const late: SegmentRow[] = []
  const goes = beyondLimit(options, limit)
  for (const row of suspended === null ? deletable(catalog, active) : []) {
    if (!goes(row)) break
    if (row.state === 'deleting') continue
    const wanted = needed !== null && row.number >= needed.segment
    if (wanted) late.push(row)
    if (wanted && !force) beyond.push(row)
    else rows.push(row)
  }
  const lost = force && needed !== null && late.length > 0 ? { outputs: needed.outputs, records: amountOf(late).records } : null
  return { rows, lost, plan: { ...amountOf(rows), heldBy: beyond.length === 0 ? [] : (needed?.outputs ?? []), held: amountOf(beyond), suspended } }
}

/** Asked about each segment from the oldest on: whether it must go. */
function beyondLimit({ space, catalog, active, now }: RetainOptions, limit: RetentionLimit): (row: SegmentRow) => boolean {
  if ('time' in limit) {
    const credible = now() + FUTURE_MS
    const committed = new Map<number, number>()
    let next = now()
    // A segment stamped with a time to come was committed before the one behind it, at least.
    for (const { number, lastCommit } of catalog.all().toReversed()) committed.set(number, (next = lastCommit > credible ? next : lastCommit))
    return (row) => (committed.get(row.number) as number) < limit.time
  }
  if ('free' in limit) {
    let missing = limit.free - space().free
    return (row) => missing > 0 && ((missing -= row.bytes), true)
  }
  const unit = 'bytes' in limit ? 'bytes' : 'records'
  let surplus = catalog[unit] + active()[unit] - ('bytes' in limit ? limit.bytes : limit.records)
  return (row) => surplus > 0 && ((surplus -= row[unit]), true)
}

function amountOf(rows: readonly SegmentRow[]): Amount {
  let bytes = 0
  let records = 0
  for (const row of rows) {
    bytes += row.bytes
    records += row.records
  }
  return { segments: rows.length, bytes, records }
}
