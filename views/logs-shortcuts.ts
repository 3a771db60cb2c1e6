// The keys of the page of logs, for its help; the scripts `logs-*.js` listen to them.
import type { Shortcut } from './help.tsx'

export const LOGS_SHORTCUTS: readonly Shortcut[] = [
  ['/', 'To the query'], ['↓', 'In the query: what could stand here'], ['← →', 'On the histogram: bar by bar, with Shift mark several'],
  ['j', 'Next record'], ['k', 'Record before'], ['Enter', 'Open or close the record'], ['e', 'Next error'], ['E', 'Error before'],
  ['c', 'Copy its message'], ['p', 'The record on a page of its own'], ['l', 'Live tail on or off'], ['n', 'Show what is new'],
]
