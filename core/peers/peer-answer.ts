// What a peer answered, and what the sender has to do about it.
import { isBefore } from '../cursor-order.ts'
import { Retry } from '../delivery-errors.ts'
import type { HttpAnswer } from '../http-target/http-answer.ts'
import { parsePlace, type Place } from './place.ts'

export type PeerAnswer =
  | { readonly kind: 'taken' }
  /** The stream stands elsewhere: at `last`, written under `run`. */
  | { readonly kind: 'elsewhere'; readonly last: Place; readonly run: string }
  /** It has no such stream. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too-large' }

/** Mending a configuration must not cost records: whatever a peer refuses is sent again. */
const REFUSED: Readonly<Record<number, string>> = {
  401: 'it does not know the token. Compare `token` here with `server.auth.tokens` there.',
  403: 'it does not let this request in. Check the token, and proxies between.',
  404: 'nothing takes records there. Check the url, and that the receiver has a source of type http on this path.',
  405: 'nothing takes records there. Check the url, and that the receiver has a source of type http on this path.',
  415: 'it does not take lines of this version of Sawlog. Upgrade the receiver first.',
  508: 'some of the records may come from there, so they would go round for ever. Take one of the forward outputs of the loop out.',
}

/** Throws `Retry` for everything that means: not now. `quoted` is what the answer said, as it may be shown. */
export function readPeerAnswer(answer: HttpAnswer, to: Place, where: string, quoted: string): PeerAnswer {
  const { status, retryAfterMs } = answer
  if (status === 413) return { kind: 'too-large' }
  const said = status === 200 || status === 409 ? objectIn(answer.body) : {}
  const last = parsePlace(said['last'])
  if (status === 200) {
    // Anything may answer 200; only a Sawlog knows where the stream stands.
    if (last === null || isBefore(last, to)) throw new Retry(`cannot send to ${where}: what answers there is not Sawlog, or not its http source${quoted}. Check the url.`)
    return { kind: 'taken' }
  }
  const run = said['run']
  if (status === 409 && last !== null && typeof run === 'string') return { kind: 'elsewhere', last, run }
  if (status === 409 && said['last'] === null) return { kind: 'unknown' }
  const refused = REFUSED[status]
  if (refused !== undefined) throw new Retry(`cannot send to ${where}: ${refused} (${status}${quoted})`, retryAfterMs)
  if (status >= 300 && status < 400) throw new Retry(`cannot send to ${where}: it answered ${status}${quoted}. Redirects are not followed; correct the url.`, retryAfterMs)
  throw new Retry(`cannot send to ${where}: it answered ${status}${quoted}. It is tried again.`, retryAfterMs)
}

function objectIn(body: Buffer): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return value !== null && typeof value === 'object' ? (value as { [key: string]: unknown }) : {}
  } catch {
    return {} // half of something, or somebody else's page
  }
}
