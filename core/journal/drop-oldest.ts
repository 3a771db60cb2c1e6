// What a full journal does that need not keep everything (`on_full: drop_oldest`).
import { type Deletion, deleteSegmentNow } from './delete-segments.ts'
import { deletable, type RetainOptions } from './retain.ts'

export interface Dropping extends Deletion, Pick<RetainOptions, 'lost'> {
  readonly active: { readonly lastCommit: number }
  readonly needed: { readonly segment: number; readonly outputs: readonly string[] } | null
}

/** Deletes the oldest closed segment, whoever still wanted it; false when there is none. */
export function dropOldest({ directory, catalog, active, needed, lost }: Dropping): boolean {
  const oldest = deletable(catalog, active).find(({ state }) => state !== 'deleting')
  if (oldest === undefined) return false
  if (needed !== null && needed.segment <= oldest.number) lost(needed.outputs, oldest.records)
  deleteSegmentNow({ directory, catalog }, oldest)
  return true
}
