// Adding up what frames held. A frame carries its own counts, a segment's first line those of everything before it.
import { MAX_NAMES, OTHER } from '../counted-names.ts'
import type { Level } from '../level.ts'
import type { Counts } from './commit.ts'

export function emptyCounts(): Counts {
  return { records: 0, bytes: 0, levels: {}, tags: named(), sources: named(), streams: named(), errors: named(), dropped: 0 }
}

export function addCounts(total: Counts, more: Counts): void {
  total.records += more.records
  total.bytes += more.bytes
  total.dropped += more.dropped
  for (const level in more.levels) {
    const name = level as Level
    total.levels[name] = (total.levels[name] ?? 0) + (more.levels[name] ?? 0)
  }
  addNames(total.tags, more.tags)
  addNames(total.sources, more.sources)
  addNames(total.streams, more.streams)
  addNames(total.errors, more.errors)
}

/** Counts under a name of hostile origin: the maps have no prototype, so `__proto__` is a name like any other. */
export function countName(into: Record<string, number>, name: string, by: number): void {
  into[name] = (into[name] ?? 0) + by
}

/** Counts as they came out of JSON, with prototype-free maps again. */
export function reviveCounts(raw: Partial<Counts> | undefined): Counts {
  const counts = emptyCounts()
  if (raw === undefined) return counts
  addCounts(counts, { ...emptyCounts(), ...raw })
  return counts
}

function named(): Record<string, number> {
  return Object.create(null) as Record<string, number>
}

function addNames(total: Record<string, number>, more: Record<string, number>): void {
  for (const name in more) {
    const by = more[name] as number
    if (name in total) total[name] = (total[name] as number) + by
    else if (!(OTHER in total) && sizeOf(total) < MAX_NAMES) total[name] = by
    else countName(total, OTHER, by)
  }
}

/** Only asked when a new name turns up and none was turned away yet, which is rare. */
function sizeOf(names: Record<string, number>): number {
  let size = 0
  for (const _ in names) size++
  return size
}
