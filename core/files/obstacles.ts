// Paths that match but cannot be followed: each is reported once, and once more when it works again.
import type { SourceContext } from '../define-plugin.ts'
import type { GzipEnd } from './gzip-stream.ts'

type Kind = 'denied' | 'unusual' | 'damaged' | 'unfinished' | 'failing'

/** Reports kept; beyond it the oldest is dropped, which at worst repeats a warning. */
const MAX_OBSTACLES = 10_000

export class Obstacles {
  readonly #problem: SourceContext['problem']
  readonly #known = new Map<string, Kind>()

  constructor(problem: SourceContext['problem']) {
    this.#problem = problem
  }

  denied(path: string): void {
    if (this.#isNew(path, 'denied')) {
      this.#problem('warn', `cannot read ${path}: permission denied.`, `Give the user Sawlog runs as the right to read it; it is tried again every second.`)
    }
  }

  unusual(path: string, what: string): void {
    if (this.#isNew(path, 'unusual')) {
      const remedy = what === 'a directory' ? `Name the files in it: ${path}/*.log.` : 'Take it out of paths, or name it in exclude.'
      this.#problem('warn', `cannot follow ${path}: it is ${what}, not a regular file.`, remedy)
    }
  }

  damaged(path: string, damage: string, end: GzipEnd): void {
    if (!this.#isNew(path, 'damaged')) return
    if (end === 'garbage') this.#problem('warn', `cannot read what lies behind the gzip data in ${path}: ${damage}.`, 'All gzip data before it was read.')
    else this.#problem('error', `cannot read all of ${path}: the gzip data is damaged: ${damage}.`, 'What could be decompressed is kept; restore the file under another name to have it read anew.')
  }

  /** Nobody seems to write it any more. */
  unfinished(path: string): void {
    if (this.#isNew(path, 'unfinished')) {
      this.#problem('warn', `cannot read the end of ${path}: it stops amid the gzip data.`, 'What is there was read; when more is written, or the file is replaced, reading goes on.')
    }
  }

  failing(path: string, cause: unknown): void {
    if (this.#isNew(path, 'failing')) {
      const why = cause instanceof Error ? cause.message : String(cause)
      this.#problem('warn', `cannot read ${path}: ${why}.`, 'Check the disk or the mount; reading is tried again with growing pauses.')
    }
  }

  /** The path can be read; says so where it could not before. */
  cleared(path: string): void {
    const kind = this.#known.get(path)
    if (kind === undefined) return
    this.#known.delete(path)
    if (kind === 'denied' || kind === 'failing') this.#problem('info', `${path} can be read again.`, 'Nothing to do.')
  }

  /** The path is gone, and with it what was wrong with it. */
  gone(path: string): void {
    this.#known.delete(path)
  }

  #isNew(path: string, kind: Kind): boolean {
    if (this.#known.get(path) === kind) return false
    this.#known.set(path, kind)
    if (this.#known.size > MAX_OBSTACLES) this.#known.delete(this.#known.keys().next().value as string)
    return true
  }
}
