// Records told by patterns: what begins one, what goes on, what ends one.
import type { Pattern } from '../pattern.ts'
import { type LineRule, NEW } from './line-rule.ts'

export interface LinePatterns {
  /** A line that matches begins a record. */
  readonly start: Pattern | null
  /** A line that matches belongs to the one before. */
  readonly goesOn: Pattern | null
  /** A record ends with a line that matches. */
  readonly end: Pattern | null
}

const OPEN = 1

export function patternRule({ start, goesOn, end }: LinePatterns): LineRule {
  return {
    step(state, text) {
      const starts = start !== null && start.test(text)
      if (state === OPEN && !starts && (goesOn === null || goesOn.test(text))) return after(text)
      // Before the first start there is nothing to belong to: each such line stays a record, so that a wrong pattern joins nothing.
      return start !== null && !starts ? NEW : NEW | after(text)
    },
  }

  function after(text: string): number {
    return end !== null && end.test(text) ? 0 : OPEN
  }
}
