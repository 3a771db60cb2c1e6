// The catalog's row of a sealed segment, from what its end says.
import type { SegmentRow } from './catalog.ts'
import type { Compression } from './sealed/format.ts'
import type { SealedState } from './sealed/sealed-state.ts'

/** `number`: the file's, which for a segment copied in under another name is not the state's. */
export function sealedRow(number: number, state: SealedState, ours: string, file: { compression: Compression; bytes: number; indexBytes: number }): SegmentRow {
  return {
    number, bytes: file.bytes + file.indexBytes, indexBytes: file.indexBytes, rawBytes: state.bytes, records: state.records,
    firstTime: state.firstTime, lastTime: state.lastTime, firstCommit: state.firstCommit, lastCommit: state.lastCommit,
    state: 'sealed', compression: file.compression, journal: foreignId(state, number, ours), sources: JSON.stringify(state.sources),
  }
}

/** Null for our own. A copy of one of ours under another number must not be delivered a second time either. */
function foreignId({ journal, segment }: SealedState, number: number, ours: string): string | null {
  if (journal !== ours) return journal
  return segment === number ? null : `${journal}#${segment}`
}
