// Where a JSON value that begins here ends, without parsing it; the end of the text where it does not.

export function endOfJson(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === 34) return endOfString(text, start)
  if (first !== 123 && first !== 91) return endOfScalar(text, start)
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 34) i = endOfString(text, i) - 1
    else if (c === 123 || c === 91) depth++
    else if ((c === 125 || c === 93) && --depth === 0) return i + 1
  }
  return text.length
}

/** `start` is the opening quote; gives what follows the closing one. */
export function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 34) return i + 1
    if (c === 92) i++
  }
  return text.length
}

function endOfScalar(text: string, start: number): number {
  let i = start
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c <= 32 || c === 44 || c === 125 || c === 93) break
  }
  return i
}
