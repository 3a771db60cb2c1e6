// Bracketed classes of characters, as Oniguruma reads them: `[[:alpha:]_]`, `[a-z[0-9]]`, `[^"\\]`.
import { PatternError } from '../pattern-error.ts'
import { classOfChar, classOfPattern, classOfRange, foldClass, negate, union, type CharClass } from './char-class.ts'
import { parseEscape } from './parse-escape.ts'

const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /^[\p{L}\p{M}\p{Nd}]$/u, alpha: /^[\p{L}\p{M}]$/u, ascii: /^[\0-\x7f]$/, blank: /^[\t\p{Zs}]$/u, cntrl: /^\p{Cc}$/u, digit: /^\p{Nd}$/u,
  graph: /^[^\p{Z}\p{C}]$/u, lower: /^\p{Ll}$/u, print: /^[^\p{C}]$/u, punct: /^[\p{P}$+<=>^`|~]$/u, space: /^[\t-\r \u0085\p{Z}]$/u, upper: /^\p{Lu}$/u,
  word: /^[\p{L}\p{M}\p{N}\p{Pc}]$/u, xdigit: /^[0-9A-Fa-f]$/,
}

/** Classes by name are ASCII in RE2. */
function ascii(test: RegExp): RegExp {
  return new RegExp(`(?=^[\\0-\\x7f]$)${test.source}`, test.flags)
}

/** `at` is the index behind the opening bracket. A class in a class adds to it. */
export function parseClass(source: string, at: number, ignoreCase: boolean, re2: boolean): { readonly set: CharClass; readonly end: number } {
  const open = at - 1
  const negated = source.startsWith('^', at)
  let i = negated ? at + 1 : at
  const members: CharClass[] = []
  for (let first = true; first || !source.startsWith(']', i); first = false) {
    if (i >= source.length) throw new PatternError('the class is not closed', open, 'Close it with ], or write \\[ for a bracket.')
    if (!re2 && source.startsWith('&&', i)) throw new PatternError('&& in a class is not supported', i, 'Write the characters out.')
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(i, i + 12))
    if (posix !== null) {
      const test = Object.hasOwn(POSIX, posix[2] as string) ? POSIX[posix[2] as string] : undefined
      if (test === undefined) throw new PatternError(`there is no class [:${posix[2]}:]`, i, `Those there are: ${Object.keys(POSIX).join(', ')}.`)
      const set = classOfPattern(re2 ? ascii(test) : test)
      members.push(posix[1] === '^' ? negate(set) : set)
      i += posix[0].length
    } else if (!re2 && source.startsWith('[', i)) {
      const inner = parseClass(source, i + 1, false, false)
      members.push(inner.set)
      i = inner.end
    } else {
      const low = parseMember(source, i, re2)
      i = low.end
      const ranged = low.code !== null && source.startsWith('-', i) && i + 1 < source.length && !source.startsWith(']', i + 1) && (re2 || !source.startsWith('[', i + 1))
      const high = ranged ? parseMember(source, i + 1, re2) : null
      if (high === null || low.code === null || high.code === null) members.push(low.set)
      else {
        if (high.code < low.code) throw new PatternError('the range is the wrong way round', i, 'Write the lower character first.')
        members.push(classOfRange(low.code, high.code))
        i = high.end
      }
    }
  }
  const all = union(members)
  const folded = ignoreCase ? foldClass(all) : all
  return { set: negated ? negate(folded) : members.length === 1 ? { ...folded, unit: ignoreCase ? -1 : folded.unit } : folded, end: i + 1 }
}

function parseMember(source: string, at: number, re2: boolean): { readonly set: CharClass; readonly code: number | null; readonly end: number } {
  if (source.startsWith('\\', at)) {
    if (!re2 && source.startsWith('b', at + 1)) return { set: classOfChar(8, false), code: 8, end: at + 2 }
    return parseEscape(source, at + 1, re2)
  }
  const code = source.codePointAt(at) as number
  return { set: classOfChar(code, false), code, end: at + (code > 0xffff ? 2 : 1) }
}
