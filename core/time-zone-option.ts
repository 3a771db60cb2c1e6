// An option of a plugin that is a time zone.
import { z } from 'zod'
import { zoneOf } from './time-zone.ts'

/** An IANA name or an offset. Left out, times without a zone count as UTC and are marked as guessed. */
export function timeZone() {
  return z.string().refine((name) => zoneOf(name) !== null, { error: 'expected a time zone such as Europe/Paris, UTC or +02:00' })
}
