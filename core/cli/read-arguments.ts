// The arguments of a command that takes a query: options anywhere, the rest is the query as it was typed.
import { parseArgs } from 'node:util'
import { nearest } from '../config/nearest.ts'
import { UsageError } from './usage-error.ts'

export type Options = { readonly [name: string]: { readonly type: 'string' | 'boolean'; readonly short?: string } }

export interface Arguments {
  readonly query: string
  text(name: string): string | undefined
  flag(name: string): boolean
}

/** `-source:web` is a term of the query, not a bundle of one-letter options; marked so, it passes as an argument. */
const TERM = /^-[^-].+/
const MARK = '\0'

/** Throws what `isUsageError` knows, with a message for the user. */
export function readArguments(argv: readonly string[], options: Options): Arguments {
  const end = argv.indexOf('--')
  const marked = argv.map((argument, at) => (TERM.test(argument) && (end === -1 || at < end) ? MARK + argument : argument))
  for (const argument of end === -1 ? marked : marked.slice(0, end)) {
    const name = /^--([^=]+)/.exec(argument)?.[1]
    if (name === undefined || Object.hasOwn(options, name)) continue
    const near = nearest(name, Object.keys(options))
    throw new UsageError(`there is no option --${name}. ${near === null ? 'A query that begins with -- goes behind a lone --.' : `Did you mean --${near}?`}`)
  }
  const { values, positionals } = parseArgs({ args: marked, options, allowPositionals: true })
  const bare = (text: string): string => (text.startsWith(MARK) ? text.slice(MARK.length) : text)
  return {
    query: positionals.map(bare).join(' '),
    text(name) {
      const value = values[name]
      return typeof value === 'string' ? bare(value) : undefined
    },
    flag: (name) => values[name] === true,
  }
}
