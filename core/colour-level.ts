// Colours a line for a terminal by its level. What is coloured must have no control characters of its own.
import type { Level } from './level.ts'

const RESET = '\u001b[0m'
/** SGR codes (ECMA-48): the sixteen colours every terminal lets its user choose, so they stay readable on light and dark. */
const COLOURS: Readonly<Record<Level, string>> = {
  trace: '\u001b[2m',
  debug: '\u001b[2m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[1;31m',
}

export function colourLevel(level: Level, text: string): string {
  const colour = COLOURS[level]
  return colour === '' ? text : `${colour}${text}${RESET}`
}
