// The query parameters of a reading route: every one known by name, every mistake explained.
import type { Context } from 'hono'
import { nearest } from '../config/nearest.ts'
import { parseQuery } from '../search/parse-query.ts'
import type { Query } from '../search/query.ts'
import { readMoment } from '../search/read-moment.ts'
import { HttpProblem } from './http-problem.ts'

export interface Parameters<Name extends string> {
  /** Null where it is absent or empty, as a form sends what was not filled in. */
  text(name: Name): string | null
  /** Names with commas between; null where there are none. */
  list(name: Name): readonly string[] | null
  query(name: Name): Query
  /** Epoch ms. */
  moment(name: Name): number | null
  /** ms, from `500ms`, `10s`, `2m`. */
  duration(name: Name, otherwise: number, most: number): number
  integer(name: Name, otherwise: number, least: number, most: number): number
  choice<Value extends string>(name: Name, values: readonly Value[]): Value | null
  flag(name: Name): boolean
}

const DURATION = /^(\d{1,9})(ms|s|m|h)$/
const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Throws an HttpProblem with status 400 for a parameter that is unknown or stands twice; so do the readers for values they cannot use. */
export function readParameters<Name extends string>(c: Context, known: readonly Name[]): Parameters<Name> {
  const given = c.req.queries()
  for (const [name, values] of Object.entries(given)) {
    if (!(known as readonly string[]).includes(name)) throw unknown(name, known)
    if (values.length > 1) throw wrong(name, 'it stands twice. Send it once.')
  }
  const now = Date.now()
  const text = (name: Name): string | null => given[name]?.[0] || null
  return {
    text,
    list(name) {
      const list = (text(name) ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')
      return list.length === 0 ? null : list
    },
    query(name) {
      const parsed = parseQuery(text(name) ?? '')
      if (parsed.ok) return parsed.query
      throw new HttpProblem(400, parsed.message, {}, { parameter: name, at: parsed.at, length: parsed.length })
    },
    moment(name) {
      const value = text(name)
      if (value === null) return null
      const moment = readMoment(value, now)
      if (moment === null) throw wrong(name, `${shown(value)} is not a time. Write 2026-11-01T10:15:00Z, epoch milliseconds, or 15m, 24h, 7d for that long ago.`)
      return moment
    },
    duration(name, otherwise, most) {
      const value = text(name)
      if (value === null) return otherwise
      const match = DURATION.exec(value)
      const ms = match === null ? 0 : Number(match[1]) * (MS[match[2] as string] as number)
      if (ms < 1 || ms > most) throw wrong(name, `${shown(value)} is not a duration of at most ${most / 1000} s. Write 500ms, 10s or 2m.`)
      return ms
    },
    integer(name, otherwise, least, most) {
      const value = text(name)
      if (value === null) return otherwise
      const number = /^\d{1,9}$/.test(value) ? Number(value) : -1
      if (number < least || number > most) throw wrong(name, `${shown(value)} is not a number from ${least} to ${most}.`)
      return number
    },
    choice(name, values) {
      const value = text(name)
      if (value === null) return null
      const found = values.find((one) => one === value)
      if (found === undefined) throw wrong(name, `${shown(value)} is not one of ${values.join(', ')}.`)
      return found
    },
    flag(name) {
      const value = text(name)
      if (value === null || value === '0' || value === 'false') return false
      if (value === '1' || value === 'true') return true
      throw wrong(name, `${shown(value)} is neither 1 nor 0.`)
    },
  }
}

function unknown(name: string, known: readonly string[]): HttpProblem {
  const near = nearest(name, known)
  const hint = near === null ? `It takes ${known.join(', ')}.` : `Did you mean ${near}?`
  return new HttpProblem(400, `cannot use the parameter ${shown(name)}: the route has none of this name. ${hint}`, {}, { parameter: name.slice(0, SHOWN_CHARS) })
}

function wrong(name: string, cause: string): HttpProblem {
  return new HttpProblem(400, `cannot use the parameter ${name}: ${cause}`, {}, { parameter: name })
}

/** Enough to recognise what was sent. */
const SHOWN_CHARS = 80

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}...` : value)
}
