// Puts a rewritten segment in the place of a sealed one: index out, data in, index in, catalog, all in one turn of the event loop.
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalog, fileOf, type SegmentRow } from './catalog.ts'
import { fault } from './fault.ts'
import type { SealedState } from './sealed/sealed-state.ts'
import { indexName } from './segment-name.ts'
import { syncDirectory } from './sync-directory.ts'

export interface Replacement {
  /** Durable files under temporary names in the journal's directory. */
  readonly data: string
  readonly index: string
  readonly bytes: number
  readonly indexBytes: number
  readonly state: SealedState
}

/** False, and nothing has changed, when the segment was deleted or replaced since `row` was read. */
export function replaceSegment({ directory, catalog }: { directory: string; catalog: Catalog }, row: SegmentRow, made: Replacement): boolean {
  if (catalog.get(row.number) !== row || row.state !== 'sealed') {
    rmSync(made.data, { force: true })
    rmSync(made.index, { force: true })
    return false
  }
  const index = join(directory, indexName(row.number))
  // At no moment is an index beside data it is not of: without one a segment is only slower to search.
  rmSync(index, { force: true })
  fault('erase:unlinked-index')
  renameSync(made.data, join(directory, fileOf(row)))
  fault('erase:renamed')
  renameSync(made.index, index)
  fault('erase:renamed-index')
  syncDirectory(directory)
  fault('erase:directory-synced')
  const { bytes, indexBytes, state } = made
  catalog.put({ ...row, bytes: bytes + indexBytes, indexBytes, rawBytes: state.bytes, sources: JSON.stringify(state.sources) })
  fault('erase:cataloged')
  return true
}
