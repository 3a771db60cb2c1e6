// Errors and uncaught exceptions of PHP with their stack traces.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

const HEAD = /PHP (?:Notice|Parse error|Fatal error|Warning):|exception '[^']{1,256}' with message '/

const AFTER_HEAD = 1
const FRAMES = 2

export const php: TraceMachine = {
  begin: (text) => (HEAD.test(text) ? AFTER_HEAD : 0),
  go(state, text) {
    if (state === AFTER_HEAD) return text.startsWith('Stack trace:') || text.startsWith('PHP Stack trace:') ? FRAMES : -1
    if (isFrame(text, 0) || text.startsWith('PHP   ')) return FRAMES
    const at = indentOf(text)
    return at > 0 && text.startsWith('thrown in ', at) ? 0 : -1
  },
}

function isFrame(text: string, at: number): boolean {
  const digit = text.charCodeAt(at + 1)
  return text.charCodeAt(at) === 35 && digit >= 48 && digit <= 57
}
