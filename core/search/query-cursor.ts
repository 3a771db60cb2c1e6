// Reads the pieces of a query text: words, phrases, regexes. Knows nothing of what they mean.

export interface Cursor {
  readonly text: string
  at: number
  /** Terms read so far. */
  terms: number
  /** Regexes among them. */
  regexes: number
}

/** A mistake in a query text, at `at` for `length` UTF-16 units. Caught by `parseQuery`, never seen outside. */
export class QueryProblem extends Error {
  override readonly name = 'QueryProblem'
  readonly at: number
  readonly length: number
  constructor(message: string, at: number, length: number) {
    super(`cannot read the query: ${message}`)
    this.at = at
    this.length = length
  }
}

/** A run of characters that may contain unescaped stars. */
export interface Word {
  /** What stands between the stars; one piece where there is none. */
  readonly pieces: readonly string[]
  readonly at: number
  readonly end: number
}

const SPACE = /\s/

export function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACE.test(char)
}

export function skipSpace(cursor: Cursor): void {
  while (isSpace(cursor.text[cursor.at])) cursor.at++
}

/** Whether a term may end here. */
export function atTermEnd(cursor: Cursor): boolean {
  const char = cursor.text[cursor.at]
  return char === undefined || char === ')' || isSpace(char)
}

/** What the sticky `pattern` matches at `at`, or null. */
export function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

/** What stands after a backslash at `at`: `\n`, `\r`, `\t` are control characters, anything else is itself (and as long). */
function unescape(text: string, at: number): string {
  const code = text.codePointAt(at)
  if (code === undefined) throw new QueryProblem('a backslash at the end escapes nothing. Write \\\\ for a backslash.', at - 1, 1)
  const char = String.fromCodePoint(code)
  if (char === 'n') return '\n'
  if (char === 'r') return '\r'
  if (char === 't') return '\t'
  return char
}

/** Up to white space, a parenthesis, a quote or one of `stops`. May be empty. */
export function readWord(cursor: Cursor, stops = ''): Word {
  const { text } = cursor
  const at = cursor.at
  const pieces: string[] = []
  let piece = ''
  for (;;) {
    const char = text[cursor.at]
    if (char === undefined || char === '(' || char === ')' || char === '"' || stops.includes(char) || isSpace(char)) break
    cursor.at++
    if (char === '\\') {
      const escaped = unescape(text, cursor.at)
      cursor.at += escaped.length
      piece += escaped
    } else if (char !== '*') piece += char
    else if (piece !== '' || pieces.length === 0) {
      // `**` says no more than `*`.
      pieces.push(piece)
      piece = ''
    }
  }
  pieces.push(piece)
  return { pieces, at, end: cursor.at }
}

/** From the opening quote to behind the closing one. */
export function readPhrase(cursor: Cursor): { readonly text: string; readonly at: number; readonly end: number } {
  const { text } = cursor
  const at = cursor.at++
  let phrase = ''
  for (;;) {
    const char = text[cursor.at]
    if (char === undefined) throw new QueryProblem('this quote is never closed. Close it with ", or write \\" for a quote that is part of the text.', at, text.length - at)
    cursor.at++
    if (char === '"') return { text: phrase, at, end: cursor.at }
    if (char === '\\') {
      const escaped = unescape(text, cursor.at)
      cursor.at += escaped.length
      phrase += escaped
    } else phrase += char
  }
}

/** From the opening slash to behind the closing one and its flags. `\/` is a slash; everything else is left to the regex. */
export function readRegex(cursor: Cursor): { readonly source: string; readonly flags: string; readonly at: number; readonly end: number } {
  const { text } = cursor
  const at = cursor.at++
  let source = ''
  for (;;) {
    const char = text[cursor.at]
    if (char === undefined) throw new QueryProblem('this regex is never closed by a slash. Close it, or put a path in quotes: "/var/log".', at, text.length - at)
    cursor.at++
    if (char === '/') break
    if (char !== '\\') source += char
    else if (text[cursor.at] === '/') source += text[cursor.at++]
    else {
      source += char
      if (cursor.at < text.length) source += text[cursor.at++]
    }
  }
  const flagsAt = cursor.at
  while (/[a-z]/.test(text[cursor.at] ?? '')) cursor.at++
  return { source, flags: text.slice(flagsAt, cursor.at), at, end: cursor.at }
}
