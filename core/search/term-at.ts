// Which term of a query text, finished or not, is being written at a place in it: for completion. Never fails, whatever the text is.

export interface TermAt {
  /** Null: a name, or a word alone, is being written. */
  readonly name: string | null
  /** Where the name or the value begins. */
  readonly from: number
  /** What of it stands before the place, without quotes and escapes. */
  readonly prefix: string
}

interface Scan {
  readonly text: string
  readonly end: number
  at: number
}

/** Null inside what is not completed: regexes, comparisons, ranges, and phrases without a name. */
export function termAt(text: string, place: number): TermAt | null {
  const scan: Scan = { text: text.slice(0, place), end: Math.min(text.length, place), at: 0 }
  /** The name in front of each parenthesis that is open. */
  const groups: Array<string | null> = []
  let found: TermAt | null = { name: null, from: scan.end, prefix: '' }
  while (scan.at < scan.end) {
    const char = scan.text[scan.at] as string
    const group = groups.at(-1) ?? null
    found = { name: group, from: scan.at + 1, prefix: '' }
    if (/\s/.test(char)) scan.at++
    else if (char === '(') {
      groups.push(group)
      scan.at++
    } else if (char === ')') {
      groups.pop()
      scan.at++
      found = null
    } else if (char === '-' && scan.at + 1 <= scan.end) scan.at++
    else found = readTerm(scan, groups)
  }
  return found
}

function readTerm(scan: Scan, groups: Array<string | null>): TermAt | null {
  const group = groups.at(-1) ?? null
  const from = scan.at
  const first = readPiece(scan, group === null ? ':' : '')
  if (group !== null) return first === null ? null : { name: group, from, prefix: first }
  if (scan.text[scan.at] !== ':' || first === null || first === '') {
    const phrase = scan.text[from] === '"'
    // A colon that begins a term: no name, but read.
    if (scan.at === from) scan.at++
    return first === null || phrase ? null : { name: null, from, prefix: first }
  }
  const valueFrom = ++scan.at
  if (scan.text[valueFrom] === '(') {
    groups.push(first)
    scan.at++
    return { name: first, from: scan.at, prefix: '' }
  }
  const value = readPiece(scan, '')
  return value === null ? null : { name: first, from: valueFrom, prefix: value }
}

/** A word or phrase up to white space, a parenthesis or `stop`; null for a regex, a comparison or a range. */
function readPiece(scan: Scan, stop: string): string | null {
  const { text, end } = scan
  const opening = text[scan.at]
  if (opening !== undefined && '/<>[{'.includes(opening)) {
    scan.at++
    while (scan.at < end && !closes(opening, text[scan.at] as string)) scan.at += text[scan.at] === '\\' ? 2 : 1
    scan.at = Math.min(end, scan.at + (opening === '/' || opening === '[' || opening === '{' ? 1 : 0))
    return null
  }
  let quoted = false
  let piece = ''
  while (scan.at < end) {
    const char = text[scan.at] as string
    if (!quoted && (/[\s()]/.test(char) || char === stop)) break
    scan.at++
    if (char === '"') quoted = !quoted
    else if (char === '\\') piece += text[scan.at++] ?? ''
    else piece += char
  }
  scan.at = Math.min(scan.at, end)
  return piece
}

function closes(opening: string, char: string): boolean {
  if (opening === '/') return char === '/'
  return opening === '[' || opening === '{' ? char === ']' || char === '}' : /[\s()]/.test(char)
}
