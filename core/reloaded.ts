// What became of a reload.
import type { ConfigProblem } from './config/config-problem.ts'

export interface Reloaded {
  /** The file counts now. */
  readonly ok: boolean
  readonly problems: readonly ConfigProblem[]
  /** What failed though the file is valid, or null. */
  readonly failure: string | null
  /** `added output search`. */
  readonly changes: readonly string[]
}
