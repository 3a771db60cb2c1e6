// Reads a query typed on the command line, and points at a mistake in it.
import { parseQuery } from '../search/parse-query.ts'
import type { Query } from '../search/query.ts'
import { CommandError } from './command-error.ts'

/** Throws CommandError: the message, the query, and a mark below the place. */
export function checkQuery(text: string): Query {
  const parsed = parseQuery(text)
  if (parsed.ok) return parsed.query
  const line = text.replaceAll(/\s/g, ' ')
  throw new CommandError(`${parsed.message}\n  ${line}\n  ${' '.repeat(parsed.at)}${'^'.repeat(Math.max(1, parsed.length))}`)
}
