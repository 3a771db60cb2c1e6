// Panics, fatal errors and goroutine dumps of Go.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

const AFTER_PANIC = 1
const GOROUTINE = 2
/** The function's line comes, then where in the source it is. */
const FUNCTION = 3
const PLACE = 4

export const go: TraceMachine = {
  begin(text) {
    if (hasPanic(text) || text.startsWith('fatal error: ')) return AFTER_PANIC
    return isGoroutine(text) ? FUNCTION : 0
  },
  go(state, text) {
    switch (state) {
      case AFTER_PANIC:
        if (text === '') return GOROUTINE
        if (isGoroutine(text)) return FUNCTION
        return text.startsWith('[') || (indentOf(text) > 0 && hasPanic(text)) ? AFTER_PANIC : -1
      case GOROUTINE:
        if (isGoroutine(text) || text === 'runtime stack:') return FUNCTION
        return text.startsWith('exit status ') ? 0 : -1
      case FUNCTION:
        if (text === '') return GOROUTINE
        if (indentOf(text) > 0 || text.startsWith('...')) return FUNCTION
        return isFunction(text) || text.startsWith('created by ') ? PLACE : text.startsWith('exit status ') ? 0 : -1
      case PLACE:
        return indentOf(text) > 0 ? FUNCTION : -1
      default:
        return -1
    }
  },
}

function hasPanic(text: string): boolean {
  const at = text.indexOf('panic: ')
  if (at === -1) return text.includes('panic serving ')
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  return !((before >= 97 && before <= 122) || (before >= 65 && before <= 90) || (before >= 48 && before <= 57) || before === 95)
}

function isGoroutine(text: string): boolean {
  return text.startsWith('goroutine ') && text.endsWith(']:')
}

/** `net/http.(*conn).serve(0xc00007eaa0)`: no blank before the first parenthesis. */
function isFunction(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 40) return i > 0
    if (code <= 32) return false
  }
  return false
}
