// The encodings a file may be in: how each marks a line's end in its bytes, and how they become text. UTF-8 has no entry: its bytes stay as they are.
import { isAscii } from 'node:buffer'

/** Accepted names: those of the WHATWG's list whose line ends can be found in the bytes, and usual aliases. */
export const ENCODINGS = [
  'utf-8', 'utf-16le', 'utf-16be', 'latin1', 'iso-8859-1', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8', 'iso-8859-10',
  'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'windows-874', 'windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256',
  'windows-1257', 'windows-1258', 'ibm866', 'koi8-r', 'koi8-u', 'macintosh', 'shift_jis', 'euc-jp', 'gbk', 'gb2312', 'gb18030', 'big5', 'euc-kr', 'windows-949',
] as const
export type EncodingName = (typeof ENCODINGS)[number]

const NEWLINE = 10
const MULTI_BYTE: ReadonlySet<string> = new Set(['shift_jis', 'euc-jp', 'gbk', 'gb2312', 'gb18030', 'big5', 'euc-kr', 'windows-949'])

export interface TextEncoding {
  readonly name: EncodingName
  /** Bytes of a line end, and what line ends are aligned to. */
  readonly unit: 1 | 2
  /** A damaged character may swallow the line end behind it when lines are decoded together. */
  readonly multiByte: boolean
  /** Index of the next line end at or behind `from`, or -1. `data` begins with a whole character. */
  newline(data: Buffer, from: number): number
  lastNewline(data: Buffer): number
  /** Its bytes are the same in UTF-8. */
  isPlain(data: Buffer): boolean
  /** What is not valid becomes U+FFFD. A byte order mark is kept. */
  decode(bytes: Buffer): string
  isValid(bytes: Buffer): boolean
  /** The text of a piece that may end amid a character, without that character. */
  decodeCut(bytes: Buffer): string
}

/** Null for UTF-8. */
export function textEncoding(name: EncodingName): TextEncoding | null {
  if (name === 'utf-8') return null
  const lenient = new TextDecoder(name, { ignoreBOM: true })
  const mend = mending(name)
  const strict = new TextDecoder(name, { ignoreBOM: true, fatal: true })
  const unit = name.startsWith('utf-16') ? 2 : 1
  return {
    name, unit,
    multiByte: MULTI_BYTE.has(name),
    ...(unit === 1 ? SINGLE : wide(name === 'utf-16be' ? 1 : 0)),
    isPlain: unit === 1 ? isAscii : () => false,
    decode: (bytes) => mend(lenient.decode(bytes)),
    isValid(bytes) {
      try {
        strict.decode(bytes)
        return true
      } catch {
        // The one thing a strict decoder throws for.
        return false
      }
    },
    decodeCut(bytes) {
      const text = lenient.decode(bytes, { stream: true })
      // What was held back is the split character.
      lenient.decode()
      return mend(text)
    },
  }
}

const C1_IN_1252 = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178'
/** What ICU's IBM tables make of three control characters. */
const SWAPPED: Readonly<Record<string, string>> = { '\x1c': '\x1a', '\x7f': '\x1c', '\x1a': '\x7f' }

/** Where the runtime's decoder deviates from the standard: Node 20 takes windows-1252 for ISO 8859-1, and ICU permutes 1A, 1C and 7F. */
function mending(name: EncodingName): (text: string) => string {
  if (name === 'windows-1252' || name === 'latin1' || name === 'iso-8859-1') return (text) => text.replace(/[\x80-\x9f]/g, (char) => C1_IN_1252[char.charCodeAt(0) - 0x80] as string)
  // eslint-disable-next-line no-control-regex
  if (name === 'ibm866' || name === 'shift_jis') return (text) => text.replace(/[\x1a\x1c\x7f]/g, (char) => SWAPPED[char] as string)
  return (text) => text
}

/** In all of them 0x0A is never the second byte of a character. */
const SINGLE = {
  newline: (data: Buffer, from: number) => data.indexOf(NEWLINE, from),
  lastNewline: (data: Buffer) => data.lastIndexOf(NEWLINE),
}

/** `low`: which byte of a unit is the low one. U+0A0A, U+0A00 and U+000A next to each other hold 0x0A and 0x00 in every order but the aligned one. */
function wide(low: 0 | 1): typeof SINGLE {
  const isEnd = (data: Buffer, at: number): boolean => at % 2 === low && data[at + 1 - 2 * low] === 0
  return {
    newline(data, from) {
      let at = data.indexOf(NEWLINE, from)
      while (at !== -1 && !isEnd(data, at)) at = data.indexOf(NEWLINE, at + 1)
      return at === -1 ? -1 : at - low
    },
    lastNewline(data) {
      let at = data.lastIndexOf(NEWLINE)
      while (at > 0 && !isEnd(data, at)) at = data.lastIndexOf(NEWLINE, at - 1)
      return at === -1 || !isEnd(data, at) ? -1 : at - low
    },
  }
}

export const UTF_16LE = textEncoding('utf-16le') as TextEncoding
export const UTF_16BE = textEncoding('utf-16be') as TextEncoding

/** What the first bytes of a file say about it. */
export function byteOrder(data: Buffer): TextEncoding | null {
  if (data[0] === 0xff && data[1] === 0xfe) return UTF_16LE
  return data[0] === 0xfe && data[1] === 0xff ? UTF_16BE : null
}
