// Texts that every match of a regex contains, read off its source where that is plain to see.

/** What may stand in a literal run: characters without a meaning of their own in any of the regex engines. */
const PLAIN = /^[A-Za-z0-9 _,;:=@#%&<>~`'"!/-]$/
/** Escaped, these are themselves. */
const ESCAPED_PUNCTUATION = /^[.*+?()[\]{}|^$\\/-]$/
const CLASS_ESCAPES = new Set(['d', 'D', 'w', 'W', 's', 'S'])
/** In either case, `k` also matches the Kelvin sign and `s` the long s: they end a run. */
const FOLDS_BEYOND_ASCII = /[ks]/i

/**
 * In lower case, since the look for them minds no case. Only the outermost level of the pattern is read; groups, classes and what is
 * repeated end a run, alternatives at that level and anything unusual give none.
 */
export function regexLiterals(source: string, flags: string): string[] {
  const literals: string[] = []
  let run = ''
  const end = (): void => {
    if (run.length > 1) literals.push(run.toLowerCase())
    run = ''
  }
  let at = 0
  while (at < source.length) {
    const char = source[at] as string
    let atom: string | null = null
    if (char === '|') return []
    if (char === '\\') {
      const next = source[at + 1] ?? ''
      if (ESCAPED_PUNCTUATION.test(next)) atom = next
      else if (!CLASS_ESCAPES.has(next) && next !== 'b' && next !== 'B') return []
      at += 2
    } else if (char === '[' || char === '(') {
      const close = char === '[' ? endOfClass(source, at) : endOfGroup(source, at)
      if (close === -1) return []
      at = close
    } else if (char === '.' || char === '^' || char === '$') at++
    else if (PLAIN.test(char)) {
      atom = char
      at++
    } else return []
    const repeat = repeatLength(source, at)
    if (repeat === -1) return []
    if (atom === null || repeat > 0 || (flags.includes('i') && FOLDS_BEYOND_ASCII.test(atom))) end()
    else run += atom
    at += repeat
  }
  end()
  return literals
}

/** Length of the quantifier at `at`; -1 for a brace that may be none. */
function repeatLength(source: string, at: number): number {
  const char = source[at]
  let length = 0
  if (char === '*' || char === '+' || char === '?') length = 1
  else if (char === '{') {
    const match = /^\{\d+(?:,\d*)?\}/.exec(source.slice(at, at + 20))
    if (match === null) return -1
    length = match[0].length
  }
  return length > 0 && source[at + length] === '?' ? length + 1 : length
}

/** Behind the class that begins at `at`; -1 where engines may differ over its end. */
function endOfClass(source: string, at: number): number {
  let i = at + 1
  if (source[i] === '^') i++
  if (source[i] === ']') return -1
  for (; i < source.length; i++) {
    if (source[i] === '[') return -1
    if (source[i] === '\\') i++
    else if (source[i] === ']') return i + 1
  }
  return -1
}

/** Behind the group that begins at `at`; -1 for groups that are more than that, since flags inside would hold outside too. */
function endOfGroup(source: string, at: number): number {
  if (source[at + 1] === '?' && source[at + 2] !== ':') return -1
  let depth = 0
  for (let i = at; i < source.length; i++) {
    const char = source[i]
    if (char === '\\') {
      if (/[QE]/.test(source[i + 1] ?? '')) return -1
      i++
    } else if (char === '[') {
      const end = endOfClass(source, i)
      if (end === -1) return -1
      i = end - 1
    } else if (char === '(') {
      if (source[i + 1] === '?' && source[i + 2] !== ':') return -1
      depth++
    } else if (char === ')' && --depth === 0) return i + 1
  }
  return -1
}
