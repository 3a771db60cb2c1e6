// How many blanks and tabs a line begins with.
export function indentOf(text: string): number {
  let at = 0
  for (let code = text.charCodeAt(0); code === 32 || code === 9; code = text.charCodeAt(at)) at++
  return at
}
