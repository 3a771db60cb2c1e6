// The known name a mistyped one was probably meant to be.

/** Longer names than this are never typed by hand; comparing them would only cost time (the distance is quadratic). */
const MAX_LENGTH = 64

/** The nearest of `known` by edit distance, or null when nothing is near enough to be a typing mistake. */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > MAX_LENGTH) return null
  const wanted = fold(word)
  let best: string | null = null
  // A third of the word may differ: `portt` -> `port`, `trys` -> `tries`, but not `cat` -> `dog`.
  let bestDistance = Math.max(1, Math.ceil(wanted.length / 3)) + 1
  for (const candidate of known) {
    if (candidate.length > MAX_LENGTH) continue
    const name = fold(candidate)
    const distance = name === wanted ? 0 : isPrefix(wanted, name) ? 1 : editDistance(wanted, name)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `maxBody`, `max-body` and `MAX_BODY` are all meant as `max_body`. */
function fold(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().replaceAll('-', '_')
}

/** `pattern` for `patterns`, `path` for `paths`; short words would match too much. */
function isPrefix(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))
}

/** Levenshtein with neighbouring letters swapped counting as one mistake, the commonest slip of the fingers. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
