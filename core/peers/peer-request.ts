// What one Sawlog tells another with a request: which stream its lines belong to, which stretch of the journal they cover, and whose history that is.
import { isBefore } from '../cursor-order.ts'
import { parsePlace, type Place, placeText } from './place.ts'

const PEER_TYPE = 'application/vnd.sawlog.lines'
/** Of the form of lines and headers; another one is refused, so that no line is misread. */
const VERSION = '1'
export const PEER_CONTENT_TYPE = `${PEER_TYPE}; version=${VERSION}`

export interface PeerRequest {
  /** Id of the sender's journal. */
  readonly journal: string
  /** Name of the output as the stream was opened. */
  readonly output: string
  readonly lane: number
  /** Random; a new one begins a stream that knows nothing of the one before. */
  readonly epoch: string
  /** The lines, and those between them that belong to no one here, lie in [from, to). */
  readonly from: Place
  readonly to: Place
  /** Nothing was taken in this stream yet: it begins here. Another stream must be known to the receiver. */
  readonly opens: boolean
  /** The request for what lies before `from` is on its way, and may arrive later. */
  readonly follows: boolean
  /** The start of the sender's process that sends this. */
  readonly run: string
  /** Short ids of the journals whose records may be among the lines: the sender's and those it receives from. */
  readonly via: readonly string[]
}

/** Characters of a journal's id that stand for it in `via`: 32 random bits, and a thousand of them fit into the headers of a request. */
const SHORT = 8
const MAX_VIA = 1000

export function shortId(journal: string): string {
  return journal.slice(0, SHORT)
}

export function peerHeaders({ journal, output, lane, epoch, from, to, opens, follows, run, via }: PeerRequest): Record<string, string> {
  return {
    ...(opens ? { 'sawlog-opens': 'yes' } : {}),
    ...(follows ? { 'sawlog-follows': 'yes' } : {}),
    'content-type': PEER_CONTENT_TYPE,
    'sawlog-stream': `${journal}/${encodeURIComponent(output)}/${lane}/${epoch}`,
    'sawlog-range': `${placeText(from)}-${placeText(to)}`,
    'sawlog-run': run,
    'sawlog-via': via.slice(0, MAX_VIA).join(','),
  }
}

/** What the headers say, or what is wrong with them. */
export function readPeerRequest(header: (name: string) => string | undefined): PeerRequest | string {
  const stream = /^([\w-]{1,64})\/([\w.!~*'()%-]{1,640})\/(\d{1,3})\/([0-9a-f]{8,32})$/.exec(header('sawlog-stream') ?? '')
  if (stream === null) return 'its Sawlog-Stream header names no stream'
  const output = decoded(stream[2] as string)
  if (output === null) return 'its Sawlog-Stream header names no output'
  const [first, second, ...more] = (header('sawlog-range') ?? '').split('-')
  const from = parsePlace(first)
  const to = parsePlace(second)
  if (from === null || to === null || more.length > 0 || !isBefore(from, to)) return 'its Sawlog-Range header names no stretch of a journal'
  const run = header('sawlog-run') ?? ''
  if (!/^[0-9a-f]{8,32}$/.test(run)) return 'its Sawlog-Run header names no run'
  const via = header('sawlog-via') ?? ''
  if (!/^[\w-]{1,8}(,[\w-]{1,8}){0,999}$/.test(via)) return 'its Sawlog-Via header names no journals'
  const opens = header('sawlog-opens') === 'yes'
  const follows = header('sawlog-follows') === 'yes'
  return { journal: stream[1] as string, output, lane: Number(stream[3]), epoch: stream[4] as string, from, to, opens, follows, run, via: via.split(',') }
}

/** Null where the content type is not that of a peer; else whether it is of this version. */
export function peerVersion(contentType: string | undefined): 'same' | 'other' | null {
  if (contentType === undefined || !contentType.startsWith(PEER_TYPE)) return null
  const rest = contentType.slice(PEER_TYPE.length).trim()
  if (rest !== '' && !rest.startsWith(';')) return null
  return /^;\s*version=1$/.test(rest) ? 'same' : 'other'
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null // a lone %
  }
}
