// Which paths the globs of a file source mean, and which directories can hold them.
import { basename, dirname, resolve, sep } from 'node:path'
import picomatch from 'picomatch'

export interface GlobSet {
  /** Directories without wildcards under which every match lies; none inside another. */
  readonly bases: readonly string[]
  matches(path: string): boolean
  /** The path is written out in the config, not found by a wildcard. */
  isLiteral(path: string): boolean
  /** Whether a match can lie in this directory or below it. */
  mayContain(dir: string): boolean
  /** Paths written out, which may exist where no directory listing shows them. */
  readonly literals: readonly string[]
}

interface Glob {
  readonly base: string
  /** One test per path segment after the base, up to the first that may span several. */
  readonly segments: ((segment: string) => boolean)[]
  /** Any depth below the listed segments. */
  readonly deep: boolean
  readonly test: (path: string) => boolean
}

function compile(pattern: string): Glob | string {
  const absolute = resolve(pattern)
  const scan = picomatch.scan(absolute)
  if (!scan.isGlob) return absolute
  const base = scan.base === '' ? sep : resolve(scan.base)
  const rest = scan.glob.split(sep).filter((segment) => segment !== '')
  // A brace or bracket group may hold a slash; from there on any directory is worth a look.
  const spans = rest.findIndex((segment) => segment.includes('**') || /[{}()]/.test(segment))
  const known = spans === -1 ? rest : rest.slice(0, spans)
  return { base, segments: known.map((segment) => picomatch(segment)), deep: spans !== -1, test: picomatch(absolute) }
}

const inside = (dir: string, base: string): boolean => dir === base || base === sep || dir.startsWith(base + sep)

function mayHold(glob: Glob, dir: string): boolean {
  if (inside(glob.base, dir)) return true
  if (!inside(dir, glob.base)) return false
  const below = dir.slice(glob.base === sep ? 1 : glob.base.length + 1).split(sep)
  if (!glob.deep && below.length >= glob.segments.length) return false
  return below.every((segment, i) => glob.segments[i]?.(segment) ?? true)
}

/** A pattern without a slash excludes by file name, one with a slash by path. */
function compileExclude(pattern: string): (path: string) => boolean {
  if (pattern.includes(sep)) return picomatch(resolve(pattern), { dot: true })
  const test = picomatch(pattern, { dot: true })
  return (path) => test(basename(path))
}

export function globSet(paths: readonly string[], exclude: readonly string[]): GlobSet {
  const globs: Glob[] = []
  const literals = new Set<string>()
  for (const path of paths) {
    const compiled = compile(path)
    if (typeof compiled === 'string') literals.add(compiled)
    else {
      globs.push(compiled)
      // A real file may be called `app[1].log`.
      literals.add(resolve(path))
    }
  }
  const excluded = exclude.map(compileExclude)
  const all = [...new Set([...globs.map((glob) => glob.base), ...[...literals].map((path) => dirname(path))])]
  // The directory of a pattern taken literally (`/var/log/*`) is no base of its own.
  const bases = all.filter((dir) => !/[*?{[]/.test(dir) && !all.some((other) => other !== dir && inside(dir, other)))
  const literalDirs = new Set([...literals].map((path) => dirname(path)))
  return {
    bases,
    literals: [...literals],
    isLiteral: (path) => literals.has(path),
    matches: (path) => (literals.has(path) || globs.some((glob) => glob.test(path))) && !excluded.some((test) => test(path)),
    mayContain: (dir) => globs.some((glob) => mayHold(glob, dir)) || literalDirs.has(dir) || [...literalDirs].some((one) => inside(one, dir)),
  }
}
