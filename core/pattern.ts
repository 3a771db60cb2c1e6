// Regular expressions of users, which must not be able to hang the process: RE2 syntax, linear time, on JavaScript's engine where that is safe.
import { RE2JS, RE2JSException } from 're2js'
import { compileMatcher, type Matcher } from './matcher/compile-matcher.ts'
import { nativePattern } from './native-pattern.ts'
import { PatternError } from './pattern-error.ts'

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
  /** The captures of the leftmost match by number, the whole match first: `exec` without what costs more than matching. */
  captures(text: string): ReadonlyArray<string | undefined> | null
  /** The names of the groups by number, from 1 on; null where a group has none. */
  readonly names: ReadonlyArray<string | null>
}

/** Longer ones are generated, and compiling them holds up the event loop: 10,000 characters take about 30 ms. */
const MAX_SOURCE = 10_000
/**
 * The linear engine's time is text times program. At some 25 ns a step this is 2 s, reached only by lines near a megabyte under patterns
 * with huge counted repetitions; of a text that would take longer only the head is looked at.
 */
const MAX_STEPS = 8e7
/** From this length on it pays to ask first whether there is a match at all, which RE2JS says at 100 MB/s. */
const LONG = 4000

/**
 * Compiles RE2 syntax (https://github.com/google/re2/wiki/Syntax). Flags: `i` either case, `m` ^ and $ at lines, `s` dot matches newlines.
 * Throws `PatternError`. The worst text costs time proportional to its length.
 */
export function compilePattern(source: string, flags = ''): Pattern {
  if (source.length > MAX_SOURCE) throw new PatternError(`it has ${source.length} characters, more than ${MAX_SOURCE}`, null, 'Split it into several patterns.')
  const linear = compileLinear(source, flags)
  const maxLinear = Math.floor(MAX_STEPS / Math.max(1, linear.programSize()))
  const native = runnable(nativePattern(source, flags))
  const maxNative = native?.maxChars ?? -1
  const tester = native === null ? /(?:)/ : new RegExp(native.source, native.flags)
  const finder = native === null ? /(?:)/g : new RegExp(native.source, `${native.flags}g`)
  const names = namesOf(linear)
  /** Undefined until it is needed: nearly all patterns are only tested, or run natively. */
  let matcher: Matcher | null | undefined
  const matcherFor = (text: string): Matcher | null => {
    if (text.length > maxLinear) return null
    if (matcher === undefined) matcher = matcherOf(source, flags, names)
    return matcher !== null && text.length <= matcher.maxChars ? matcher : null
  }
  return Object.freeze({
    source,
    flags,
    reach: (length: number) => (length <= maxNative ? length : Math.min(length, maxLinear)),
    names,
    test(text: string): boolean {
      return text.length <= maxNative ? tester.test(text) : linear.test(head(text, maxLinear))
    },
    exec(text: string, from = 0): Match | null {
      if (text.length > maxNative) {
        if (text.length > LONG && text.length <= maxLinear && !linear.test(text)) return null
        const able = matcherFor(text)
        const match = able === null ? null : findMatched(able, names, text, from)
        return match !== null || (able !== null && !able.gaveUp()) ? match : findLinear(linear, head(text, maxLinear), from)
      }
      finder.lastIndex = from
      const found = finder.exec(text)
      return found === null ? null : { index: found.index, end: found.index + found[0].length, groups: groupsOf(found.groups), captures: found }
    },
    captures(text: string): ReadonlyArray<string | undefined> | null {
      if (text.length <= maxNative) return tester.exec(text)
      if (text.length > LONG && text.length <= maxLinear && !linear.test(text)) return null
      const able = matcherFor(text)
      const registers = able === null ? null : able.run(text)
      if (registers !== null) return sliced(text, registers, names.length + 1)
      return able !== null && !able.gaveUp() ? null : findLinear(linear, head(text, maxLinear), 0)?.captures ?? null
    },
  })
}

/** RE2 repeats an assertion (`\b?`), which JavaScript refuses: null then. */
function runnable(native: ReturnType<typeof nativePattern>): ReturnType<typeof nativePattern> {
  try {
    if (native !== null) void new RegExp(native.source, native.flags)
    return native
  } catch {
    return null // the linear engine has accepted it
  }
}

/** The engine of our own, 3 to 10 times faster at captures than RE2JS; null where it does not read the pattern. */
function matcherOf(source: string, flags: string, names: readonly (string | null)[]): Matcher | null {
  try {
    const matcher = compileMatcher(`(${source})`, { dialect: 're2', dotAll: flags.includes('s'), ignoreCase: flags.includes('i'), lines: flags.includes('m'), allGroups: true })
    return matcher.slots.length === names.length + 1 ? matcher : null
  } catch (error) {
    if (error instanceof PatternError) return null
    throw error
  }
}

function findMatched(matcher: Matcher, names: readonly (string | null)[], text: string, from: number): Match | null {
  const registers = from > text.length ? null : matcher.run(text, from)
  if (registers === null) return null
  const captures = sliced(text, registers, names.length + 1)
  const named: Record<string, string | undefined> = {}
  names.forEach((name, i) => {
    if (name !== null) named[name] = captures[i + 1]
  })
  return { index: registers[0] as number, end: registers[1] as number, groups: groupsOf(named), captures }
}

function sliced(text: string, registers: Int32Array, count: number): Array<string | undefined> {
  const captures: Array<string | undefined> = []
  for (let i = 0; i < count; i++) {
    const from = registers[i * 2] as number
    const to = registers[i * 2 + 1] as number
    captures.push(from < 0 || to < 0 ? undefined : text.slice(from, to))
  }
  return captures
}

function namesOf(linear: RE2JS): ReadonlyArray<string | null> {
  const names: Array<string | null> = Array.from({ length: linear.groupCount() }, () => null)
  for (const [name, index] of Object.entries(linear.namedGroups())) names[index - 1] = name
  return names
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
