// Whether something that looks like a word of its own begins here: no letter or digit touches it, but for those of an escape before it.

export function beginsWord(text: string, at: number): boolean {
  const c = text.charCodeAt(at - 1)
  if (!isAlnum(c)) return true
  // `\n4111...` in text that was escaped, `%3D4111...` in a URL, the end of a terminal's colour.
  if (text.charCodeAt(at - 2) === 92) return c === 110 || c === 116 || c === 114
  if (text.charCodeAt(at - 3) === 37) return true
  if (c !== 109) return false
  let i = at - 2
  while (i > at - 12 && (isDigit(text.charCodeAt(i)) || text.charCodeAt(i) === 59)) i--
  return text.charCodeAt(i) === 91
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
export function isAlnum(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90)
}
