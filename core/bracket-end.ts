// Where a bracket in the head of a line is closed.

/** A thread or class name in brackets is not longer. */
const MAX_CHARS = 200

/** Index behind what closes `[`, `(` or `{` at `begin`, with others of its kind inside; `begin` where that is not on this line and near. */
export function bracketEnd(line: string, begin: number): number {
  const open = line.charCodeAt(begin)
  const close = open === 40 ? 41 : open + 2
  let depth = 0
  const limit = Math.min(line.length, begin + MAX_CHARS)
  for (let at = begin; at < limit; at++) {
    const c = line.charCodeAt(at)
    if (c === open) depth++
    else if (c === close) {
      if (--depth === 0) return at + 1
    } else if (c === 10) return begin
  }
  return begin
}
