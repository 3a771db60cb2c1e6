// Regular expressions of users, which must not be able to hang the process: RE2 syntax, linear time, on JavaScript's engine where that is safe.
import { RE2JS, RE2JSException } from 're2js'
import { nativePattern } from './native-pattern.ts'

export interface Match {
  readonly index: number
  readonly end: number
  /** Named groups that took part. */
  readonly groups: Readonly<Record<string, string>>
  /** All groups by number, the whole match first. */
  readonly captures: ReadonlyArray<string | undefined>
}

/** Stateless; may be kept and shared. */
export interface Pattern {
  readonly source: string
  readonly flags: string
  /** How many characters are looked at of a text of that length, nearly always all: who must not miss anything has to treat the rest as matching. */
  reach(length: number): number
  test(text: string): boolean
  /** The leftmost match that begins at `from` or later. */
  exec(text: string, from?: number): Match | null
}

/** Why a pattern is refused, and where in it (0 is its first character; null where the engine does not say). */
export class PatternError extends Error {
  override readonly name = 'PatternError'
  readonly position: number | null
  constructor(cause: string, position: number | null, remedy: string) {
    super(`cannot use this pattern: ${cause}${position === null ? '' : ` at position ${position}`}. ${remedy}`)
    this.position = position
  }
}

/** Longer ones are generated, and compiling them holds up the event loop: 10,000 characters take about 30 ms. */
const MAX_SOURCE = 10_000
/**
 * The linear engine's time is text times program. At some 25 ns a step this is 2 s, reached only by lines near a megabyte under patterns
 * with huge counted repetitions; of a text that would take longer only the head is looked at.
 */
const MAX_STEPS = 8e7

/**
 * Compiles RE2 syntax (https://github.com/google/re2/wiki/Syntax). Flags: `i` either case, `m` ^ and $ at lines, `s` dot matches newlines.
 * Throws `PatternError`. The worst text costs time proportional to its length.
 */
export function compilePattern(source: string, flags = ''): Pattern {
  if (source.length > MAX_SOURCE) throw new PatternError(`it has ${source.length} characters, more than ${MAX_SOURCE}`, null, 'Split it into several patterns.')
  const linear = compileLinear(source, flags)
  const maxLinear = Math.floor(MAX_STEPS / Math.max(1, linear.programSize()))
  const native = nativePattern(source, flags)
  const maxNative = native?.maxChars ?? -1
  const tester = native === null ? /(?:)/ : new RegExp(native.source, native.flags)
  const finder = native === null ? /(?:)/g : new RegExp(native.source, `${native.flags}g`)
  return Object.freeze({
    source,
    flags,
    reach: (length: number) => (length <= maxNative ? length : Math.min(length, maxLinear)),
    test(text: string): boolean {
      return text.length <= maxNative ? tester.test(text) : linear.test(head(text, maxLinear))
    },
    exec(text: string, from = 0): Match | null {
      if (text.length > maxNative) return findLinear(linear, head(text, maxLinear), from)
      finder.lastIndex = from
      const found = finder.exec(text)
      return found === null ? null : { index: found.index, end: found.index + found[0].length, groups: groupsOf(found.groups), captures: found }
    },
  })
}

function head(text: string, maxChars: number): string {
  return text.length > maxChars ? text.slice(0, maxChars) : text
}

function findLinear(linear: RE2JS, text: string, from: number): Match | null {
  if (from > text.length) return null
  const matcher = linear.matcher(text)
  if (!matcher.find(from)) return null
  const captures: Array<string | undefined> = []
  for (let i = 0; i <= linear.groupCount(); i++) captures.push(matcher.group(i) ?? undefined)
  const named: Record<string, string | undefined> = {}
  for (const [name, index] of Object.entries(linear.namedGroups())) named[name] = captures[index]
  return { index: matcher.start(), end: matcher.end(), groups: groupsOf(named), captures }
}

const NO_GROUPS: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>)

function groupsOf(named: Readonly<Record<string, string | undefined>> | undefined): Readonly<Record<string, string>> {
  if (named === undefined) return NO_GROUPS
  const groups = Object.create(null) as Record<string, string>
  for (const name of Object.keys(named)) {
    const value = named[name]
    if (value !== undefined) groups[name] = value
  }
  return groups
}

const FLAGS: Readonly<Record<string, number>> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL }

function compileLinear(source: string, flags: string): RE2JS {
  let bits = 0
  for (const flag of flags) {
    const bit = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined
    if (bit === undefined) throw new PatternError(`"${flag}" is not a flag`, null, 'The flags are i (either case), m (^ and $ at each line) and s (the dot matches line breaks).')
    bits |= bit
  }
  try {
    return RE2JS.compile(source, bits)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw explain(source, error)
  }
}

/** Fragments of what people bring from engines that backtrack, with what to do instead. */
const UNSUPPORTED: ReadonlyArray<readonly [fragment: RegExp, what: string, remedy: string]> = [
  [/^\(\?<?[=!]/, 'lookahead and lookbehind are not supported, because they can take for ever', 'Match the surroundings too and use a group for the part you want, or write a second pattern.'],
  [/^\\(?:[1-9]|k)/, 'backreferences are not supported, because they can take for ever', 'Write the repeated part out.'],
  [/^\(\?>/, 'atomic groups are not supported', 'Use an ordinary group, (?:...): this engine never backtracks.'],
  [/^[*+?}]\+/, 'possessive quantifiers are not supported', 'Leave out the second +: this engine never backtracks.'],
  [/^\\u/, '\\u is not an escape here', 'Write \\x{00E9} or the character itself.'],
  [/^\\Z/, '\\Z is not an escape here', 'Write \\z for the end of the text.'],
]

function explain(source: string, error: RE2JSException): PatternError {
  const reason = error.message.replace(/^error parsing regexp: /, '')
  const fragment = 'input' in error && typeof error.input === 'string' ? error.input : null
  const found = fragment === null ? -1 : source.indexOf(fragment)
  const position = found === -1 ? null : found
  for (const [start, what, remedy] of UNSUPPORTED) {
    if (fragment !== null && start.test(fragment)) return new PatternError(what, position, remedy)
  }
  return new PatternError(reason, position, 'Patterns are in RE2 syntax, https://github.com/google/re2/wiki/Syntax.')
}
