// What a target answered, and what that means for the lines that were sent.
import { Reject, Retry, TooLarge } from '../delivery-errors.ts'
import { escapeControls } from '../escape-controls.ts'
import type { HideSecrets } from './hide-secrets.ts'

export interface HttpAnswer {
  readonly status: number
  /** In small letters; of one that came more than once, the first. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** From `Retry-After`; null without one. */
  readonly retryAfterMs: number | null
}

/** What of an answer is shown: enough for a sentence of JSON, little enough for a line of the log. */
const SHOWN_CHARS = 300
/** Bytes that give so many characters in any case. */
const SHOWN_BYTES = SHOWN_CHARS * 4

/** RFC 9110: the request was not processed, or should be sent once more. */
const AGAIN = new Set([408, 425, 429])

/** Passes a 2xx; throws what the delivery has to do after anything else. */
export function judgeAnswer(where: string, answer: HttpAnswer, hide: HideSecrets): void {
  const { status, headers, retryAfterMs } = answer
  if (status >= 200 && status < 300) return
  const said = quoteAnswer(answer, hide)
  if (status === 413) throw new TooLarge(`${where} answered 413${said}`)
  if (status >= 400 && status < 500 && !AGAIN.has(status)) throw new Reject(`${where} answered ${status}${said}`)
  if (status >= 300 && status < 400) {
    const to = headers['location']
    throw new Retry(`cannot send to ${where}: it answered ${status}${to === undefined ? '' : ` and points to ${cut(hide(to))}`}. Redirects are not followed; correct the url.`, retryAfterMs)
  }
  throw new Retry(`cannot send to ${where}: it answered ${status}${said}. It is tried again.`, retryAfterMs)
}

/** `: "what it said"`, or nothing where it said nothing. */
export function quoteAnswer({ body }: HttpAnswer, hide: HideSecrets): string {
  const text = hide(body.toString('utf8', 0, SHOWN_BYTES)).trim()
  return text === '' ? '' : `: "${cut(text)}"`
}

function cut(text: string): string {
  const shown = escapeControls(text.length > SHOWN_CHARS ? text.slice(0, SHOWN_CHARS) : text)
  return text.length > SHOWN_CHARS ? `${shown}...` : shown
}
