// GitHub's tokens by their prefixes: personal, OAuth, user-to-server, server-to-server, refresh, fine-grained.
import { beginsWord, isAlnum } from './begins-word.ts'
import type { Spans } from './spans.ts'

/** Classic ones have 36 characters behind the prefix, fine-grained ones 82; room for formats to come, none for names such as `ghp_total`. */
const MIN_CHARS = 30
const KINDS = 'pousr'

export function findGithubTokens(text: string, found: Spans): void {
  for (let at = text.indexOf('gh'); at !== -1; at = text.indexOf('gh', at + 2)) {
    if (text.charCodeAt(at + 3) === 95 && KINDS.includes(text.charAt(at + 2))) findToken(text, at, at + 4, found)
  }
  for (let at = text.indexOf('github_pat_'); at !== -1; at = text.indexOf('github_pat_', at + 11)) findToken(text, at, at + 11, found)
}

function findToken(text: string, start: number, from: number, found: Spans): void {
  if (!beginsWord(text, start)) return
  let end = from
  while (isAlnum(text.charCodeAt(end)) || text.charCodeAt(end) === 95) end++
  if (end - from >= MIN_CHARS) found.add(start, end, 'github')
}
