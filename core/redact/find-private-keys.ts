// Private keys as PEM writes them (RFC 7468): from `-----BEGIN ... PRIVATE KEY-----` to the end that belongs to it, or to the end of the text.
import type { Spans } from './spans.ts'

const BEGIN = '-----BEGIN '
const LABEL_END = 'PRIVATE KEY-----'
/** `RSA `, `EC `, `OPENSSH `, `ENCRYPTED `. */
const MAX_KIND = 40

export function findPrivateKeys(text: string, found: Spans): void {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at)) {
    const start = at
    const from = at + BEGIN.length
    const label = text.slice(from, from + MAX_KIND).indexOf(LABEL_END)
    at = from
    if (label === -1) continue
    const end = text.indexOf('-----END ', from)
    const close = end === -1 ? -1 : text.indexOf('-----', end + 9)
    at = close === -1 ? text.length : close + 5
    found.add(start, at, 'private_key')
  }
}
