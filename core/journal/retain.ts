// Deletes whole closed segments, oldest first: marked in the catalog, unlinked, then forgotten, so that a crash only delays it.
import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog, SegmentRow } from './catalog.ts'
import type { RetentionPlan, RetentionStore } from './retention-store.ts'
import { segmentName } from './segment-name.ts'

export interface RetainOptions {
  readonly directory: string
  readonly catalog: Catalog
  /** Bytes and records of the active segment. */
  active(): { bytes: number; records: number }
  /** The first segment that a configured output still needs, and which outputs they are. */
  needed(): { segment: number; outputs: string[] } | null
}

export function retentionStore(options: RetainOptions): RetentionStore {
  const { directory, catalog } = options
  const plan = (limit: { time: number } | { bytes: number }): { rows: SegmentRow[]; plan: RetentionPlan } => {
    const rows: SegmentRow[] = []
    const heldBy = new Set<string>()
    const needed = options.needed()
    let bytes = totalBytes(options)
    for (const row of catalog.all()) {
      if ('time' in limit ? row.lastCommit >= limit.time : bytes <= limit.bytes) break
      if (needed !== null && row.number >= needed.segment) {
        for (const output of needed.outputs) heldBy.add(output)
        break
      }
      rows.push(row)
      bytes -= row.bytes
    }
    const sum = (pick: (row: SegmentRow) => number): number => rows.reduce((total, row) => total + pick(row), 0)
    return { rows, plan: { segments: rows.length, bytes: sum((row) => row.bytes), records: sum((row) => row.records), heldBy: [...heldBy] } }
  }
  return {
    get bytes() {
      return totalBytes(options)
    },
    get records() {
      return catalog.records + options.active().records
    },
    get oldest() {
      return catalog.oldest?.firstCommit ?? null
    },
    get freeDisk() {
      const { bavail, bsize } = statfsSync(directory)
      return bavail * bsize
    },
    plan: (limit) => plan(limit).plan,
    deleteBefore(limit) {
      const chosen = plan(limit)
      for (const row of chosen.rows) deleteSegment(options, row)
      return Promise.resolve(chosen.plan)
    },
  }
}

export function deleteSegment({ directory, catalog }: Pick<RetainOptions, 'directory' | 'catalog'>, row: SegmentRow): void {
  catalog.put({ ...row, state: 'deleting' })
  rmSync(join(directory, segmentName(row.number)), { force: true })
  catalog.remove(row.number)
}

function totalBytes({ catalog, active }: RetainOptions): number {
  return catalog.bytes + active().bytes
}
