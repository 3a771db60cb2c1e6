// The receiving side of peers: each stretch of a sender's journal is stored once, in order, and answered when it is on disk.
import type { Context } from 'hono'
import { isBefore } from '../cursor-order.ts'
import type { SourceContext } from '../define-plugin.ts'
import { Busy } from '../emit.ts'
import { BodyClaim } from '../http/body-claim.ts'
import { clientAddress } from '../http/client-address.ts'
import { HttpProblem } from '../http/http-problem.ts'
import { readBody } from '../http/read-body.ts'
import { requestHeader } from '../http/request-header.ts'
import { LineChunk, splitLines } from '../lines.ts'
import { lanePrefix, peerPosition, type PeerPosition, peerStream, isPeerStream } from './peer-position.ts'
import { peerVersion, type PeerRequest, readPeerRequest, shortId } from './peer-request.ts'
import { placeText } from './place.ts'
import { Turns } from './turns.ts'

/** How long a request waits to be let into the pipeline, ms: shorter than senders wait for an answer. */
const PATIENCE_MS = 5_000
/** How long a request waits for the one it follows, ms. Longer, and the other one was lost on its way. */
const OVERTAKEN_MS = 2_000
/** Epochs remembered of each lane. An old one counts only for a sender that was set back to it, by a restored backup. */
const KEPT_EPOCHS = 4
/** With more streams than this, those are forgotten that brought nothing for so long, ms. */
const MANY_STREAMS = 1000
const IDLE_MS = 30 * 24 * 3600e3

type Intake = Pick<SourceContext, 'bodies' | 'emit' | 'forget' | 'journal' | 'positions' | 'streams'>

export class PeerReceiver {
  readonly #intake: Intake
  /** One request of a stream at a time. */
  readonly #turns = new Turns()

  constructor(intake: Intake) {
    this.#intake = intake
  }

  /** Whether the request comes from a peer. Throws 415 for one of another version. */
  isMeant(c: Context): boolean {
    const version = peerVersion(requestHeader(c, 'content-type'))
    if (version === 'other') throw new HttpProblem(415, 'cannot take lines in the form of another version of Sawlog. Run the same version on both sides.')
    return version === 'same'
  }

  async take(c: Context): Promise<Response> {
    if (requestHeader(c, 'sawlog-stream') === undefined) return this.#probe()
    const request = readPeerRequest((name) => requestHeader(c, name))
    if (typeof request === 'string') throw new HttpProblem(400, `cannot take these lines: ${request}. Send them with the forward output of Sawlog.`)
    if (request.via.includes(shortId(this.#intake.journal))) {
      throw new HttpProblem(508, 'cannot take these lines: some of them may come from here, so they would go round for ever. Take one of the forward outputs of the loop out of its configuration.')
    }
    const claim = new BodyClaim(this.#intake.bodies)
    try {
      const lines = linesOf(await readBody(c, claim))
      return await this.#inTurn(request, lines, clientAddress(c))
    } finally {
      claim.release()
    }
  }

  /** Whether lines would be taken: for a sender that wants to come back. */
  async #probe(): Promise<Response> {
    await letIn(this.#intake.emit('peer', NO_LINES, { stored: true, patience: 1 }))
    return new Response(null, { status: 204 })
  }

  /** Turns end when the lines have their place in the journal; the fsync serves several of them. */
  async #inTurn(request: PeerRequest, lines: LineChunk, address: string | null): Promise<Response> {
    const stream = peerStream(request)
    const end = await this.#turn(stream, request)
    if (end === null) throw new HttpProblem(503, 'cannot take these lines now: requests of the same stream are waiting. Send them again later.', { 'Retry-After': '1' })
    let placed: Placed
    try {
      placed = await this.#place(stream, request, lines, address)
    } finally {
      end()
    }
    this.#turns.move(stream)
    await durably(placed.durable)
    if (placed.elsewhere === null) return answer(placed.accepted, request.to)
    const { run } = placed.elsewhere
    throw new HttpProblem(409, 'cannot take these lines: the stream stands elsewhere. Go on from there.', {}, { last: placeText(placed.elsewhere), run })
  }

  /** Requests of a stream overtake each other on their way: one that follows another waits for it, a little. */
  async #turn(stream: string, { from, follows }: PeerRequest): Promise<(() => void) | null> {
    const until = performance.now() + OVERTAKEN_MS
    for (;;) {
      const end = await this.#turns.take(stream)
      if (end === null || !follows) return end
      const last = peerPosition(this.#intake.positions(stream))
      const left = until - performance.now()
      if (left <= 0 || (last !== null && !isBefore(last, from))) return end
      end()
      await this.#turns.moved(stream, left)
    }
  }

  async #place(stream: string, request: PeerRequest, lines: LineChunk, address: string | null): Promise<Placed> {
    const last = peerPosition(this.#intake.positions(stream))
    if (last === null && !request.opens) throw new HttpProblem(409, 'cannot take these lines: their stream is not known here. Open a new one.', {}, { last: null })
    if (last === null) this.#forgetOld(request)
    if (last === null || isSame(last, request.from)) {
      const { durable } = await this.#emit(stream, last?.offset ?? 0, positionAfter(request, last), lines, address)
      return { durable, accepted: lines.count, elsewhere: null }
    }
    // What was handed in may not be durable yet, and nothing may be said of it before: a frame behind it tells.
    const { durable } = await this.#emit(stream, last.offset, last, NO_LINES, address)
    const known = request.run === last.run && !isBefore(last, request.to)
    return { durable, accepted: 0, elsewhere: known ? null : last }
  }

  async #emit(stream: string, from: number, to: PeerPosition, lines: LineChunk, address: string | null): Promise<Promised> {
    const host = address === null ? {} : { host: address }
    return letIn(this.#intake.emit(stream, lines, { stored: true, from, to: { ...to }, patience: PATIENCE_MS, ...host }))
  }

  /** A new epoch takes the place of old ones; peers that are gone for good must not pile up. */
  #forgetOld(request: PeerRequest): void {
    const prefix = lanePrefix(request)
    const now = Date.now()
    const known = [...this.#intake.streams()].flatMap(([name, position]) => {
      const at = isPeerStream(name) && !this.#turns.busy(name) ? peerPosition(position)?.at : undefined
      return at === undefined ? [] : [{ name, at }]
    })
    const epochs = known.filter(({ name }) => name.startsWith(prefix)).toSorted((a, b) => b.at - a.at)
    for (const { name } of epochs.slice(KEPT_EPOCHS - 1)) this.#intake.forget(name)
    if (known.length > MANY_STREAMS) for (const { name, at } of known) if (now - at > IDLE_MS) this.#intake.forget(name)
  }
}

const NO_LINES = new LineChunk(Buffer.alloc(0), [], [])

/** In an object: a promise of a promise would be waited for. */
interface Promised {
  readonly durable: Promise<void>
}

interface Placed extends Promised {
  readonly accepted: number
  /** Where the stream stands, if the lines do not belong there. */
  readonly elsewhere: PeerPosition | null
}

async function letIn(emitted: ReturnType<Intake['emit']>): Promise<Promised> {
  try {
    const { durable } = await emitted
    durable.catch(() => undefined) // it is asked for after the turn
    return { durable }
  } catch (error) {
    if (!(error instanceof Busy)) throw error
    throw new HttpProblem(503, `cannot take these lines now: ${error.message}. Send them again later.`, { 'Retry-After': '1' })
  }
}

async function durably(durable: Promise<void>): Promise<void> {
  try {
    await durable
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new HttpProblem(503, `cannot say that these lines are on disk: ${cause}. Send them again later.`, { 'Retry-After': '5' })
  }
}

function positionAfter({ to, run, via }: PeerRequest, last: PeerPosition | null): PeerPosition {
  return { offset: (last?.offset ?? 0) + 1, segment: to.segment, record: to.record, run, at: Date.now(), via: via.join(',') }
}

function linesOf(body: Buffer): LineChunk {
  if (body.length > 0 && body[body.length - 1] !== 10) throw new HttpProblem(400, 'cannot take these lines: the last one has no end. Send them again.')
  return splitLines(body)
}

function isSame(one: PeerPosition, { segment, record }: PeerRequest['from']): boolean {
  return one.segment === segment && one.record === record
}

function answer(accepted: number, last: PeerRequest['to']): Response {
  return new Response(JSON.stringify({ accepted, last: placeText(last) }), { status: 200, headers: { 'Content-Type': 'application/json' } })
}
