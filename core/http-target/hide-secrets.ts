// Takes out of a text what must not be shown: an answer may repeat the token it refuses.
import { MASK } from '../config/mask-secrets.ts'

/** Shorter ones hide nothing and would tear ordinary words apart. */
const MIN_SECRET = 6
/** Parts of an address this long are keys, as in those of webhooks (Slack 24, Discord 68, Telegram 46), not names. */
const MIN_PART = 16
/** What a shorter parameter with a key in it is called. */
const TELLING = /key|token|secret|sig|auth|pass|code/i

export type HideSecrets = (text: string) => string

/** `given` are secrets as they are; of the URL, whatever looks like one is hidden as well. */
export function hideSecrets(given: readonly string[], url: URL): HideSecrets {
  const parameters = [...url.searchParams].filter(([name, value]) => value.length >= MIN_PART || TELLING.test(name)).map(([, value]) => value)
  const parts = [...given, ...parameters, ...url.pathname.split('/').filter((part) => part.length >= MIN_PART)]
  // The longest first, or what is left of it would stay.
  const secrets = [...new Set(parts)].filter((part) => part.length >= MIN_SECRET).toSorted((a, b) => b.length - a.length)
  return (text) => {
    let hidden = text
    for (const secret of secrets) hidden = hidden.replaceAll(secret, MASK)
    return hidden
  }
}
