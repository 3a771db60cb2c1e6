// Exceptions as Ruby itself prints them, and as Rails does.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

/** Each attempt ends within the digits: linear. */
const FRAME = /\.e?rb:\d+:in [`']/
const FROM = /^\s+(?:\d+: )?from /

const AFTER_HEAD = 1
const FRAMES = 2
const CALLERS = 3

export const ruby: TraceMachine = {
  begin(text) {
    if (text.endsWith('):')) return text.includes('Error (') ? AFTER_HEAD : 0
    return text.endsWith(')') && indentOf(text) === 0 && FRAME.test(text) ? CALLERS : 0
  },
  go(state, text) {
    if (state === CALLERS) return FROM.test(text) ? CALLERS : -1
    if (FRAME.test(text)) return FRAMES
    return state === AFTER_HEAD && indentOf(text) === text.length ? AFTER_HEAD : -1
  },
}
