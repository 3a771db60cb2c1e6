// What can be said of generated lines, by the generator source and by `sawlog generate`.
import { z } from 'zod'
import { duration } from '../config/units.ts'
import { customFields } from './custom-fields.ts'
import { SERVICES } from './generated-event.ts'
import { LINE_FORMATS } from './render-line.ts'

const YEAR_MS = 365 * 24 * 3_600_000

export const GENERATE_OPTIONS = {
  format: z.enum(LINE_FORMATS).default('json').describe('How a line is written: `json`, `csv`, `text`, `logfmt`, `combined` (access log; requests only), or `syslog` (RFC 5424).'),
  burst: z
    .strictObject({
      every: duration({ min: 1000, max: YEAR_MS }).describe('From the beginning of one burst to that of the next.'),
      for: duration({ min: 1, max: YEAR_MS }).describe('How long a burst lasts.'),
      factor: z.number().positive().max(1000).describe('How many times the rate.'),
    })
    .refine(({ every, for: lasts }) => lasts < every, 'expected `for` to be shorter than `every`')
    .nullable()
    .default(null)
    .describe('Spikes of activity.'),
  incidents: z
    .array(z.strictObject({
      service: z.enum(SERVICES).describe('Which service fails.'),
      after: duration({ max: YEAR_MS }).prefault('1m').describe('From the start to the first one.'),
      every: duration({ min: 1000, max: YEAR_MS }).prefault('10m').describe('From the beginning of one to that of the next.'),
      for: duration({ min: 1, max: YEAR_MS }).prefault('1m').describe('How long one lasts.'),
      errors: z.number().min(0).max(1).default(0.6).describe('Share of its requests that fail meanwhile.'),
    }))
    .max(100)
    .default([])
    .describe('Times in which a service fails.'),
  daily: z.boolean().default(false).describe('Whether the rate follows the hours of the day (UTC): a quarter of it at four in the morning, one and a half times at noon.'),
  malformed: z.number().min(0).max(1).default(0).describe('Share of lines that are cut off or garbled.'),
  fields: customFields().default({}).describe('Further fields of each line: a list to choose from, `{ from, to }` for whole numbers, or `{ names: person }` (company, city).'),
  seed: z.int().min(0).max(0xffff_ffff).nullable().default(null).describe('The same seed makes the same lines; without it they differ at each start.'),
} as const
