// The sending side of peers: lines go out in streams, one request at a time each, and each stream remembers how far its receiver has come.
import { isBefore } from '../cursor-order.ts'
import type { Delivered, OutputContext } from '../define-plugin.ts'
import { TooLarge } from '../delivery-errors.ts'
import type { HttpTarget } from '../http-target/http-target.ts'
import type { Json } from '../json.ts'
import type { Cursor, StoredLine } from '../journal/stored-line.ts'
import { Lanes } from './lanes.ts'
import { type PeerAnswer, readPeerAnswer } from './peer-answer.ts'
import { peerHeaders, type PeerRequest, shortId } from './peer-request.ts'
import { type Lane, newLane, type PeerState, readPeerState, stateJson } from './peer-state.ts'
import { type Place, placeText } from './place.ts'
import { type LaneSender, sendLane } from './send-lane.ts'

type Elsewhere = Extract<PeerAnswer, { kind: 'elsewhere' }>
type Context = Pick<OutputContext, 'history' | 'journal' | 'name' | 'problem' | 'upstream'>

export interface PeerSenderOptions {
  readonly target: HttpTarget
  readonly streams: number
  readonly compress: boolean
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
    const results = await Promise.allSettled(this.#split(lines).map((own, index) => sendLane(lanes[index] as Lane, own, this.#lane(state, index, lanes[index] as Lane, signal))))
    const diverged = results.some(isFalse)
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

  #lane(state: PeerState, index: number, lane: Lane, signal: AbortSignal): LaneSender {
    const { epoch } = lane
    return {
      where: this.#target.where,
      compress: this.#compress,
      send: (stretch, body) => this.#send({ ...stretch, output: state.output, lane: index, epoch }, body, signal),
      reached: (at) => {
        this.#ahead[index] = { epoch, at, fresh: false }
      },
      isOurs: (answer, at): answer is Elsewhere => this.#isOurs(answer, at),
    }
  }

  /** Reports what is not as it should be. */
  #isOurs(answer: Elsewhere | Extract<PeerAnswer, { kind: 'unknown' }>, at: Place): answer is Elsewhere {
    const { where } = this.#target
    if (answer.kind === 'unknown') {
      this.#context.problem('warn', `${where} knows nothing of a stream it had acknowledged records of: it begins anew there, as after its data directory was emptied or restored from a backup, or when nothing was sent for long`, 'If records are missing there, what is still in the journal here can be sent again with sawlog replay.')
      return false
    }
    const { last, run } = answer
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

  async #send(part: Omit<PeerRequest, 'journal' | 'run' | 'via'>, body: Buffer, signal: AbortSignal): Promise<PeerAnswer> {
    const { journal, history } = this.#context
    const headers = peerHeaders({ ...part, journal, run: history.run, via: [shortId(journal), ...this.#context.upstream()] })
    const answer = await this.#target.exchange(body, { headers: this.#compress ? { ...headers, 'content-encoding': 'gzip' } : headers }, signal)
    return readPeerAnswer(answer, part.to, this.#target.where, this.#target.quote(answer))
  }
}

function isFalse(result: PromiseSettledResult<boolean> | undefined): boolean {
  return result?.status === 'fulfilled' && !result.value
}
