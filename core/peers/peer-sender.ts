// The sending side of peers: lines go out in streams, one request at a time each, and each stream remembers how far its receiver has come.
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isBefore } from '../cursor-order.ts'
import type { Delivered, OutputContext } from '../define-plugin.ts'
import { Retry, TooLarge } from '../delivery-errors.ts'
import type { HttpTarget } from '../http-target/http-target.ts'
import type { Json } from '../json.ts'
import type { Cursor, StoredLine } from '../journal/stored-line.ts'
import { Lanes } from './lanes.ts'
import { type PeerAnswer, readPeerAnswer } from './peer-answer.ts'
import { peerHeaders, shortId } from './peer-request.ts'
import { type Lane, newLane, type PeerState, readPeerState, stateJson } from './peer-state.ts'
import { type Place, placeText } from './place.ts'

const gzipped = promisify(gzip)

/** Level 1: 209 MB/s a thread, a fifth of the size. */
const GZIP = { level: 1 }
/** Bytes of lines in one request: enough that an fsync over there is worth it, and a quarter of what a receiver lets wait. */
const REQUEST_BYTES = 1024 * 1024
/** A stream that is elsewhere again and again in one deliver: somebody else writes into it. Waiting gives the other one time to end. */
const MAX_MOVES = 5

type Context = Pick<OutputContext, 'history' | 'journal' | 'name' | 'problem' | 'upstream'>

export interface PeerSenderOptions {
  readonly target: HttpTarget
  readonly streams: number
  readonly compress: boolean
}

interface Part {
  readonly body: Buffer
  readonly to: Place
  readonly count: number
  /** Of the lines, before they were packed. */
  readonly bytes: number
}

export class PeerSender {
  readonly #context: Context
  readonly #target: HttpTarget
  readonly #compress: boolean
  readonly #lanes: Lanes
  /** How far each stream really is: ahead of the saved state after a deliver that failed in part. */
  readonly #ahead: Array<Lane | undefined> = []

  constructor(context: Context, { target, streams, compress }: PeerSenderOptions) {
    this.#context = context
    this.#target = target
    this.#compress = compress
    this.#lanes = new Lanes(streams)
  }

  async deliver(lines: readonly StoredLine[], cursor: Cursor, signal: AbortSignal): Promise<Delivered> {
    const state = readPeerState(cursor.state, this.#lanes.count)
    // Streams are remembered before anything goes out in them: unknown after a crash, they would be opened anew and everything sent twice.
    if (state === null) return { cursor: { ...cursor, state: stateJson({ output: this.#context.name, lanes: this.#opened(cursor) }) } }
    const lanes = state.lanes.map((lane, index) => this.#known(lane, index))
    const results = await Promise.allSettled(this.#split(lines).map((own, index) => this.#sendAll(state, index, lanes[index] as Lane, own, signal)))
    const diverged = results.some((result) => result.status === 'fulfilled' && !result.value)
    const after = { output: state.output, lanes: state.lanes.map((lane, index) => this.#known(lane, index)) }
    if (diverged) {
      // Saved as a step of its own, for the same reason.
      const opened = after.lanes.map((lane, index) => (isFalse(results[index]) ? newLane(cursor) : lane))
      return { cursor: { ...cursor, state: stateJson({ ...after, lanes: opened }) } }
    }
    const failed = results.filter((result) => result.status === 'rejected').map(({ reason }: { reason: unknown }) => reason)
    // What must be halved comes first: the others find their lines sent when they come again.
    if (failed.length > 0) throw failed.find((reason) => reason instanceof TooLarge) ?? failed[0]
    const last = lines.at(-1) as StoredLine
    return { cursor: { segment: last.segment, record: last.record + 1, state: stateJson(after) } }
  }

  /** The state to send with once more what was sent before: in streams that know nothing of it. */
  replayed(state: Json): Json {
    const { output } = readPeerState(state, this.#lanes.count) ?? { output: this.#context.name }
    return stateJson({ output, lanes: this.#opened({ segment: 0, record: 0 }) })
  }

  close(): Promise<void> {
    return this.#target.close()
  }

  #opened(at: Place): Lane[] {
    return Array.from({ length: this.#lanes.count }, () => newLane(at))
  }

  #known(lane: Lane, index: number): Lane {
    const ahead = this.#ahead[index]
    return ahead !== undefined && ahead.epoch === lane.epoch && isBefore(lane.at, ahead.at) ? ahead : lane
  }

  #split(lines: readonly StoredLine[]): StoredLine[][] {
    const split: StoredLine[][] = Array.from({ length: this.#lanes.count }, () => [])
    for (const line of lines) (split[this.#lanes.of(line)] as StoredLine[]).push(line)
    return split
  }

  /** True when all lines are stored over there; false when the stream has another history and must be opened anew. */
  async #sendAll(state: PeerState, index: number, start: Lane, own: readonly StoredLine[], signal: AbortSignal): Promise<boolean> {
    let lane = start
    let size = REQUEST_BYTES
    let moves = 0
    let left = behind(own, lane.at)
    let next: Promise<Part> | null = null
    while (left.length > 0) {
      const part: Part = await (next ?? this.#part(left, size))
      const rest = left.slice(part.count)
      // Packed while the one before is on its way.
      next = rest.length === 0 ? null : this.#part(rest, size)
      next?.catch(() => undefined)
      const answer = await this.#send(state.output, index, lane, part, signal)
      if (answer.kind === 'taken') {
        lane = { epoch: lane.epoch, at: part.to }
        left = rest
        this.#ahead[index] = lane
        continue
      }
      next = null
      if (answer.kind === 'too-large') {
        if (part.count === 1) throw new TooLarge(`${this.#target.where} does not take a line of this size`)
        size = part.bytes / 2
        continue
      }
      if (!this.#isOurs(answer, lane)) return false
      if (++moves > MAX_MOVES) throw new Retry(`cannot send to ${this.#target.where}: the stream stands at another place each time. Look for a copy of this data directory that runs as well.`)
      lane = { epoch: lane.epoch, at: answer.last }
      this.#ahead[index] = lane
      left = behind(left, lane.at)
    }
    return true
  }

  /** Whether the receiver holds what this journal sent. Reports what is not as it should be. */
  #isOurs({ last, run }: { last: Place; run: string }, { at }: Lane): boolean {
    const { where } = this.#target
    const end = this.#context.history.endOf(run)
    if (end === null || isBefore(end, last)) {
      this.#context.problem('warn', `cannot go on in a stream to ${where}: it holds records of another history of this journal, as when a data directory was copied or restored`, 'A new stream was opened: records sent since the copy may be there twice. Never run two copies of a data directory.')
      return false
    }
    if (isBefore(last, at)) {
      this.#context.problem('error', `${where} has lost records it had acknowledged: it stands at ${placeText(last)} of this journal instead of ${placeText(at)}, as when it was restored from a backup`, 'What is still in the journal here can be sent again with sawlog replay.')
    }
    return true
  }

  async #send(output: string, index: number, { epoch, at }: Lane, { body, to }: Part, signal: AbortSignal): Promise<PeerAnswer> {
    const { journal, history } = this.#context
    const headers = peerHeaders({ journal, output, lane: index, epoch, from: at, to, run: history.run, via: [shortId(journal), ...this.#context.upstream()] })
    const answer = await this.#target.exchange(body, { headers: this.#compress ? { ...headers, 'content-encoding': 'gzip' } : headers }, signal)
    return readPeerAnswer(answer, to, this.#target.where, this.#target.quote(answer))
  }

  /** The first of the lines, as many as `size` bytes hold, at least one. */
  async #part(lines: readonly StoredLine[], size: number): Promise<Part> {
    let count = 0
    let bytes = 0
    for (const line of lines) {
      if (count > 0 && bytes + line.length + 1 > size) break
      bytes += line.length + 1
      count++
    }
    const body = Buffer.allocUnsafeSlow(bytes)
    let at = 0
    for (let i = 0; i < count; i++) at = (lines[i] as StoredLine).copyTo(body, at)
    const { segment, record } = lines[count - 1] as StoredLine
    return { body: this.#compress ? await gzipped(body, GZIP) : body, to: { segment, record: record + 1 }, count, bytes }
  }
}

/** The lines that are not stored yet. */
function behind(lines: readonly StoredLine[], at: Place): readonly StoredLine[] {
  let first = 0
  while (first < lines.length && isBefore(lines[first] as StoredLine, at)) first++
  return first === 0 ? lines : lines.slice(first)
}

function isFalse(result: PromiseSettledResult<boolean> | undefined): boolean {
  return result?.status === 'fulfilled' && !result.value
}
