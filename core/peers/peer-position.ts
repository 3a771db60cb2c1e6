// Where a peer's stream stands: what of it is stored here, written into the frame that holds the records.
import type { Position } from '../journal/commit.ts'
import type { PeerRequest } from './peer-request.ts'
import type { Place } from './place.ts'

/** `offset` counts requests: a position of the intake has one number, a place in the sender's journal two. */
export interface PeerPosition extends Place {
  readonly offset: number
  /** The run of the sender under which this was written. */
  readonly run: string
  /** Wall clock of the last request, epoch ms. */
  readonly at: number
  /** Journals behind the sender, short ids; left out where there are none. */
  readonly via?: string
}

/** How long a peer that sends nothing more counts as one whose records may come back in a loop, ms. */
const UPSTREAM_MS = 3600e3

const PREFIX = 'peer/'

/** The stream's name; of one lane, epochs have a common beginning. */
export function peerStream({ journal, output, lane, epoch }: Pick<PeerRequest, 'journal' | 'output' | 'lane' | 'epoch'>): string {
  return `${lanePrefix({ journal, output, lane })}${epoch}`
}

export function lanePrefix({ journal, output, lane }: Pick<PeerRequest, 'journal' | 'output' | 'lane'>): string {
  return `${PREFIX}${journal}/${output}/${lane}/`
}

export function isPeerStream(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** Null for what another kind of stream has. */
export function peerPosition(position: Position | null): PeerPosition | null {
  if (position === null) return null
  const { offset, segment, record, run, at, via } = position
  if (typeof segment !== 'number' || typeof record !== 'number' || typeof run !== 'string' || typeof at !== 'number') return null
  return { offset, segment, record, run, at, ...(typeof via === 'string' ? { via } : {}) }
}

/** Short ids of all journals from which records came in lately, directly or through others; `positions` by full name. */
export function upstreamOf(positions: ReadonlyMap<string, Position>, now: number): string[] {
  const found = new Set<string>()
  for (const [name, position] of positions) {
    const stream = name.slice(name.indexOf('/') + 1)
    if (!isPeerStream(stream)) continue
    const { at, via } = peerPosition(position) ?? { at: 0 }
    // A clock that was put back makes it no older.
    if (Math.abs(now - at) > UPSTREAM_MS) continue
    for (const id of via?.split(',') ?? []) found.add(id)
  }
  return [...found]
}
