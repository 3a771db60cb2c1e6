// Whether a text can be the name of a logger or thread as it stands in a line without brackets.

/** Letters, digits, `$ - . / _` and whatever is beyond ASCII. */
export function isLoggerName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (!((c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 45 && c <= 57) || c === 95 || c === 36 || c > 127)) return false
  }
  return text !== ''
}
