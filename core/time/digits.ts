// Digits of timestamps, read by character code.

/** The digit at `at`, else -1 (or NaN behind the end). */
export function digit(text: string, at: number): number {
  const d = text.charCodeAt(at) - 48
  return d <= 9 ? d : -1
}

/** Two digits as a number, else NaN. */
export function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

export function four(text: string, at: number): number {
  return two(text, at) * 100 + two(text, at + 2)
}

/** Index behind the digits that begin at `at`. */
export function digitsEnd(text: string, at: number): number {
  let i = at
  while (digit(text, i) >= 0) i++
  return i
}

/** A letter, a digit or `_`: a time may not go on with one. */
export function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}
