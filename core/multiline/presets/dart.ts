// Unhandled exceptions of Dart: some lines of description, then frames.
import type { TraceMachine } from '../trace-rule.ts'

const HEAD = 'Unhandled exception:'
/** Its longest descriptions have five lines; the states up to here count them. */
const LAST_LINE = 8
const FRAMES = 9

export const dart: TraceMachine = {
  begin: (text) => (text === HEAD ? 1 : 0),
  go(state, text) {
    const digit = text.charCodeAt(1)
    if (text.charCodeAt(0) === 35 && digit >= 48 && digit <= 57) return FRAMES
    if (state === FRAMES) return text === '<asynchronous suspension>' ? FRAMES : -1
    return state < LAST_LINE ? state + 1 : -1
  },
}
