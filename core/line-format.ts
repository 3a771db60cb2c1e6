// How a record looks as a line of text: a named format or a template with {names}.
import { escapeControls } from './escape-controls.ts'
import type { StoredLine } from './journal/stored-line.ts'
import { rawBody } from './raw-body.ts'
import { storedText } from './stored-text.ts'

/** One record as text, without a line ending. The same record always gives the same text. */
export type LineFormat = (line: StoredLine) => string

export const LINE_FORMATS = ['text', 'json', 'raw', 'debug'] as const

/** A field whose text is longer than this is cut in `debug`: it is for looking, not for keeping. */
const DEBUG_CHARS = 500
/** Wider columns are a mistake. */
const MAX_WIDTH = 200

/** What is wrong with a template, at which character. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

/**
 * `text`: time, level, source, tags, message on one line. `json`: the stored line. `raw`: the body as it came, which may be several lines.
 * `debug`: `text` and then fields, what was guessed, what went wrong. Anything else is a template: `{time} {level:5} {message}`; a name is
 * that of `storedText`, after a colon stands the least width (to the right of it when negative), `{{` and `}}` are braces.
 */
export function compileLineFormat(format: string): LineFormat {
  switch (format) {
    case 'text': return asText
    case 'json': return asJson
    case 'raw': return rawBody
    case 'debug': return asDebug
    default: return compileTemplate(format)
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

interface Part {
  readonly text: string
  /** Null for text that stands for itself. */
  readonly name: string | null
  readonly width: number
}

function compileTemplate(template: string): LineFormat {
  const parts = readTemplate(template)
  if (!parts.some(({ name }) => name !== null)) throw new FormatError(`expected one of ${LINE_FORMATS.join(', ')}, or a template with names in braces such as "{time} {level} {message}"`)
  return (line) => {
    let text = ''
    for (const part of parts) text += part.name === null ? part.text : padded(part.name === 'LEVEL' ? line.value.level.toUpperCase() : storedText(line, part.name), part.width)
    return escapeControls(text)
  }
}

function readTemplate(template: string): Part[] {
  const parts: Part[] = []
  let text = ''
  for (let at = 0; at < template.length; at++) {
    const char = template.charAt(at)
    if ((char === '{' || char === '}') && template.charAt(at + 1) === char) {
      text += char
      at++
    } else if (char === '}') throw new FormatError(`a "}" without "{" at position ${at}. Write "}}" for the character itself`)
    else if (char === '{') {
      const end = template.indexOf('}', at)
      const found = end === -1 ? null : /^([^{}:\s]+)(?::(-?\d{1,3}))?$/.exec(template.slice(at + 1, end))
      if (found === null) throw new FormatError(`cannot read the name in braces at position ${at}. Write {name} or {name:width}, "{{" for the character itself`)
      const width = Number(found[2] ?? 0)
      if (Math.abs(width) > MAX_WIDTH) throw new FormatError(`a width of ${width} at position ${at}: at most ${MAX_WIDTH}`)
      parts.push({ text, name: null, width: 0 }, { text: '', name: found[1] as string, width })
      text = ''
      at = end
    } else text += char
  }
  parts.push({ text, name: null, width: 0 })
  return parts
}

function padded(text: string, width: number): string {
  return width < 0 ? text.padStart(-width) : text.padEnd(width)
}
