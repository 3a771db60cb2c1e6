// What the page of the configuration shows beside the values: the text somebody checks, and what became of a reload.
import type { ConfigProblem } from '../config/config-problem.ts'
import type { Reloaded } from '../reloaded.ts'

export interface CheckView {
  readonly text: string
  /** What keeps it from being checked, or null. */
  readonly refused: string | null
  /** Null while nothing was checked. */
  readonly problems: readonly ConfigProblem[] | null
}

export interface ConfigShown {
  /** With what is as it is by default. */
  readonly all: boolean
  /** Part of paths or values; empty: everything. */
  readonly filter: string
  /** Null where nothing can be checked. */
  readonly check: CheckView | null
  readonly reloaded: Reloaded | null
  readonly canReload: boolean
}
