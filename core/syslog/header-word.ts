// A word of a syslog header: printable ASCII without spaces, no longer than the RFC allows, `-` where there is nothing to say.

const UNFIT = /[^\u0021-\u007e]/gu

/** Each character that does not fit becomes `_`. */
export function headerWord(text: string, maxChars: number): string {
  if (text === '') return '-'
  // Cut first: a name may be as long as a line.
  return text.slice(0, maxChars).replace(UNFIT, '_')
}
