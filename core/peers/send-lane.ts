// Sends the lines of one stream, in order, with the next request on its way while the one before is being stored.
import { isBefore } from '../cursor-order.ts'
import { Retry, TooLarge } from '../delivery-errors.ts'
import type { StoredLine } from '../journal/stored-line.ts'
import { type Pack, packLines, REQUEST_BYTES } from './pack-lines.ts'
import type { PeerAnswer } from './peer-answer.ts'
import type { PeerRequest } from './peer-request.ts'
import type { Lane } from './peer-state.ts'
import type { Place } from './place.ts'

/** Requests of a stream on their way: one that is being stored, one that is being unpacked over there, one that is being packed here. */
const WINDOW = 3
/** A stream that is elsewhere again and again: somebody else writes into it. */
const MAX_MOVES = 5

export interface LaneSender {
  readonly where: string
  readonly compress: boolean
  send(stretch: Stretch, body: Buffer): Promise<PeerAnswer>
  /** The receiver has taken everything before this place. */
  reached(at: Place): void
  /** Where the stream goes on, which the receiver sees elsewhere or does not know; null where it must be opened anew. */
  whereItStands(answer: Standing, at: Place): Place | null
}

export type Standing = Exclude<PeerAnswer, { kind: 'taken' | 'too-large' }>

export type Stretch = Pick<PeerRequest, 'from' | 'to' | 'opens' | 'follows'>

interface Flight {
  readonly pack: Pack
  /** Sent before the one in front of it was answered: the receiver may have seen it first. */
  readonly early: boolean
  readonly answer: Promise<PeerAnswer>
}

/** True when all is stored over there; false when the stream has another history. Throws Retry and TooLarge. */
export async function sendLane({ at: start, fresh }: Lane, own: readonly StoredLine[], sender: LaneSender): Promise<boolean> {
  const flights: Flight[] = []
  let at = start
  let left = behind(own, at)
  let size = REQUEST_BYTES
  let moves = 0
  let opens = fresh
  /** Lines of `left` that are on their way, and the place behind them. */
  let sent = 0
  let from = at
  const take = async (): Promise<PeerAnswer> => {
    while (flights.length < WINDOW && sent < left.length) {
      const pack = packLines(left, sent, size, sender.compress)
      const early = flights.length > 0
      const stretch = { from, to: pack.to, opens: opens && !early, follows: early }
      const answer = pack.body.then((body) => sender.send(stretch, body)).then((got) => {
        pack.release()
        return got
      })
      answer.catch(() => undefined) // it is asked for in its turn, or another one has failed before
      flights.push({ pack, early, answer })
      sent += pack.count
      from = pack.to
    }
    return (flights[0] as Flight).answer
  }
  try {
    while (left.length > 0) {
      const answer = await take()
      const { pack, early } = flights.shift() as Flight
      if (answer.kind === 'taken') {
        left = left.slice(pack.count)
        sent -= pack.count
        at = pack.to
        opens = false
        sender.reached(at)
        continue
      }
      await settled(flights)
      if (answer.kind === 'too-large') {
        if (pack.count === 1) throw new TooLarge(`${sender.where} does not take a line of ${pack.bytes} bytes`)
        size = pack.bytes / 2
      } else if (!early || (answer.kind === 'elsewhere' && !isBefore(answer.last, at))) {
        const stands = sender.whereItStands(answer, at)
        if (stands === null) return false
        if (++moves > MAX_MOVES) throw new Retry(`cannot send to ${sender.where}: the stream stands at another place each time. Look for a copy of this data directory that runs as well.`)
        at = stands
        opens = false
        sender.reached(at)
        left = behind(left, at)
      }
      sent = 0
      from = at
    }
    return true
  } finally {
    await settled(flights)
  }
}

/** What is still on its way would otherwise use lines that are no longer there, or come behind what is sent again. */
async function settled(flights: Flight[]): Promise<void> {
  await Promise.allSettled(flights.splice(0).map(({ answer }) => answer))
}

/** The lines that are not stored yet. */
function behind(lines: readonly StoredLine[], at: Place): readonly StoredLine[] {
  let first = 0
  while (first < lines.length && isBefore(lines[first] as StoredLine, at)) first++
  return first === 0 ? lines : lines.slice(first)
}
