// A strptime format, compiled once to a list of steps.
import type { ParsedTime } from './time.ts'
import { digit } from './time/digits.ts'
import { DIRECTIVES, fractionStep, type Step, type TimeParts } from './time/directives.ts'
import { foundTime, localTime } from './time/found-time.ts'
import { guessYear } from './time/guess-year.ts'
import { midnight } from './time/midnight.ts'

/** Gives the time that the whole of `text` is, or null; never throws. `zone` is for texts that name none. `nowMs` is what a missing year or day is guessed by. */
export type TimeReader = (text: string, zone: string, nowMs?: number) => ParsedTime | null

/** Says which directive, and where it stands. */
export class TimeFormatError extends Error {
  override readonly name = 'TimeFormatError'
}

const DAY = 86_400_000

/**
 * Directives: `%Y %y %m %b %B %h %d %e %j %H %k %I %l %p %M %S %a %A %Z %z %s %T %R %D %F %r %n %t %%`; `%L %f %N` are fraction digits, nine kept,
 * `%3N` as many; `%.f` is a fraction with its point, or nothing. A flag (`%-d`) is read over. Numbers may have fewer digits and spaces before
 * them, a space stands for any number of them, names come in any case, short or full.
 * A `Z` right behind the seconds or their fraction is the zone UTC. Without a year, or without any date, it is guessed: the latest year in which
 * the day is not yet to come; the day that puts the time nearest to now. Throws a TimeFormatError for a format that no time can have.
 */
export function compileTimeFormat(format: string): TimeReader {
  const steps: Step[] = []
  const named = new Set<string>()
  compile(format, steps, named)
  const has = (letters: string): boolean => [...letters].some((letter) => named.has(letter))
  const hasEpoch = has('s')
  const hasYear = has('Yy')
  const hasMonth = has('m')
  const hasDay = has('d')
  const hasClock = has('HI')
  if (!hasEpoch && !hasYear && !hasMonth && !hasDay && !hasClock && !has('j')) throw new TimeFormatError('names neither a date nor a time of day')
  if (!hasEpoch && hasDay && !hasMonth) throw new TimeFormatError('names a day (%d) but no month (%m or %b)')
  if (!hasEpoch && has('j') && !hasYear) throw new TimeFormatError('names the day of the year (%j) but no year (%Y)')
  const parts: TimeParts = { year: 0, month: 1, day: 1, dayOfYear: 0, hour: 0, half: 0, minute: 0, second: 0, millis: 0, fraction: '', epoch: 0, offset: Number.NaN, zone: '' }

  function localMidnight(clockMs: number, nowMs: number): number {
    if (parts.dayOfYear > 0) return parts.dayOfYear === 366 && Number.isNaN(midnight(parts.year, 2, 29)) ? Number.NaN : midnight(parts.year, 1, 1) + (parts.dayOfYear - 1) * DAY
    if (hasYear) return midnight(parts.year, parts.month, parts.day)
    if (hasMonth) return midnight(guessYear(parts.month, parts.day, nowMs), parts.month, parts.day)
    return Math.round((nowMs - clockMs) / DAY) * DAY
  }

  return (text, zone, nowMs = Date.now()) => {
    reset(parts)
    let at = 0
    for (const step of steps) {
      at = step(text, at, parts)
      if (at < 0) return null
    }
    while (text.charCodeAt(at) === 32) at++
    if (at !== text.length) return null
    if (hasEpoch) return foundTime(parts.epoch * 1000 + parts.millis, parts.fraction, at, false, false)
    const clockMs = ((hourOf(parts) * 60 + parts.minute) * 60 + parts.second) * 1000 + parts.millis
    const ms = localMidnight(clockMs, nowMs) + clockMs
    const guessed = !hasYear
    if (!Number.isNaN(parts.offset)) return foundTime(ms - parts.offset, parts.fraction, at, false, guessed)
    if (parts.zone === '') return localTime(ms, parts.fraction, zone, at, guessed)
    const time = localTime(ms, parts.fraction, parts.zone, at, guessed)
    return time === null ? null : { ms: time.ms, text: time.text, zoneGuessed: false, yearGuessed: time.yearGuessed === true }
  }
}

/** Turns the format into steps and notes which directives it has. */
function compile(format: string, steps: Step[], named: Set<string>): void {
  let afterSeconds = false
  for (let i = 0; i < format.length; i++) {
    const char = format.charAt(i)
    if (char !== '%') {
      steps.push(char === ' ' || char === '\t' ? spaces : char === 'Z' && afterSeconds ? zulu : literal(char))
      afterSeconds = false
      continue
    }
    const start = i++
    while ('-_0'.includes(format.charAt(i)) && i < format.length) i++
    const optional = format.charAt(i) === '.'
    if (optional) i++
    const width = digit(format, i)
    if (width > 0) i++
    const colon = format.charAt(i) === ':' && format.charAt(i + 1) === 'z'
    if (colon) i++
    const letter = format.charAt(i)
    if (letter === 'L' || letter === 'f' || letter === 'N') {
      steps.push(fractionStep(width > 0 ? width : 0, optional))
      afterSeconds = true
      continue
    }
    const directive = optional || width > 0 ? undefined : DIRECTIVES.get(letter)
    if (directive === undefined) throw unknown(format, start, i)
    if (typeof directive === 'string') compile(directive, steps, named)
    else {
      steps.push(directive.step)
      named.add(directive.sets)
    }
    afterSeconds = letter === 'S' || letter === 'T'
  }
}

function unknown(format: string, start: number, end: number): TimeFormatError {
  const place = `at character ${start + 1}`
  return new TimeFormatError(end >= format.length ? `ends in a lone % (${place}); a percent sign is written %%` : `has ${format.slice(start, end + 1)} ${place}, which is no directive`)
}

function literal(char: string): Step {
  const code = char.charCodeAt(0)
  return (text, at) => (text.charCodeAt(at) === code ? at + 1 : -1)
}

function spaces(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++
  return i
}

function zulu(text: string, at: number, parts: TimeParts): number {
  if (text.charCodeAt(at) !== 90) return -1
  parts.offset = 0
  return at + 1
}

function hourOf({ hour, half }: TimeParts): number {
  return half === 0 ? hour : (hour % 12) + (half === 112 ? 12 : 0)
}

function reset(parts: TimeParts): void {
  parts.year = 0
  parts.month = 1
  parts.day = 1
  parts.dayOfYear = 0
  parts.hour = 0
  parts.half = 0
  parts.minute = 0
  parts.second = 0
  parts.millis = 0
  parts.fraction = ''
  parts.epoch = 0
  parts.offset = Number.NaN
  parts.zone = ''
}
