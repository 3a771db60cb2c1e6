// How a record looks as a line of text: a named format or a template with {names}.
import { escapeControls } from './escape-controls.ts'
import type { StoredLine } from './journal/stored-line.ts'
import { compilePythonFormat, isPythonFormat } from './python-format.ts'
import { rawBody } from './raw-body.ts'
import { storedText } from './stored-text.ts'
import { fillTemplate, FormatError, readTemplate } from './text-template.ts'

/** One record as text, without a line ending. The same record always gives the same text. */
export type LineFormat = (line: StoredLine) => string

export const LINE_FORMATS = ['text', 'json', 'raw', 'debug'] as const

/** A field whose text is longer than this is cut in `debug`: it is for looking, not for keeping. */
const DEBUG_CHARS = 500

/**
 * `text`: time, level, source, tags, message on one line. `json`: the stored line. `raw`: the body as it came, which may be several lines.
 * `debug`: `text` and then fields, what was guessed, what went wrong. Anything else is a template: `{time} {level:5} {message}`; a name is
 * that of `storedText`, after a colon stands the least width (to the right of it when negative), `{{` and `}}` are braces. Placeholders of the logging module of Python are understood as well.
 */
export function compileLineFormat(format: string): LineFormat {
  switch (format) {
    case 'text': return asText
    case 'json': return asJson
    case 'raw': return rawBody
    case 'debug': return asDebug
    default: return isPythonFormat(format) ? compilePythonFormat(format) : compileTemplate(format)
  }
}

function asJson(line: StoredLine): string {
  return line.text
}

function asText(line: StoredLine): string {
  const { time, level, source, tags } = line.value
  const labels = tags.length === 0 ? '' : ` [${tags.join(',')}]`
  return escapeControls(`${time} ${level.toUpperCase().padEnd(5)} ${source}${labels} ${storedText(line, 'message')}`)
}

function asDebug(line: StoredLine): string {
  const { fields = {}, guessed = [], error } = line.value
  let text = asText(line)
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'message') continue
    const shown = typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value)
    text += ` ${escapeControls(`${name}=${shown.length > DEBUG_CHARS ? `${shown.slice(0, DEBUG_CHARS)}...` : shown}`)}`
  }
  if (guessed.length > 0) text += ` guessed=${guessed.join(',')}`
  return error === undefined ? text : `${text} error=${escapeControls(JSON.stringify(error))}`
}

function compileTemplate(template: string): LineFormat {
  const parts = readTemplate(template)
  if (!parts.some(({ name }) => name !== null)) throw new FormatError(`expected one of ${LINE_FORMATS.join(', ')}, or a template such as "{time} {level} {message}" or "%(asctime)s %(levelname)s %(message)s"`)
  return (line) => escapeControls(fillTemplate(parts, line))
}
