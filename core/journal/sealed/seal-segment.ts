// Turns a closed segment into blocks and their index, in files of temporary names: whoever calls gives them their own.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { writeAll } from '../../write-all.ts'
import { eachFrame } from '../each-frame.ts'
import { fault } from '../fault.ts'
import type { FrameInfo, SegmentState } from '../frame.ts'
import { LiveState } from '../live-state.ts'
import { BlockWriter } from './block-writer.ts'
import { type Compression, encodeState } from './format.ts'
import { IndexBuilder } from './index-builder.ts'
import type { SealedState } from './sealed-state.ts'
import { writeIndex } from './write-index.ts'

export interface SealOptions {
  readonly segment: number
  /** How much of the `.jsonl` counts. */
  readonly length: number
  readonly compression: Compression
  readonly level: number
  /** Epoch ms. */
  readonly now: number
}

export interface Sealed {
  readonly state: SealedState
  /** Lengths of the sealed file and of its index. */
  readonly bytes: number
  readonly indexBytes: number
}

/**
 * Reads `path`, writes blocks to `out.data` and their index to `out.index`, and makes both durable; `out.name` is what the data file will be
 * called. Verifies every frame on the way and throws DamagedSegment at the first that is not intact. Memory is bounded by the largest line,
 * a block and the tokens of the segment, 20 MiB in all for ordinary logs.
 */
export function sealSegment(path: string, out: { data: string; index: string; name: string }, options: SealOptions, rest: () => void = () => undefined): Sealed {
  const index = new IndexBuilder()
  const fold = new Fold()
  const fd = openSync(out.data, 'w', 0o640)
  let state: SealedState
  let bytes: number
  try {
    const blocks = new BlockWriter(fd, index, options)
    eachFrame(path, options.length, {
      state: (head) => fold.begin(head),
      records: (slice, start, end) => {
        rest()
        blocks.lines(slice, start, end)
      },
      frame: (info) => fold.add(info, blocks.records),
    })
    blocks.flush()
    state = fold.end(options, blocks, index)
    const end = encodeState(JSON.stringify(state), options.compression)
    writeAll(fd, end)
    bytes = blocks.written + end.length
    fault('seal:written')
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  const indexBytes = writeIndex(out.index, index, options.segment, { bytes, name: out.name })
  fault('seal:synced')
  return { state, bytes, indexBytes }
}

/** What the frames add up to. */
class Fold {
  readonly #state = new LiveState()
  #head: SegmentState | null = null
  #times: [number, number] | null = null
  #commits: [number, number] = [0, 0]

  begin(head: SegmentState): void {
    this.#head = head
    this.#state.load(head)
  }

  add(info: FrameInfo, records: number): void {
    if (info.first + info.count !== records) throw new Error(`BUG: frame ${info.frame} says ${info.first} + ${info.count} records, there are ${records}`)
    const lost: Parameters<LiveState['apply']>[1] = []
    this.#state.apply(info, lost)
    for (const gap of lost) this.#state.addGap(gap)
    if (this.#commits[0] === 0) this.#commits[0] = info.at
    this.#commits[1] = info.at
    const { times } = info
    if (times !== null) this.#times = this.#times === null ? [times[0], times[1]] : [Math.min(this.#times[0], times[0]), Math.max(this.#times[1], times[1])]
  }

  end({ now }: SealOptions, blocks: BlockWriter, index: IndexBuilder): SealedState {
    const head = this.#head as SegmentState
    return {
      v: 1, journal: head.journal, segment: head.segment, created: head.created, sealed: now, records: blocks.records, bytes: blocks.raw,
      firstTime: this.#times?.[0] ?? null, lastTime: this.#times?.[1] ?? null, firstCommit: this.#commits[0], lastCommit: this.#commits[1],
      sources: index.usage, ...this.#state.snapshot(), supersedes: head.supersedes,
    }
  }
}
