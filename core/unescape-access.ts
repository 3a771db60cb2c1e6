// The text behind the escapes that web servers write into access logs.

/**
 * Apache's `\"` and `\\` and the `\xHH` of both, where the bytes are UTF-8. Control characters and bytes that are no text stay escaped: what a
 * client sent must not become a line break or a terminal's command.
 */
export function unescapeAccess(text: string): string {
  let at = text.indexOf('\\')
  if (at === -1) return text
  let result = ''
  let copied = 0
  while (at !== -1) {
    const next = text.charCodeAt(at + 1)
    if (next === 34 || next === 92) {
      result += text.slice(copied, at) + text.charAt(at + 1)
      copied = at + 2
    } else if (next === 120) {
      const end = endOfBytes(text, at)
      result += text.slice(copied, at) + decode(text.slice(at, end))
      copied = end
    }
    at = text.indexOf('\\', Math.max(copied, at + 1))
  }
  return result + text.slice(copied)
}

const BYTE = /^\\x[\dA-Fa-f]{2}$/

/** Index behind a run of `\xHH`. */
function endOfBytes(text: string, at: number): number {
  let end = at
  while (BYTE.test(text.slice(end, end + 4))) end += 4
  return end
}

function decode(escapes: string): string {
  const decoded = Buffer.from(escapes.replaceAll('\\x', ''), 'hex').toString('utf8')
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f-\u009f\ufffd]/.test(decoded) ? escapes : decoded
}
