// Tracebacks of Python, with chained exceptions and exception groups.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

const HEAD = 'Traceback (most recent call last):'

const FRAMES = 1
/** The exception's own line was seen; another traceback may follow. */
const NAMED = 2
const BLANK = 3
const CHAINED = 4

export const python: TraceMachine = {
  begin: (text) => (text.endsWith(HEAD) ? FRAMES : 0),
  go(state, text) {
    const indented = indentOf(text) > 0
    switch (state) {
      case FRAMES:
        return indented ? FRAMES : isName(text) ? NAMED : -1
      case NAMED:
        return text === '' ? BLANK : indented ? NAMED : -1
      case BLANK:
        return text.startsWith('During handling of the above exception') || text.startsWith('The above exception was the direct cause') ? CHAINED : -1
      case CHAINED:
        return text === '' ? CHAINED : text.endsWith(HEAD) ? FRAMES : -1
      default:
        return -1
    }
  },
}

/** `package.Name: message`, or the name alone. */
function isName(text: string): boolean {
  if (text === '') return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 58) return i > 0
    if (code <= 32 || code === 40 || code === 41) return false
  }
  return true
}
