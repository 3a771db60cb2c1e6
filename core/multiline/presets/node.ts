// Errors of Node.js and browsers, with the source line of uncaught ones and the properties printed behind the stack.
import type { TraceMachine } from '../trace-rule.ts'
import { indentOf } from './indent-of.ts'

const HEAD = /(?:Error|Exception)(?: \[[A-Z0-9_]{1,64}\])?(?::|$)/
/** `/app/index.js:12`: what an uncaught error begins with. One repetition, behind an anchor. */
const PLACE = /^\S+\.[cm]?[jt]sx?:\d{1,9}$/
const CARET = /^\s*\^+\s*$/

const AFTER_HEAD = 1
const SOURCE = 2
const MARK = 3
const BEFORE_HEAD = 4
const PROPERTIES = 5
const FRAMES = 6
const BLANK = 7

export const node: TraceMachine = {
  begin: (text) => (HEAD.test(text) ? AFTER_HEAD : PLACE.test(text) ? SOURCE : 0),
  go(state, text) {
    switch (state) {
      case AFTER_HEAD:
      case FRAMES:
        if (text === '') return state === FRAMES ? BLANK : -1
        return isFrame(text) ? (text.endsWith(' {') ? PROPERTIES : FRAMES) : -1
      case SOURCE:
        return text === '' ? -1 : MARK
      case MARK:
        return CARET.test(text) ? BEFORE_HEAD : -1
      case BEFORE_HEAD:
        return text === '' ? BEFORE_HEAD : HEAD.test(text) ? AFTER_HEAD : -1
      case PROPERTIES:
        return text.startsWith('}') ? FRAMES : text === '' || indentOf(text) > 0 ? PROPERTIES : -1
      case BLANK:
        return text.startsWith('Node.js v') ? 0 : -1
      default:
        return -1
    }
  },
}

function isFrame(text: string): boolean {
  const at = indentOf(text)
  return at > 0 && text.startsWith('at ', at)
}
