// What a forward output remembers with its cursor: where the streams stand that it has opened.
import { randomBytes } from 'node:crypto'
import type { Json } from '../json.ts'
import { parsePlace, type Place, placeText } from './place.ts'

/** One stream: its receiver has taken everything before `at`. */
export interface Lane {
  readonly epoch: string
  readonly at: Place
  /** It has taken nothing yet. */
  readonly fresh: boolean
  /** Which of the configured targets it goes to. */
  readonly target: number
}

export interface PeerState {
  /** The name the output had when the streams were opened: it stays in theirs. */
  readonly output: string
  readonly lanes: readonly Lane[]
}

export function newLane(at: Place, target: number): Lane {
  return { epoch: randomBytes(8).toString('hex'), at: { segment: at.segment, record: at.record }, fresh: true, target }
}

export function stateJson({ output, lanes }: PeerState): Json {
  return { output, lanes: lanes.map(({ epoch, at, fresh, target }) => [epoch, placeText(at), target, ...(fresh ? ['new'] : [])]) }
}

/** Null for a state that is none, or of another number of lanes. */
export function readPeerState(state: Json, lanes: number): PeerState | null {
  const { output, lanes: saved } = (state ?? {}) as { output?: Json; lanes?: Json }
  if (typeof output !== 'string' || !Array.isArray(saved) || saved.length !== lanes) return null
  const read = saved.flatMap((entry): Lane[] => {
    const [epoch, place, target, fresh] = Array.isArray(entry) ? entry : []
    const at = parsePlace(place)
    return typeof epoch === 'string' && at !== null && typeof target === 'number' ? [{ epoch, at, fresh: fresh === 'new', target }] : []
  })
  return read.length === lanes ? { output, lanes: read } : null
}
