// The way of a record, top to bottom: admitted, parsed, tagged, filtered, encoded into a frame, durable, acknowledged.
import type { ParseErrorSample } from './read-model.ts'
import { Busy, type EmitReceipt, type IdempotencyKey } from './emit.ts'
import type { Hooks } from './hooks.ts'
import { FrameBuffer } from './journal/frame-buffer.ts'
import { FrameDraft } from './journal/frame-draft.ts'
import type { StreamMove } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import { type Detect, noteFit, ParserChoice } from './parser-choice.ts'
import { type Batch, LogRecord } from './record.ts'
import type { StreamState } from './stream-state.ts'
import type { TapWatch } from './tap-watch.ts'

/** Failures a batch shows on the page; all are counted. A stream of nothing but garbage would otherwise copy every line. */
const MAX_SAMPLES = 10

/** What one `emit` brought, made into records slice by slice so that a large request neither blocks the loop nor fills memory. */
export interface Input {
  readonly stream: StreamState
  readonly source: string
  /** `auto`, or a parser's name. */
  readonly parser: string
  /** What does not fit the parser is text. */
  readonly textToo: boolean
  /** The records were parsed and tagged before: filters alone see them. */
  readonly ready: boolean
  readonly bytes: number
  /** Each call gives the next slice's records, null at the end. */
  next(): LogRecord[] | null
  /** Too large for one turn of the event loop. */
  readonly large: boolean
  /** Called on each slice after its parser. */
  parsed(records: LogRecord[]): void
  readonly move: StreamMove | null
  readonly key: IdempotencyKey | null
  readonly patienceMs: number | null
}

export class Pipeline {
  readonly #journal: Journal
  /** The current generation's hooks; exchanged by a reload between two batches, never within one. */
  #hooks: Hooks
  readonly #sample: (sample: ParseErrorSample) => void
  /** Sources somebody looks into, by name. */
  readonly #watched: ReadonlyMap<string, TapWatch>
  readonly #choice = new ParserChoice()

  constructor(journal: Journal, hooks: Hooks, sample: (sample: ParseErrorSample) => void, watched: ReadonlyMap<string, TapWatch> = new Map()) {
    this.#watched = watched
    this.#journal = journal
    this.#hooks = hooks
    this.#sample = sample
  }

  use(hooks: Hooks): void {
    this.#hooks = hooks
  }

  /** Resolves when the input was taken in; its `durable` when it is on disk. `mayGoOn` throws when its source was stopped meanwhile. */
  async take(input: Input, mayGoOn: () => void = () => undefined): Promise<EmitReceipt> {
    if (!this.#journal.admission.hasRoom() && !(await this.#journal.admission.room(input.bytes, input.patienceMs))) throw new Busy(this.#journal.stalled ?? 'records come in faster than they can be stored')
    mayGoOn()
    // A large input is put together aside, so that all of it lands in one frame while others go on.
    const draft = input.large ? draftFor(input) : this.#journal.draft
    let kept = 0
    for (let records = input.next(); records !== null; records = input.next()) {
      kept += this.#pass(input, records, draft)
      if (input.large) await nextTurn()
    }
    if (input.large) mayGoOn()
    if (input.large) this.#journal.draft.absorb(draft)
    return { kept, durable: this.#seal(input) }
  }

  /** Counts lines that their source refused, of which `line` is one; they are not stored. */
  refuse(stream: string, line: string, reason: string, count: number): void {
    this.#journal.draft.reject(stream, count)
    void this.#journal.submit().catch(() => undefined) // fails only at shutdown, and then the count is all that is lost
    const record = this.#hide(stream, line, reason)
    this.#sample({ time: record.time, stream, parser: 'json', reason: record.error ?? '', line: record.line })
  }

  /** Text of a stream as it may be shown. */
  shown(stream: string, text: string): string {
    return this.#hide(stream, text, null).line
  }

  /** No filter has seen it, but a secret in it may no more be shown than one that is stored. */
  #hide(stream: string, line: string, reason: string | null): LogRecord {
    const record = new LogRecord('', '', Date.now(), null, 0, 0, null)
    record.replaceBody(line)
    record.error = reason
    this.#hooks.show.call({ stream, source: '', records: [record] })
    return record
  }

  readonly #detect: Detect = (sample) => this.#hooks.detect.call(sample)

  /** One slice of one stream, synchronously: parse, tag, filter, encode. */
  #pass(input: Input, records: LogRecord[], draft: FrameDraft): number {
    if (records.length === 0) return 0
    const { stream, source } = input
    const batch: Batch = { stream: stream.name, source, records }
    const look = this.#watched.size === 0 ? undefined : this.#watched.get(stream.component)?.look(records, stream.name)
    const failures = input.ready ? this.#passOver(batch, stream) : this.#parse(batch, input)
    if (!input.ready) this.#hooks.tag.call(batch)
    const survivors = this.#hooks.filter.call(batch).records
    look?.(survivors)
    // After the filters: what they drop or redact must not be seen on the page either.
    if (failures > 0) this.#showFailures(survivors, stream)
    draft.add(stream.name, source, survivors)
    draft.counts.dropped += records.length - survivors.length
    return survivors.length
  }

  /** What a peer sends it has parsed; what it could not parse counts here as well. */
  #passOver({ records }: Batch, stream: StreamState): number {
    stream.parser = 'none'
    stream.reason = 'parsed where it was collected'
    return failuresIn(records)
  }

  /** The number of lines that did not parse. */
  #parse(batch: Batch, input: Input): number {
    const { stream } = input
    const { records } = batch
    const auto = input.parser === 'auto'
    const parser = auto ? this.#choice.of(batch, stream, this.#detect) : input.parser
    stream.parser = parser
    stream.reason = auto ? stream.chosenWhy : 'as configured'
    this.#hooks.parse.get(parser)?.call(batch)
    const misfits = failuresIn(records)
    noteFit(stream, records.length, misfits)
    if (misfits > 0 && input.textToo) this.#readAsText(batch)
    input.parsed(records)
    return failuresIn(records)
  }

  /** An object that its parser had to change keeps the reason. */
  #readAsText(batch: Batch): void {
    const records = batch.records.filter(({ error, object }) => error !== null && object === null)
    for (const record of records) record.error = null
    this.#hooks.parse.get('text')?.call({ ...batch, records })
  }

  #showFailures(records: readonly LogRecord[], { name, parser }: StreamState): void {
    const time = Date.now()
    let samples = 0
    for (const record of records) {
      if (record.error === null) continue
      this.#sample({ time, stream: name, parser, reason: record.error, line: record.line })
      if (++samples === MAX_SAMPLES) break
    }
  }

  /** Adds position and key to the frame that holds the records, and hands it in. */
  #seal({ stream, move, key }: Input): Promise<void> {
    const { draft } = this.#journal
    if (move !== null) draft.move(stream.name, move)
    if (key !== null) draft.keys.push(key)
    const { empty } = draft
    return empty ? Promise.resolve() : this.#journal.submit()
  }
}

/** Stored lines become no longer; for others nobody knows before. */
function draftFor({ ready, bytes }: Input): FrameDraft {
  return ready ? new FrameDraft(new FrameBuffer(bytes + 1)) : new FrameDraft()
}

function failuresIn(records: readonly LogRecord[]): number {
  let failures = 0
  for (let i = 0; i < records.length; i++) if ((records[i] as LogRecord).error !== null) failures++
  return failures
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
