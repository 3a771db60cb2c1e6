// Puts the lines of one stream together into records. What is open is held in memory, bounded by the options; the streams inside a
// container's log (stdout, stderr) are kept apart. A pure machine: no timers, no reading, no clock of its own.
import type { LineChunk } from '../lines.ts'
import { ContainerLine, DOCKER_STDOUT, dockerText, KINDS_OF_LINES, PLAIN } from './container-line.ts'
import { GroupedLines } from './grouped-lines.ts'
import { formatsOf, type Grouping } from './grouping.ts'
import { NEW } from './line-rule.ts'
import { type OffsetOf, OpenRecord } from './open-record.ts'
import type { OpenGroup, ResumePoint } from './resume-point.ts'

const NOTHING = Buffer.alloc(0)

/** Lines of one kind: plain ones, or those of one of a container's streams. */
class Strand {
  readonly kind: number
  state = 0
  record = new OpenRecord()
  /** Parts of a line that is not complete. */
  line = new OpenRecord()
  /** When its last line came, and how many bytes of all strands had come then. */
  at = 0
  taken = 0
  /** The parts that come now go on from a line that was cut. */
  cut = false

  constructor(kind: number) {
    this.kind = kind
  }

  get open(): boolean {
    return this.record.lines > 0 || this.line.lines > 0
  }

  get offset(): number {
    return this.record.lines > 0 ? this.record.offset : this.line.offset
  }

  /** The parts are a record now; the one before is closed. */
  adopt(before: number, goesOn: boolean): void {
    const { line } = this
    this.line = this.record
    this.record = line
    line.before = before
    line.goesOn ||= goesOn
  }
}

export class LineGroups {
  /** Records that were cut because they grew too large, so far. */
  cuts = 0
  readonly #grouping: Grouping
  readonly #line: ContainerLine
  readonly #framed: boolean
  readonly #strands: readonly Strand[] = Array.from({ length: KINDS_OF_LINES }, (_, kind) => new Strand(kind))
  readonly #out = new GroupedLines()
  /** Lines before these offsets, by kind, were handed over before a restart; null once all of them are passed. */
  #skip: number[] | null = null
  #skipTo = 0
  /** Bytes of all lines so far. */
  #taken = 0
  /** During `add`. */
  #offsetOf: OffsetOf | null = null

  constructor(grouping: Grouping, resume: ResumePoint | null = null) {
    this.#grouping = grouping
    this.#line = new ContainerLine(grouping)
    this.#framed = grouping.cri || grouping.docker
    if (resume !== null) this.#resume(resume)
  }

  get open(): boolean {
    return this.#strands.some((strand) => strand.open)
  }

  /** When to call `expire`, on the clock of `now`; null when nothing is open. */
  get due(): number | null {
    let due: number | null = null
    for (const strand of this.#strands) if (strand.open) due = Math.min(due ?? Infinity, strand.at + this.#grouping.timeoutMs)
    return due
  }

  /** Takes lines; gives those records that are complete, or null. The result is valid as long as `chunk` is. `offsetOf` says where a line begins in the source. */
  add(chunk: LineChunk, now: number, offsetOf: OffsetOf | null = null): LineChunk | null {
    const { bytes, starts, ends, count } = chunk
    this.#out.begin(bytes)
    this.#offsetOf = offsetOf
    const line = this.#line
    for (let i = 0; i < count; i++) {
      const start = starts[i] as number
      const end = ends[i] as number
      line.read(bytes, start, end)
      this.#taken += end - start
      if (this.#skip !== null && offsetOf !== null && this.#passed(offsetOf(i), line.kind)) continue
      const strand = this.#strands[line.kind] as Strand
      if (this.#framed) this.#interrupt(line.kind, chunk)
      strand.at = now
      strand.taken = this.#taken
      const full = chunk.cut?.get(i) ?? 0
      if (line.whole && strand.line.lines === 0) this.#whole(strand, chunk, start, end, i, full)
      else this.#part(strand, chunk, start, end, i, full)
    }
    for (const strand of this.#strands) {
      strand.record.keep(bytes, offsetOf)
      strand.line.keep(bytes, offsetOf)
    }
    this.#offsetOf = null
    return this.#out.take()
  }

  /** Gives the records whose last line came `timeout` ago or earlier. */
  expire(now: number): LineChunk | null {
    return this.#flush((strand) => now - strand.at >= this.#grouping.timeoutMs)
  }

  /** Gives everything. */
  flush(): LineChunk | null {
    return this.#flush(() => true)
  }

  /** True while lines are read that were in part handed over before a restart. */
  get resuming(): boolean {
    return this.#skip !== null
  }

  /** Where to go on after a restart, given that everything before `read` was taken in. Only strands that are open hold it back. */
  resumePoint(read: number): ResumePoint {
    const open: OpenGroup[] = []
    let from = read
    for (const strand of this.#strands) {
      const { kind, record, line, state } = strand
      const skipped = this.#skip?.[kind] ?? 0
      if (strand.open) {
        from = Math.min(from, strand.offset)
        // That a record goes on from a cut one follows from the state; that a part does is to be said.
        open.push(record.lines > 0 ? { kind, offset: strand.offset, state: record.before, goesOn: false } : { kind, offset: strand.offset, state, goesOn: line.goesOn })
      } else if (this.#skip !== null) open.push({ kind, offset: Math.max(read, skipped), state, goesOn: strand.cut })
    }
    return { from, read: this.#skip === null ? read : Math.max(read, this.#skipTo), open, formats: formatsOf(this.#grouping) }
  }

  #resume({ read, open }: ResumePoint): void {
    this.#skip = this.#strands.map(() => read)
    this.#skipTo = read
    for (const { kind, offset, state, goesOn } of open) {
      const strand = this.#strands[kind]
      if (strand === undefined) continue
      this.#skip[kind] = offset
      strand.state = state
      strand.cut = goesOn
    }
  }

  #passed(offset: number, kind: number): boolean {
    if (offset >= this.#skipTo) {
      this.#skip = null
      return false
    }
    return offset < (this.#skip?.[kind] ?? 0)
  }

  /**
   * Ends what this line shows to be over: a line without the runtime's frame amid framed ones, or the other way round, means that whoever
   * wrote was interrupted; and a stream must not hold up the position for ever while the other one goes on and on.
   */
  #interrupt(kind: number, chunk: LineChunk): void {
    for (const strand of this.#strands) {
      if (strand.kind === kind || !strand.open) continue
      if ((strand.kind === PLAIN) !== (kind === PLAIN) || this.#taken - strand.taken > this.#grouping.maxBytes) this.#end(strand, chunk)
    }
  }

  #flush(which: (strand: Strand) => boolean): LineChunk | null {
    this.#out.begin(NOTHING)
    // In the order in which they began.
    for (const strand of this.#strands.filter((one) => one.open && which(one)).toSorted((a, b) => a.offset - b.offset)) this.#end(strand, null)
    return this.#out.take()
  }

  /** A whole line of the chunk at hand. */
  #whole(strand: Strand, chunk: LineChunk, start: number, end: number, i: number, full: number): void {
    const { rule } = this.#grouping
    if (rule === null) {
      this.#out.range(start, end, chunk.flat)
      if (full > 0) this.#out.markCut(full)
      return
    }
    const line = this.#line
    const text = chunk.text(line.from, line.to)
    const before = strand.state
    const next = rule.step(before, line.kind >= DOCKER_STDOUT ? dockerText(text) : text)
    const { record } = strand
    strand.state = next & 0xff
    if (next < NEW && record.lines > 0 && this.#fits(record, line.to - line.from)) {
      record.add(line, chunk.bytes)
      record.cutFrom ||= full
    } else {
      const goesOn = next < NEW
      if (record.lines > 0) this.#close(strand, chunk)
      record.begin(line, start, end, i, before, chunk.flat)
      record.goesOn = goesOn
      record.cutFrom = full
    }
    if (strand.state === 0) this.#close(strand, chunk)
  }

  /** A part of a longer line, or the last one. */
  #part(strand: Strand, chunk: LineChunk, start: number, end: number, i: number, full: number): void {
    const line = this.#line
    if (strand.line.lines > 0 && !this.#fits(strand.line, line.to - line.from, Infinity)) {
      // The parts so far have to be the line; the rest is another.
      this.#complete(strand, chunk)
      this.#close(strand, chunk)
      strand.cut = true
    }
    const held = strand.line
    if (held.lines === 0) {
      held.begin(line, start, end, i, 0, chunk.flat)
      held.goesOn = strand.cut
    } else held.add(line, chunk.bytes)
    held.cutFrom ||= full
    if (line.whole) this.#complete(strand, chunk)
  }

  /** The parts are a line: what does the rule say to it? */
  #complete(strand: Strand, chunk: LineChunk | null): void {
    const { rule } = this.#grouping
    const { line, record } = strand
    const bytes = chunk?.bytes ?? NOTHING
    strand.cut = false
    if (rule === null) {
      line.close(chunk?.bytes ?? null, this.#out)
      return
    }
    const text = line.text(bytes)
    const before = strand.state
    const next = rule.step(before, strand.kind >= DOCKER_STDOUT ? dockerText(text) : text)
    strand.state = next & 0xff
    if (next < NEW && record.lines > 0 && this.#fits(record, line.size)) record.join(line, bytes, this.#offsetOf)
    else {
      if (record.lines > 0) this.#close(strand, chunk)
      strand.adopt(before, next < NEW)
    }
    if (strand.state === 0) this.#close(strand, chunk)
  }

  /** False when the record is full, which it then says. */
  #fits(record: OpenRecord, more: number, maxLines = this.#grouping.maxLines): boolean {
    const { maxBytes } = this.#grouping
    const over = record.size + more + 1 > maxBytes ? `${record.size} bytes` : record.lines >= maxLines ? `${maxLines} lines` : null
    if (over === null) return true
    record.wrong = `multiline record cut at ${over}`
    this.cuts++
    return false
  }

  #close(strand: Strand, chunk: LineChunk | null): void {
    if (strand.record.lines > 0) strand.record.close(chunk?.bytes ?? null, this.#out)
  }

  /** Nothing more comes for what is open. */
  #end(strand: Strand, chunk: LineChunk | null): void {
    if (strand.line.lines > 0) this.#complete(strand, chunk)
    this.#close(strand, chunk)
    strand.state = 0
    strand.cut = false
  }
}
