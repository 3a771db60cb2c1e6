// Memory of the places of a program and of a text that were tried together: a bit for each pair.

/** Notes that `state` was reached at `pos`; whether it was before. */
export function seen(visited: Int32Array, length: number, state: number, pos: number): boolean {
  const bit = state * (length + 1) + pos
  const word = visited[bit >> 5] as number
  const mask = 1 << (bit & 31)
  visited[bit >> 5] = word | mask
  return (word & mask) !== 0
}
