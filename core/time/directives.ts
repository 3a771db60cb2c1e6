// What the directives of a strptime format read.
import { zoneOf } from '../time-zone.ts'
import { digit } from './digits.ts'
import { fractionAt, type Fraction } from './fraction-at.ts'
import { monthAt, weekdayAt } from './month-name.ts'
import { zoneAt, type ZoneEnd } from './zone-at.ts'

export interface TimeParts {
  year: number
  month: number
  day: number
  dayOfYear: number
  hour: number
  /** The small letter of AM or PM, 97 or 112; 0 for a clock of 24 hours. */
  half: number
  minute: number
  second: number
  millis: number
  /** The fraction's digits where they are finer than milliseconds. */
  fraction: string
  epoch: number
  /** In ms; NaN where the text names none. */
  offset: number
  /** An IANA name that the text gives. */
  zone: string
}

/** Reads at `at` into `parts`; gives the index behind, or -1 where the text does not fit. */
export type Step = (text: string, at: number, parts: TimeParts) => number

interface Directive {
  readonly step: Step
  /** The letter of what it sets, the same for `%d` and `%e`. */
  readonly sets: string
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const SHORT = 3

const part: Fraction = { millis: 0, fine: '', end: 0 }

const year: Directive = { sets: 'Y', step: number(4, 0, 9999, (parts, value) => { parts.year = value }) }
// The pivot of POSIX.
const shortYear: Directive = { sets: 'y', step: number(2, 0, 99, (parts, value) => { parts.year = value + (value < 69 ? 2000 : 1900) }) }
const month: Directive = { sets: 'm', step: number(2, 1, 12, (parts, value) => { parts.month = value }) }
const monthName: Directive = { sets: 'm', step: name(MONTHS, monthAt, (parts, value) => { parts.month = value }) }
const day: Directive = { sets: 'd', step: number(2, 1, 31, (parts, value) => { parts.day = value }) }
const dayOfYear: Directive = { sets: 'j', step: number(3, 1, 366, (parts, value) => { parts.dayOfYear = value }) }
const hour: Directive = { sets: 'H', step: number(2, 0, 23, (parts, value) => { parts.hour = value }) }
const halfHour: Directive = { sets: 'I', step: number(2, 1, 12, (parts, value) => { parts.hour = value }) }
const weekday: Directive = { sets: 'a', step: name(WEEKDAYS, weekdayAt, () => undefined) }

/** By letter; a string stands for what it is short for. */
export const DIRECTIVES: ReadonlyMap<string, Directive | string> = new Map<string, Directive | string>([
  ['Y', year], ['y', shortYear], ['m', month], ['b', monthName], ['B', monthName], ['h', monthName], ['d', day], ['e', day], ['j', dayOfYear],
  ['H', hour], ['k', hour], ['I', halfHour], ['l', halfHour], ['p', { sets: 'p', step: half }], ['P', { sets: 'p', step: half }],
  ['M', { sets: 'M', step: number(2, 0, 59, (parts, value) => { parts.minute = value }) }],
  ['S', { sets: 'S', step: number(2, 0, 60, setSecond) }],
  ['a', weekday], ['A', weekday],
  ['s', { sets: 's', step: number(11, 0, 99_999_999_999, (parts, value) => { parts.epoch = value }) }],
  ['z', { sets: 'z', step: zone }], ['Z', { sets: 'z', step: zoneName }],
  ['T', '%H:%M:%S'], ['R', '%H:%M'], ['D', '%m/%d/%y'], ['F', '%Y-%m-%d'], ['r', '%I:%M:%S %p'], ['n', ' '], ['t', ' '],
  ['%', { sets: '%', step: (text, at) => (text.charCodeAt(at) === 37 ? at + 1 : -1) }],
])

/** Fraction digits, as many as there are or `width`; `optional`: with the point before them, or nothing. */
export function fractionStep(width: number, optional: boolean): Step {
  return (text, at, parts) => {
    const start = optional ? at + 1 : at
    const point = text.charCodeAt(at)
    if (optional && !((point === 46 || point === 44) && digit(text, start) >= 0)) return at
    if (!(digit(text, start) >= 0)) return -1
    fractionAt(text, start, part, width === 0 ? text.length : start + width)
    // After a leap second everything is its minute's last millisecond.
    if (parts.second !== 59 || parts.millis !== 999) {
      parts.millis = part.millis
      parts.fraction = part.fine
    }
    return part.end
  }
}

function setSecond(parts: TimeParts, value: number): void {
  parts.second = value
  if (value < 60) return
  parts.second = 59
  parts.millis = 999
  parts.fraction = ''
}

function number(maxDigits: number, min: number, max: number, set: (parts: TimeParts, value: number) => void): Step {
  return (text, at, parts) => {
    let i = at
    while (text.charCodeAt(i) === 32) i++
    const start = i
    let value = 0
    for (let d = digit(text, i); d >= 0 && i - start < maxDigits; d = digit(text, i)) {
      value = value * 10 + d
      i++
    }
    // A year of two digits is %y.
    if (i === start || value < min || value > max || (maxDigits === 4 && i - start < 4)) return -1
    set(parts, value)
    return i
  }
}

/** A name in full or its first three letters. */
function name(full: readonly string[], find: (text: string, at: number) => number, set: (parts: TimeParts, value: number) => void): Step {
  return (text, at, parts) => {
    const found = find(text, at)
    if (found === 0) return -1
    set(parts, found)
    const rest = full[found - 1] as string
    return text.slice(at, at + rest.length).toLowerCase() === rest ? at + rest.length : at + SHORT
  }
}

function half(text: string, at: number, parts: TimeParts): number {
  const letter = text.charCodeAt(at) | 32
  if ((letter !== 97 && letter !== 112) || (text.charCodeAt(at + 1) | 32) !== 109) return -1
  parts.half = letter
  return at + 2
}

const zoneEnd: ZoneEnd = { end: 0 }

function zone(text: string, at: number, parts: TimeParts): number {
  parts.offset = zoneAt(text, at, zoneEnd)
  return Number.isNaN(parts.offset) ? -1 : zoneEnd.end
}

/** An abbreviation, an IANA name or an offset. One that is not known, or has several meanings, is read over: the configured zone counts. */
function zoneName(text: string, at: number, parts: TimeParts): number {
  parts.offset = zoneAt(text, at, zoneEnd)
  if (zoneEnd.end > at) return zoneEnd.end
  let end = at
  for (let c = text.charCodeAt(end); (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 47 || c === 95; c = text.charCodeAt(end)) end++
  if (end === at) return -1
  const found = text.slice(at, end)
  if (found.includes('/') && zoneOf(found) !== null) parts.zone = found
  return end
}
