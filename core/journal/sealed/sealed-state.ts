// What the end of a sealed segment says: enough to go on from it when it is the newest, and to enter it into the catalog without reading it.
import type { Gap } from '../../emit.ts'
import type { Counts, Position } from '../commit.ts'

export interface SealedState {
  readonly v: 1
  readonly journal: string
  readonly segment: number
  /** When the segment was begun and sealed, epoch ms. */
  readonly created: number
  readonly sealed: number
  readonly records: number
  /** Bytes of the record lines. */
  readonly bytes: number
  /** Earliest and latest record time, epoch ms; null without records. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** Wall clock of the first and last commit, epoch ms. */
  readonly firstCommit: number
  readonly lastCommit: number
  /** Records and bytes by source, for disk usage. */
  readonly sources: { [source: string]: readonly [records: number, bytes: number] }
  /** The fold at the end of the segment: number of the next frame, where streams stand, what was counted since the journal began. */
  readonly frame: number
  readonly positions: { [stream: string]: Position }
  readonly gaps: Gap[]
  readonly totals: Counts
  /** As in a segment's first line: earlier segments given up after a failed write. */
  readonly supersedes: ReadonlyArray<{ readonly segment: number; readonly bytes: number }>
}
