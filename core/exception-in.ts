// The exception whose stack trace a message holds.

export interface Exception {
  /** `java.io.IOException`, `ValueError`. */
  readonly type: string
  /** What it says; empty where it says nothing. */
  readonly message: string
}

/** A class name is not longer. */
const MAX_TYPE_CHARS = 200
const PYTHON = 'Traceback (most recent call last):'

/** Of a Java or Python stack trace in a text of several lines: the first exception that is named (Java) or the last (Python); null where there is none. */
export function exceptionIn(text: string): Exception | null {
  if (!text.includes('\n')) return null
  const traceback = text.indexOf(PYTHON)
  return traceback === -1 ? javaException(text) : pythonException(text, traceback)
}

/** The line `type: message` before the first line that begins with `at `. */
function javaException(text: string): Exception | null {
  const at = text.search(/\n[\t ]+at /)
  if (at === -1) return null
  for (let start = 0; start <= at;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 || newline > at ? at : newline
    const type = typeAt(text, start, end)
    if (type !== '') return { type, message: text.slice(start + type.length + 2, at).trim() }
    start = end + 1
  }
  return null
}

/** The line without indent behind the traceback's frames. */
function pythonException(text: string, from: number): Exception | null {
  let start = from
  for (let newline = text.indexOf('\n', from); newline !== -1; newline = text.indexOf('\n', newline + 1)) {
    const first = text.charCodeAt(newline + 1)
    if (first > 32 && !text.startsWith(PYTHON, newline + 1) && typeAt(text, newline + 1, lineEnd(text, newline + 1)) !== '') start = newline + 1
  }
  if (start === from) return null
  const type = typeAt(text, start, lineEnd(text, start))
  return { type, message: text.slice(start + type.length + 2, lineEnd(text, start)).trim() }
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  return newline === -1 ? text.length : newline
}

/** The class name that begins a line and ends it or stands before a colon; empty where there is none. */
function typeAt(text: string, start: number, end: number): string {
  let at = start
  while (at < end && at - start < MAX_TYPE_CHARS && isNameChar(text.charCodeAt(at))) at++
  if (at === start || (at < end && text.charCodeAt(at) !== 58)) return ''
  const type = text.slice(start, at)
  // A dotted name or one that says what it is: `Caused by` and `status: 5` are neither.
  return /\.[A-Za-z_$]/.test(type) || /(?:Error|Exception|Throwable|Interrupt|Exit|Warning)$/.test(type) ? type : ''
}

function isNameChar(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 46 || c === 95 || c === 36
}
