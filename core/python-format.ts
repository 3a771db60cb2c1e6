// Log formats as Python's logging module writes them: `%(asctime)s %(levelname)-8s %(name)s: %(message)s` (docs.python.org, "LogRecord attributes").
import { escapeControls } from './escape-controls.ts'
import type { StoredLine } from './journal/stored-line.ts'
import type { Level } from './level.ts'
import type { LineFormat } from './line-format.ts'
import { storedText } from './stored-text.ts'
import { FormatError } from './text-template.ts'

/** Python's names and numbers; it has no trace. */
const NAMES: Readonly<Record<Level, string>> = { trace: 'DEBUG', debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR', fatal: 'CRITICAL' }
const NUMBERS: Readonly<Record<Level, number>> = { trace: 5, debug: 10, info: 20, warn: 30, error: 40, fatal: 50 }

const MAX_WIDTH = 200

/** Flags, width, precision, conversion (printf-style formatting of Python's manual). */
const PLACEHOLDER = /%(?:\(([^()]+)\)([-0+ #]*)(\d{0,4})(?:\.(\d{1,3}))?([a-zA-Z])|(%))/y

interface Part {
  readonly text: string
  /** Null for text that stands for itself. */
  readonly value: ((line: StoredLine) => string | number) | null
  readonly left: boolean
  readonly zeros: boolean
  readonly width: number
  readonly precision: number | null
  readonly conversion: string
}

export function isPythonFormat(format: string): boolean {
  return /%\([^()]+\)/.test(format)
}

/** Throws FormatError. */
export function compilePythonFormat(format: string): LineFormat {
  const parts = readFormat(format)
  return (line) => {
    let text = ''
    for (const part of parts) text += part.value === null ? part.text : written(part.value(line), part)
    return escapeControls(text)
  }
}

function readFormat(format: string): Part[] {
  const parts: Part[] = []
  const plain = (text: string): void => void parts.push({ text, value: null, left: false, zeros: false, width: 0, precision: null, conversion: 's' })
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at)
    if (percent === -1) {
      plain(format.slice(at))
      break
    }
    if (percent > at) plain(format.slice(at, percent))
    PLACEHOLDER.lastIndex = percent
    const found = PLACEHOLDER.exec(format)
    if (found === null) throw new FormatError(`cannot read the placeholder at position ${percent}. Write %(message)s, %(levelname)-8s, "%%" for the character itself`)
    const [whole, name, flags = '', width = '', precision, conversion = 's', escaped] = found
    at = percent + whole.length
    if (escaped !== undefined) {
      plain('%')
      continue
    }
    if (!'srdifFx'.includes(conversion)) throw new FormatError(`there is no conversion "${conversion}" at position ${percent}. Write s for text, d for whole numbers, f for fractions`)
    if (Number(width) > MAX_WIDTH) throw new FormatError(`a width of ${width} at position ${percent}: at most ${MAX_WIDTH}`)
    parts.push({ text: '', value: valueOf(name as string), left: flags.includes('-'), zeros: flags.includes('0'), width: Number(width), precision: precision === undefined ? null : Number(precision), conversion })
  }
  return parts
}

function valueOf(name: string): (line: StoredLine) => string | number {
  switch (name) {
    case 'asctime': return (line) => localTime(Date.parse(line.value.time))
    case 'created': return (line) => Date.parse(line.value.time) / 1000
    case 'msecs': return (line) => Date.parse(line.value.time) % 1000
    case 'levelname': return (line) => NAMES[line.value.level]
    case 'levelno': return (line) => NUMBERS[line.value.level]
    case 'name': return (line) => storedText(line, 'logger') || line.value.source
    case 'process': return (line) => Number(storedText(line, 'pid')) || process.pid
    default: return (line) => storedText(line, name)
  }
}

function written(value: string | number, { conversion, precision, width, left, zeros }: Part): string {
  let text: string
  if (conversion === 's' || conversion === 'r') text = String(value).slice(0, precision ?? undefined)
  else {
    const number = Number(value)
    text = Number.isNaN(number) ? String(value) : conversion === 'd' || conversion === 'i' ? String(Math.trunc(number)) : conversion === 'x' ? Math.trunc(number).toString(16) : number.toFixed(precision ?? 6)
  }
  if (left) return text.padEnd(width)
  return zeros && conversion !== 's' && conversion !== 'r' ? text.padStart(width, '0') : text.padStart(width)
}

/** Python's default: local time, a comma before the milliseconds. */
function localTime(ms: number): string {
  const date = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},${String(date.getMilliseconds()).padStart(3, '0')}`
}
