// How the lines of a source are put together: what `multiline:` comes to.
import type { LineRule } from './line-rule.ts'

export interface Grouping {
  /** Lines may be wrapped by a container runtime, which also splits long ones. */
  readonly cri: boolean
  readonly docker: boolean
  /** Null: only parts are joined. */
  readonly rule: LineRule | null
  /** A record is complete when nothing has come for so long. */
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly maxLines: number
}
