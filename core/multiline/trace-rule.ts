// Several languages' stack traces in one stream: the first that knows a line's beginning has the word until it does not know the next line.
import { type LineRule, NEW } from './line-rule.ts'

/** One language. States are 1 to 15. */
export interface TraceMachine {
  /** The state after a line that may begin a trace; 0 for any other. */
  begin(text: string): number
  /** The state after a further line; 0 where the trace is complete with it, -1 where it does not belong. */
  go(state: number, text: string): number
}

export function traceRule(machines: readonly TraceMachine[]): LineRule {
  return {
    step(state, text) {
      const current = state === 0 ? undefined : machines[state >> 4]
      if (current !== undefined) {
        const next = current.go(state & 15, text)
        if (next >= 0) return next === 0 ? 0 : (state & ~15) | next
      }
      for (let i = 0; i < machines.length; i++) {
        const first = (machines[i] as TraceMachine).begin(text)
        if (first > 0) return NEW | (i << 4) | first
      }
      return NEW
    },
  }
}
