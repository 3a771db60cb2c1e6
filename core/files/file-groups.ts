// The records of one file that are being put together: what was read is ahead of what was handed over, and this knows both.
import type { LineChunk } from '../lines.ts'
import { formatsOf, type Grouping } from '../multiline/grouping.ts'
import { LineGroups } from '../multiline/line-groups.ts'
import { CRI_FORMAT, DOCKER_FORMAT, type ResumePoint } from '../multiline/resume-point.ts'
import type { Lines } from './line-reader.ts'

/** Up to where all was handed over, with the bytes before it, at most TAIL_BYTES. */
export interface Handed {
  readonly offset: number
  readonly tail: Buffer
  /** What was handed over beyond, and how the open records go on; null where there is nothing to say. */
  readonly point: ResumePoint | null
}

/** Records to hand over, and where the file stands then. */
export interface Step {
  readonly chunk: LineChunk | null
  readonly handed: Handed
}

/** Until the lines are passed of which an earlier configuration had already handed over some: it told their kinds by these formats. */
function withoutRule(formats: number): Grouping {
  return { cri: (formats & CRI_FORMAT) !== 0, docker: (formats & DOCKER_FORMAT) !== 0, rule: null, timeoutMs: 1000, maxBytes: 1024 ** 2, maxLines: 1000 }
}

export class FileGroups {
  readonly #grouping: Grouping
  readonly #temporary: boolean
  #groups: LineGroups
  #handed: Handed
  /** Where an open record begins -> the bytes before it. */
  #tails = new Map<number, Buffer>()
  #cuts = 0

  /** For a file that stands at `handed`; null where each line is a record and was from the start. */
  static of(grouping: Grouping | null, handed: Handed): FileGroups | null {
    const { point } = handed
    if (point === null) return grouping === null ? null : new FileGroups(grouping, handed, false)
    const formats = point.formats ?? (grouping === null ? CRI_FORMAT | DOCKER_FORMAT : formatsOf(grouping))
    return grouping !== null && formats === formatsOf(grouping) ? new FileGroups(grouping, handed, false) : new FileGroups(withoutRule(formats), handed, true)
  }

  private constructor(grouping: Grouping, handed: Handed, temporary: boolean) {
    this.#grouping = grouping
    this.#temporary = temporary
    this.#handed = handed
    this.#groups = new LineGroups(grouping, handed.point)
  }

  get handed(): Handed {
    return this.#handed
  }

  get open(): boolean {
    return this.#groups.open
  }

  /** When a record is due although nothing comes, on the clock of `now`; null when none is open. */
  get due(): number | null {
    return this.#groups.due
  }

  /** It was needed for the earlier configuration's lines alone, and these are passed. */
  get over(): boolean {
    return this.#temporary && !this.#groups.open && !this.#groups.resuming
  }

  /** Takes what was read at `start`, before which the bytes `tail` lie. */
  add({ chunk, to, tail: end, offsetAfter, before }: Lines, start: number, tail: Buffer, now: number): Step {
    const records = chunk === null ? null : this.#groups.add(chunk, now, (i) => (i === 0 ? start : offsetAfter(i - 1)))
    const tails = new Map<number, Buffer>()
    for (const { offset } of this.#groups.resumePoint(to).open) {
      if (offset >= to) continue
      tails.set(offset, offset < start ? (this.#tails.get(offset) as Buffer) : offset === start ? tail : before(offset))
    }
    this.#tails = tails
    return this.#step(records, to, end)
  }

  /** What is complete because nothing came; all was read up to `read`. */
  expire(read: number, tail: Buffer, now: number): Step {
    return this.#step(this.#groups.expire(now), read, tail)
  }

  flush(read: number, tail: Buffer): Step {
    return this.#step(this.#groups.flush(), read, tail)
  }

  /** The step's records are in the pipeline. */
  took({ handed }: Step): void {
    this.#handed = handed
  }

  /** They are not: everything since is to be read again. */
  rewind(): void {
    this.#groups = new LineGroups(this.#grouping, this.#handed.point)
    this.#cuts = 0
    this.#tails = new Map()
  }

  /** Records cut since the last call. */
  takeCuts(): number {
    const cuts = this.#groups.cuts - this.#cuts
    this.#cuts = this.#groups.cuts
    return cuts
  }

  #step(chunk: LineChunk | null, read: number, tail: Buffer): Step {
    const point = this.#groups.resumePoint(read)
    const { from, open } = point
    const plain = !this.#groups.resuming && open.every(({ kind, state, goesOn }) => kind === 0 && state === 0 && !goesOn)
    return { chunk, handed: { offset: from, tail: from === read ? tail : (this.#tails.get(from) as Buffer), point: plain ? null : point } }
  }
}
