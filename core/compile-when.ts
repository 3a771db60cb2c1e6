// `when:` as text -> matcher.
import { compileMatcher, type Matcher } from './search/match-record.ts'
import { parseQuery } from './search/parse-query.ts'

/** For a query the configuration has already checked. */
export function compileWhen(when: string | null): Matcher | null {
  if (when === null) return null
  const parsed = parseQuery(when)
  if (!parsed.ok) throw new Error(`BUG: unchecked query: ${parsed.message}`)
  return compileMatcher(parsed.query)
}
