// What a string literal of Go says (`strconv.Quote`), as structured loggers of Go write their values.

/** The letters behind a backslash and what they stand for. */
const ESCAPES: ReadonlyMap<number, string> = new Map([[97, '\u0007'], [98, '\b'], [102, '\f'], [110, '\n'], [114, '\r'], [116, '\t'], [118, '\v']])

/** Digits behind `\x`, `\u` and `\U`. */
const HEX_DIGITS: ReadonlyMap<number, number> = new Map([[120, 2], [117, 4], [85, 8]])

/** The text between the quotes at `from - 1` and `to`. An escape Go does not know stays as it is; a byte that is no character becomes U+FFFD. */
export function goUnquote(text: string, from: number, to: number): string {
  let at = text.indexOf('\\', from)
  if (at === -1 || at >= to) return text.slice(from, to)
  let out = ''
  let done = from
  while (at !== -1 && at < to - 1) {
    const letter = text.charCodeAt(at + 1)
    const digits = HEX_DIGITS.get(letter)
    let char = ESCAPES.get(letter)
    let end = at + 2
    if (letter === 34 || letter === 92 || letter === 39) char = text.charAt(at + 1)
    else if (digits !== undefined && at + 2 + digits <= to) {
      const hex = text.slice(end, end + digits)
      if (/^[0-9a-fA-F]+$/.test(hex)) {
        char = fromCode(Number.parseInt(hex, 16), digits)
        end += digits
      }
    }
    if (char !== undefined) {
      out += text.slice(done, at) + char
      done = end
    }
    at = text.indexOf('\\', end)
  }
  return out + text.slice(done, to)
}

function fromCode(code: number, digits: number): string {
  // `\xff` is half a character at most: Go writes whole ones as they are.
  return code > 0x10ffff || (digits === 2 && code > 127) ? '\uFFFD' : String.fromCodePoint(code)
}
