// The first segment that any output still needs, and which outputs those are.

export interface Needed {
  readonly segment: number
  readonly outputs: string[]
}

/** An output without a cursor has not begun, and holds nothing. */
export function firstNeeded(outputs: Iterable<{ readonly name: string; readonly cursor: { readonly segment: number } | null }>): Needed | null {
  let segment = Infinity
  let names: string[] = []
  for (const { name, cursor } of outputs) {
    if (cursor === null || cursor.segment > segment) continue
    if (cursor.segment < segment) names = []
    segment = cursor.segment
    names.push(name)
  }
  return names.length === 0 ? null : { segment, outputs: names }
}
