// Stack traces of the JVM's languages; those of .NET look alike.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

/** No repetition in it: one pass over any text. */
const HEAD = /(?:Exception|Error|Throwable|V8 errors stack trace)(?::|$)/

const AFTER_HEAD = 1
const FRAMES = 2
/** After `nested exception is:` another head follows. */
const NESTED = 3

export const java: TraceMachine = {
  begin: (text) => (HEAD.test(text) ? AFTER_HEAD : 0),
  go(state, text) {
    if (state === NESTED) return HEAD.test(text) ? AFTER_HEAD : -1
    if (text === '') return state === AFTER_HEAD ? AFTER_HEAD : -1
    const at = indentOf(text)
    switch (text.charCodeAt(at)) {
      case 97: // at
        return at > 0 && text.startsWith('at ', at) ? FRAMES : -1
      case 101: // eval
        return at > 0 && text.startsWith('eval at ', at) ? FRAMES : -1
      case 46: // ... 27 more
        return text.startsWith('... ', at) ? FRAMES : -1
      case 45: // --- End of inner exception stack trace ---, ---> System.Exception: ...
        return text.startsWith('--- ', at) ? FRAMES : text.startsWith('---> ', at) ? AFTER_HEAD : -1
      case 67: // Caused by:
        return text.startsWith('Caused by:', at) ? AFTER_HEAD : -1
      case 83: // Suppressed:
        return text.startsWith('Suppressed:', at) ? AFTER_HEAD : -1
      case 91: // [CIRCULAR REFERENCE: ...]
        return text.startsWith('[CIRCULAR REFERENCE', at) ? FRAMES : -1
      case 110: // nested exception is:
        return text.startsWith('nested exception is:', at) ? NESTED : -1
      default:
        return -1
    }
  },
}
