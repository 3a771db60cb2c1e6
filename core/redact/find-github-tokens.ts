// GitHub's tokens by their prefixes: personal, OAuth, user-to-server, server-to-server, refresh, fine-grained.
import { beginsWord, isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** Classic ones have 36 characters behind the prefix, fine-grained ones 82; room for formats to come, none for names such as `ghp_total`. */
const MIN_CHARS = 30
const KINDS = 'pousr'

export function findGithubTokens(text: string, found: Spans): void {
  for (let at = text.indexOf('gh'); at !== -1; at = text.indexOf('gh', at + 2)) {
    if (text.charCodeAt(at + 3) === 95 && KINDS.includes(text.charAt(at + 2))) at = addToken(text, at, at + 4, found) - 2
  }
  for (let at = text.indexOf('github_pat_'); at !== -1; at = text.indexOf('github_pat_', at)) at = addToken(text, at, at + 11, found)
}

/** Gives where to look on: what begins inside a token is part of it, or `ghp_ghp_...` would cost its square. */
function addToken(text: string, start: number, from: number, found: Spans): number {
  if (!beginsWord(text, start)) return from
  let end = from
  while (isAlnum(text.charCodeAt(end)) || text.charCodeAt(end) === 95) end++
  if (end - from >= MIN_CHARS) found.add(start, end, 'github')
  return end
}
