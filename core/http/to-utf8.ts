// Turns a body of another character set into UTF-8. Bytes that are not valid in it become U+FFFD.
import { TextDecoder } from 'node:util'
import { HttpProblem } from './http-problem.ts'

const UTF8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])

/** The same buffer where it is UTF-8 by its label, without its byte order mark. A UTF-16 mark counts more than the label: its bytes cannot be UTF-8. */
export function toUtf8(bytes: Buffer, charset: string | null): Buffer {
  const marked = byteOrderMark(bytes)
  if (marked !== null) return decode(bytes, marked)
  if (charset !== null && !UTF8.has(charset)) return decode(bytes, charset)
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function byteOrderMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return null
}

function decode(bytes: Buffer, charset: string): Buffer {
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(charset)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new HttpProblem(415, `cannot read the body: the character set ${JSON.stringify(charset.slice(0, 40))} is unknown. Send UTF-8.`)
  }
  return Buffer.from(decoder.decode(bytes), 'utf8')
}
