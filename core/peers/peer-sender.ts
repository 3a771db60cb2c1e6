// The sending side of peers: lines go out in streams, each of which remembers how far its receiver has come.
import { isBefore } from '../cursor-order.ts'
import type { Delivered, OutputContext } from '../define-plugin.ts'
import { Retry, TooLarge } from '../delivery-errors.ts'
import type { Json } from '../json.ts'
import type { Cursor, StoredLine } from '../journal/stored-line.ts'
import { Lanes } from './lanes.ts'
import { type PeerAnswer, readPeerAnswer } from './peer-answer.ts'
import { peerHeaders, type PeerRequest, shortId } from './peer-request.ts'
import type { PeerRoutes } from './peer-routes.ts'
import { type Lane, newLane, type PeerState, readPeerState, stateJson } from './peer-state.ts'
import { type Place, placeText } from './place.ts'
import { type LaneSender, sendLane, type Standing } from './send-lane.ts'

type Context = Pick<OutputContext, 'history' | 'journal' | 'name' | 'problem' | 'upstream'>

export interface PeerSenderOptions {
  readonly routes: PeerRoutes
  readonly streams: number
  readonly compress: boolean
}

export class PeerSender {
  readonly #context: Context
  readonly #routes: PeerRoutes
  readonly #compress: boolean
  readonly #lanes: Lanes
  /** How far each stream really is: ahead of the saved state after a deliver that failed in part. */
  readonly #ahead: Array<Lane | undefined> = []

  constructor(context: Context, { routes, streams, compress }: PeerSenderOptions) {
    this.#context = context
    this.#routes = routes
    this.#compress = compress
    this.#lanes = new Lanes(streams)
  }

  /**
   * A stream is remembered before anything goes out in it: unknown after a crash, it would be opened anew and everything sent twice. So a
   * deliver that opens one gives back the cursor it got, with the new state, and sends nothing in it.
   */
  async deliver(lines: readonly StoredLine[], cursor: Cursor, signal: AbortSignal): Promise<Delivered> {
    const state = this.#state(cursor.state)
    if (state === null) return step(cursor, { output: this.#context.name, lanes: this.#opened(cursor) })
    // Dead letters that are delivered once more have a state that is not kept.
    const outOfOrder = isBefore(lines[0] as StoredLine, cursor)
    const moved = outOfOrder ? null : this.#moved(state, signal)
    if (moved !== null) return step(cursor, moved)
    const split = this.#split(lines)
    const results = await Promise.allSettled(state.lanes.map((lane, index) => sendLane(lane, split[index] as StoredLine[], this.#lane(state.output, index, lane, signal))))
    const after: PeerState = { output: state.output, lanes: state.lanes.map((lane, index) => this.#known(lane, index)) }
    if (results.some(isFalse)) {
      if (outOfOrder) throw new Retry('a stream that was opened for these records alone is not known any more')
      return step(cursor, { ...after, lanes: after.lanes.map((lane, index) => (isFalse(results[index]) ? newLane(cursor, lane.target) : lane)) })
    }
    const failed = results.filter((result) => result.status === 'rejected').map(({ reason }: { reason: unknown }) => reason)
    // What must be halved comes first: the others find their lines sent when they come again.
    if (failed.length > 0) throw failed.find((reason) => reason instanceof TooLarge) ?? failed[0]
    const last = lines.at(-1) as StoredLine
    return { cursor: { segment: last.segment, record: last.record + 1, state: stateJson(after) } }
  }

  /** The state to send with once more what was sent before: in streams that know nothing of it. */
  replayed(json: Json): Json {
    const state = this.#state(json)
    return stateJson({ output: state?.output ?? this.#context.name, lanes: this.#opened({ segment: 0, record: 0 }, state?.lanes) })
  }

  async close(): Promise<void> {
    await Promise.all(Array.from({ length: this.#routes.count }, (_, index) => this.#routes.target(index).close()))
  }

  #state(json: Json): PeerState | null {
    const state = readPeerState(json, this.#lanes.count)
    return state === null ? null : { output: state.output, lanes: state.lanes.map((lane, index) => this.#known(lane, index)) }
  }

  #opened(at: Place, like?: readonly Lane[]): Lane[] {
    return Array.from({ length: this.#lanes.count }, (_, index) => newLane(at, like?.[index]?.target ?? this.#routes.home(index)))
  }

  #known(lane: Lane, index: number): Lane {
    const ahead = this.#ahead[index]
    return ahead !== undefined && ahead.epoch === lane.epoch && isBefore(lane.at, ahead.at) ? ahead : lane
  }

  /** Streams whose target fails, or that may go home, are opened anew elsewhere; null when all stay. */
  #moved(state: PeerState, signal: AbortSignal): PeerState | null {
    let changed = false
    const lanes = state.lanes.map((lane, index) => {
      const target = this.#routes.choose(index, lane.target, signal)
      if (target === lane.target) return lane
      changed = true
      const [from, to] = [lane.target, target].map((one) => (one < this.#routes.count ? this.#routes.target(one).where : 'a target that is gone'))
      this.#context.problem('warn', `records go to ${to} instead of ${from} from here on`, 'Records that were under way in that moment may be in both.')
      return newLane(lane.at, target)
    })
    return changed ? { output: state.output, lanes } : null
  }

  #split(lines: readonly StoredLine[]): StoredLine[][] {
    const split: StoredLine[][] = Array.from({ length: this.#lanes.count }, () => [])
    for (const line of lines) (split[this.#lanes.of(line)] as StoredLine[]).push(line)
    return split
  }

  #lane(output: string, index: number, lane: Lane, signal: AbortSignal): LaneSender {
    const { where } = this.#routes.target(lane.target)
    return {
      where,
      compress: this.#compress,
      send: (stretch, body) => this.#send({ ...stretch, output, lane: index, epoch: lane.epoch }, lane.target, body, signal),
      reached: (at) => {
        this.#ahead[index] = { ...lane, at, fresh: false }
      },
      whereItStands: (answer, at) => this.#whereItStands(answer, at, where),
    }
  }

  /** Null where the receiver does not hold what this journal sent. Reports what is not as it should be. */
  #whereItStands(answer: Standing, at: Place, where: string): Place | null {
    if (answer.kind === 'unknown') {
      this.#context.problem('warn', `${where} knows nothing of a stream in which it had taken records: its data directory was emptied or restored from a backup, or the stream was idle for long`, 'A new stream is opened. If records are missing there, send again what is still in the journal here with sawlog replay.')
      return null
    }
    const { last, run } = answer
    const end = this.#context.history.endOf(run)
    if (end === null || isBefore(end, last)) {
      this.#context.problem('warn', `cannot go on in a stream to ${where}: it holds records of another history of this journal, as when a data directory was copied or restored`, 'A new stream is opened: what was sent since the copy was made may be there twice. Never run two copies of a data directory.')
      return null
    }
    if (isBefore(last, at)) {
      this.#context.problem('error', `${where} has lost records it had acknowledged: it stands at ${placeText(last)} of this journal instead of ${placeText(at)}, as when it was restored from a backup`, 'Send again what is still in the journal here with sawlog replay.')
    }
    return last
  }

  async #send(part: Omit<PeerRequest, 'journal' | 'run' | 'via'>, to: number, body: Buffer, signal: AbortSignal): Promise<PeerAnswer> {
    const { journal, history } = this.#context
    const target = this.#routes.target(to)
    const headers = peerHeaders({ ...part, journal, run: history.run, via: [shortId(journal), ...this.#context.upstream()] })
    const since = performance.now()
    try {
      const answer = await target.exchange(body, { headers: this.#compress ? { ...headers, 'content-encoding': 'gzip' } : headers }, signal)
      const read = readPeerAnswer(answer, part.to, target.where, target.quote(answer))
      this.#routes.answered(to)
      return read
    } catch (error) {
      if (!signal.aborted) this.#routes.failed(to, since)
      throw error
    }
  }
}

/** Nothing more than the state has changed: it is saved before anything else is sent. */
function step({ segment, record }: Cursor, state: PeerState): Delivered {
  return { cursor: { segment, record, state: stateJson(state) } }
}

function isFalse(result: PromiseSettledResult<boolean> | undefined): boolean {
  return result?.status === 'fulfilled' && !result.value
}
