// A set of characters: a table for ASCII, a predicate for what lies beyond.

/** Index in a table for characters beyond ASCII, and for the end of the text. */
export const BEYOND = 128
export const END = 129
export const TABLE_SIZE = 130

/** `unit` of the set of all characters. */
export const ANY = -2

export interface CharClass {
  /** 1 where the character is in the set; `BEYOND` is 1 where some character beyond ASCII is; `END` is 0. */
  readonly table: Uint8Array
  /** Whether a code point from 128 on is in the set. */
  readonly beyond: (codePoint: number) => boolean
  /** The one UTF-16 unit that the set is: such sets are compared, not looked up. Else -1, or `ANY` where no character is missing. */
  readonly unit: number
}

const NONE = (): boolean => false
const ALL = (): boolean => true

export function classOfChar(codePoint: number, ignoreCase: boolean): CharClass {
  const char = String.fromCodePoint(codePoint)
  const lower = char.toLowerCase()
  if (ignoreCase && lower !== char.toUpperCase()) return foldClass(classOfRange(codePoint, codePoint))
  const unit = codePoint <= 0xffff ? codePoint : -1
  return { ...classOfRange(codePoint, codePoint), unit }
}

export function classOfRange(from: number, to: number): CharClass {
  const table = new Uint8Array(TABLE_SIZE)
  for (let c = from; c <= to && c < BEYOND; c++) table[c] = 1
  if (to < BEYOND) return { table, beyond: NONE, unit: -1 }
  table[BEYOND] = 1
  return { table, beyond: (c) => c >= from && c <= to, unit: -1 }
}

/** Everything, line breaks included or not. */
export function classOfDot(lineBreaks: boolean): CharClass {
  const table = new Uint8Array(TABLE_SIZE).fill(1)
  table[END] = 0
  if (!lineBreaks) table[10] = 0
  return { table, beyond: ALL, unit: lineBreaks ? ANY : -1 }
}

/** What `test` matches as a text of one character. */
export function classOfPattern(test: RegExp): CharClass {
  const table = new Uint8Array(TABLE_SIZE)
  for (let c = 0; c < BEYOND; c++) table[c] = test.test(String.fromCharCode(c)) ? 1 : 0
  table[BEYOND] = 1
  return { table, beyond: (c) => test.test(String.fromCodePoint(c)), unit: -1 }
}

export function union(classes: readonly CharClass[]): CharClass {
  const [only] = classes
  if (classes.length === 1 && only !== undefined) return only
  const table = new Uint8Array(TABLE_SIZE)
  for (const one of classes) for (let c = 0; c <= BEYOND; c++) if (one.table[c] === 1) table[c] = 1
  const wide = classes.filter((one) => one.table[BEYOND] === 1)
  return { table, beyond: wide.length === 0 ? NONE : (c) => wide.some((one) => one.beyond(c)), unit: -1 }
}

export function negate(one: CharClass): CharClass {
  const table = one.table.map((flag) => 1 - flag)
  table[BEYOND] = one.beyond === ALL ? 0 : 1
  table[END] = 0
  return { table, beyond: (c) => !one.beyond(c), unit: -1 }
}

/** Both cases of every letter in it. */
export function foldClass(one: CharClass): CharClass {
  const contains = (char: string): boolean => {
    const code = char.codePointAt(0)
    return code !== undefined && (code < BEYOND ? one.table[code] === 1 : one.beyond(code))
  }
  const folded = (c: number): boolean => {
    const char = String.fromCodePoint(c)
    return contains(char) || contains(char.toLowerCase()) || contains(char.toUpperCase())
  }
  const table = one.table.slice()
  for (let c = 0; c < BEYOND; c++) if (folded(c)) table[c] = 1
  // The Kelvin sign is a k, and the long s an s.
  const wide = one.table[BEYOND] === 1 || contains('k') || contains('K') || contains('s') || contains('S')
  if (wide) table[BEYOND] = 1
  return { table, beyond: wide ? folded : NONE, unit: one.unit === ANY ? ANY : -1 }
}
