// Verifies a segment that is not sealed: its first line, the checksum of every frame, record numbers.
import { statSync } from 'node:fs'
import { DamagedSegment, eachFrame, type FrameVisitor } from '../journal/each-frame.ts'
import type { FrameInfo, SegmentState } from '../journal/frame.ts'
import { type Finding, REPAIR } from './finding.ts'
import type { SegmentFacts } from './segment-facts.ts'

export interface PlainOptions {
  readonly number: number
  readonly path: string
  /** As it is called in findings. */
  readonly where: string
  /** Only so much of it counts, if a later segment says so. */
  readonly limit: number | undefined
  /** Nothing of this journal follows it: it may be being written, or a crash may have cut it off. */
  readonly newest: boolean
  /** A server holds the directory. */
  readonly live: boolean
}

const NEWLINE = 10

/** Memory is bounded by its longest line. Throws what reading throws. */
export function checkPlain(options: PlainOptions, found: (finding: Finding) => void): SegmentFacts {
  const { number, path, where, limit } = options
  const size = statSync(path).size
  const length = Math.min(size, limit ?? size)
  const seen = new Seen()
  let whole = false
  try {
    eachFrame(path, length, seen)
    whole = true
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error
    const finding = damaged(options, error, seen)
    if (finding !== null) found(finding)
  }
  if (seen.misnumbered !== null) {
    whole = false
    found({ level: 'problem', where, what: `frame ${seen.misnumbered} has other record numbers than follow from those before it`, remedy: 'Keep a copy of the file and report this: it must not happen.', repair: null })
  }
  const [firstTime, lastTime] = seen.times ?? [null, null]
  return {
    number, journal: seen.head?.journal ?? null, writtenAs: seen.head?.segment ?? null, kind: 'jsonl', whole, bytes: length, records: seen.stored,
    firstTime, lastTime, firstCommit: seen.commits?.[0] ?? null, lastCommit: seen.commits?.[1] ?? null, supersedes: seen.head?.supersedes ?? [],
  }
}

function damaged({ number, where, newest, live }: PlainOptions, { message, torn }: DamagedSegment, { stored }: Seen): Finding | null {
  if (torn && newest) {
    return live ? null : { level: 'note', where, what: 'it ends with a frame that was never finished and never acknowledged', remedy: 'The next start cuts it off.', repair: { kind: 'recover' } }
  }
  const kept = stored === 0 ? '' : ` ${stored} records before it are intact.`
  return { level: 'problem', where, what: `it is damaged: ${message}.${kept}`, remedy: `${REPAIR} moves the bad bytes to quarantine and keeps every frame that is intact, before and behind them.`, repair: { kind: 'frames', segment: number } }
}

/** What the frames said until one was bad. */
class Seen implements FrameVisitor {
  head: SegmentState | null = null
  stored = 0
  times: [number, number] | null = null
  commits: [number, number] | null = null
  /** The first frame whose numbers are wrong. */
  misnumbered: number | null = null
  #lines = 0

  state(head: SegmentState): void {
    this.head = head
  }

  records(bytes: Buffer, start: number, end: number): void {
    let lines = 0
    for (let at = bytes.indexOf(NEWLINE, start); at !== -1 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) lines++
    this.#lines += lines
  }

  frame({ frame, first, count, at, times }: FrameInfo): void {
    if (this.misnumbered === null && (first !== this.stored || count !== this.#lines)) this.misnumbered = frame
    this.stored = first + count
    this.#lines = 0
    this.commits = [this.commits?.[0] ?? at, at]
    if (times !== null) this.times = this.times === null ? [times[0], times[1]] : [Math.min(this.times[0], times[0]), Math.max(this.times[1], times[1])]
  }
}
