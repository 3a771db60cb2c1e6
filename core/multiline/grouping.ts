// How the lines of a source are put together: what `multiline:` comes to.
import type { LineRule } from './line-rule.ts'
import { CRI_FORMAT, DOCKER_FORMAT } from './resume-point.ts'

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

/** What a resume point says of it. */
export function formatsOf({ cri, docker }: Grouping): number {
  return (cri ? CRI_FORMAT : 0) | (docker ? DOCKER_FORMAT : 0)
}
