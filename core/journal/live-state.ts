// Where every stream stands and what was counted: the fold of all commit lines, carried from segment to segment.
import type { Gap } from '../emit.ts'
import { addCounts, emptyCounts, reviveCounts } from './counts.ts'
import type { Counts, Position } from './commit.ts'
import type { FrameInfo, SegmentState } from './frame.ts'

/** Streams without a position (HTTP) are counted by name; of those that ended only this many are remembered. */
const MAX_COUNTED_STREAMS = 1000

export class LiveState {
  readonly positions = new Map<string, Position>()
  readonly totals: Counts = emptyCounts()
  gaps: Gap[] = []
  /** Number of the next frame. */
  frame = 0

  /** Starts from a segment's first line, or from the end of a sealed one. */
  load(state: Pick<SegmentState, 'positions' | 'gaps' | 'totals' | 'frame'>): void {
    this.positions.clear()
    for (const [stream, position] of Object.entries(state.positions)) this.positions.set(stream, position)
    this.gaps = [...state.gaps]
    this.frame = state.frame
    Object.assign(this.totals, reviveCounts(state.totals))
  }

  /** Takes one committed frame in; `lost` gets the stretches that a stream skipped since its last frame. */
  apply(info: FrameInfo, lost?: Gap[]): void {
    this.frame = info.frame + 1
    addCounts(this.totals, reviveCounts(info.counts))
    for (const gap of info.gaps ?? []) this.addGap(gap)
    for (const [stream, move] of info.moves) {
      if (move.to === null) this.positions.delete(stream)
      else if (move.gap) this.#fill(stream, move.from ?? 0, move.to.offset)
      else {
        const before = this.positions.get(stream)
        if (lost !== undefined && move.from !== undefined && before !== undefined && move.from > before.offset) lost.push({ stream, from: before.offset, to: move.from })
        this.positions.set(stream, move.to)
      }
    }
  }

  addGap(gap: Gap): void {
    if (!this.gaps.some((known) => known.stream === gap.stream && known.from === gap.from)) this.gaps.push(gap)
  }

  snapshot(): Pick<SegmentState, 'positions' | 'gaps' | 'totals' | 'frame'> {
    this.#forgetOldStreams()
    return { positions: Object.fromEntries(this.positions), gaps: [...this.gaps], totals: reviveCounts(this.totals), frame: this.frame }
  }

  #fill(stream: string, from: number, to: number): void {
    this.gaps = this.gaps.flatMap((gap) => {
      if (gap.stream !== stream || gap.from !== from) return [gap]
      return to >= gap.to ? [] : [{ stream, from: to, to: gap.to }]
    })
  }

  #forgetOldStreams(): void {
    const names = Object.keys(this.totals.streams)
    let surplus = names.length - MAX_COUNTED_STREAMS
    for (const name of names) {
      if (surplus <= 0) break
      if (this.positions.has(name)) continue
      delete this.totals.streams[name]
      delete this.totals.errors[name]
      surplus--
    }
  }
}
