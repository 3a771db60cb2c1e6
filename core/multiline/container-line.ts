// What a container runtime puts around a line of its container: CRI (`TIME stdout P payload`) or Docker's JSON, read from the bytes.

const BLANK = 32
const QUOTE = 34
const BACKSLASH = 92
const BRACE = 123
const COLON = 58
const COMMA = 44

/** What wraps a line, and which of the container's two streams it is from. Each is a stream of lines of its own. */
export const PLAIN = 0
const CRI_STDOUT = 1
export const CRI_STDERR = 2
export const DOCKER_STDOUT = 3
const DOCKER_STDERR = 4
export const KINDS_OF_LINES = 5

/** A reader with one result that each call overwrites: no object per line. */
export class ContainerLine {
  kind = PLAIN
  /** The payload: for Docker the text of the JSON string `log`, still escaped. */
  from = 0
  to = 0
  /** False for a part of a line that was longer than the runtime's buffer. */
  whole = true
  /** Where CRI's `P` or `F` stands. */
  tag = 0
  readonly #cri: boolean
  readonly #docker: boolean

  constructor(formats: { readonly cri: boolean; readonly docker: boolean }) {
    this.#cri = formats.cri
    this.#docker = formats.docker
  }

  /** Lines in neither format are PLAIN. */
  read(bytes: Buffer, start: number, end: number): void {
    if (this.#cri && this.#readCri(bytes, start, end)) return
    if (this.#docker && this.#readDocker(bytes, start, end)) return
    this.kind = PLAIN
    this.from = start
    this.to = end
    this.whole = true
  }

  #readCri(bytes: Buffer, start: number, end: number): boolean {
    // 2026-03-01T12:00:00Z is the shortest time there can be, one with nine digits and an offset the longest.
    if (end - start < 29 || bytes[start + 4] !== 45 || bytes[start + 10] !== 84) return false
    let at = start + 20
    const limit = Math.min(end - 8, start + 40)
    while (at < limit && bytes[at] !== BLANK) at++
    if (bytes[at] !== BLANK || bytes[at + 1] !== 115 || bytes[at + 2] !== 116 || bytes[at + 3] !== 100 || bytes[at + 7] !== BLANK) return false
    const [a, b, c] = [bytes[at + 4], bytes[at + 5], bytes[at + 6]]
    const out = a === 111 && b === 117 && c === 116
    if (!out && !(a === 101 && b === 114 && c === 114)) return false
    const tag = at + 8
    const whole = bytes[tag] === 70
    if (tag >= end || (!whole && bytes[tag] !== 80)) return false
    at = tag + 1
    // More tags may follow after colons.
    if (bytes[at] === 58) while (at < end && bytes[at] !== BLANK) at++
    if (at < end && bytes[at] !== BLANK) return false
    this.kind = out ? CRI_STDOUT : CRI_STDERR
    this.tag = tag
    this.whole = whole
    this.from = Math.min(end, at + 1)
    this.to = end
    return true
  }

  #readDocker(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] !== BRACE || bytes[end - 1] !== 125) return false
    let from = -1
    let to = -1
    let stdout = true
    let streamSeen = false
    // At `{`, or at the comma between two members. The line ends with `}`, so nothing here runs past it.
    let at = start
    do {
      const key = skipBlanks(bytes, at + 1)
      if (bytes[key] !== QUOTE) return false
      const keyEnd = stringEnd(bytes, key + 1, end)
      if (keyEnd === -1) return false
      at = skipBlanks(bytes, keyEnd + 1)
      if (bytes[at] !== COLON) return false
      at = skipBlanks(bytes, at + 1)
      const isLog = isText(bytes, key + 1, keyEnd, 'log')
      if (bytes[at] === QUOTE) {
        const valueEnd = stringEnd(bytes, at + 1, end)
        if (valueEnd === -1) return false
        if (isLog) {
          from = at + 1
          to = valueEnd
        } else if (isText(bytes, key + 1, keyEnd, 'stream')) {
          streamSeen = true
          stdout = !isText(bytes, at + 1, valueEnd, 'stderr')
        }
        at = valueEnd + 1
      } else {
        at = isLog ? -1 : skipValue(bytes, at, end)
        if (at === -1) return false
      }
      at = skipBlanks(bytes, at)
    } while (bytes[at] === COMMA && !(from !== -1 && streamSeen))
    if (from === -1) return false
    this.kind = stdout ? DOCKER_STDOUT : DOCKER_STDERR
    this.from = from
    this.to = to
    this.whole = endsWithNewline(bytes, from, to)
    return true
  }
}

/** The text of a Docker line's `log`, without its line ending. */
export function dockerText(raw: string): string {
  let end = raw.length
  if (raw.endsWith('\\n')) end -= 2
  else if (raw.endsWith('\n')) end -= 1
  if (raw.endsWith('\\r', end)) end -= 2
  const inner = end === raw.length ? raw : raw.slice(0, end)
  if (!inner.includes('\\')) return inner
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    return inner
  }
}

/** An escaped LF, or one as it is, which is not JSON but happens. */
function endsWithNewline(bytes: Buffer, from: number, to: number): boolean {
  if (to === from) return false
  if (bytes[to - 1] === 10) return true
  if (bytes[to - 1] !== 110 || to - from < 2) return false
  let backslashes = 0
  while (to - 2 - backslashes >= from && bytes[to - 2 - backslashes] === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}

function isText(bytes: Buffer, from: number, to: number, text: string): boolean {
  if (to - from !== text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false
  return true
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === BLANK || bytes[at] === 9) at++
  return at
}

/** Where the quote that ends a string stands, or -1. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) at++
  }
  return -1
}

/** Behind a number, a word, an object or a list. */
function skipValue(bytes: Buffer, from: number, end: number): number {
  let depth = 0
  for (let at = from; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = stringEnd(bytes, at + 1, end)
      if (at === -1) return -1
    } else if (byte === BRACE || byte === 91) depth++
    else if (byte === 125 || byte === 93) {
      if (depth === 0) return at
      depth--
    } else if (byte === COMMA && depth === 0) return at
  }
  return -1
}
