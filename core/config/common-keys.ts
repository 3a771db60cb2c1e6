// The keys every component of a kind has beside its plugin's own options.
import { z } from 'zod'
import type { Kind } from '../define-plugin.ts'
import { bytes, duration } from './units.ts'

/**
 * Names stand in queries, metrics and stream names: no blanks, no quotes, nothing to escape. 64 keeps them readable in a table.
 * The ranges are letters beyond ASCII without the blanks among them; `\p{L}` would not work in editors, which read it from the JSON Schema without the `u` flag.
 */
const NAME = /^[A-Za-z0-9\u00c0-\u167f\u1681-\u1fff\u2c00-\u2fff\u3001-\ud7ff][A-Za-z0-9\u00c0-\u167f\u1681-\u1fff\u2c00-\u2fff\u3001-\ud7ff_.-]{0,63}$/

const componentName = z
  .string()
  .regex(NAME, 'expected letters, digits, "_", "-" and "." (at most 64, the first a letter or digit)')

const name = componentName.optional().describe('Name on pages, in queries and metrics; unique within its list. The type by default.')
const was = componentName.optional().describe('Name it had before: positions and cursors are carried over.')
const when = z.string().min(1).optional().describe('A query; only records that match it are handed to this component.')

export const COMMON_KEYS = {
  source: z.strictObject({
    name,
    parser: z.string().min(1).default('auto').describe('Parser of its records: `auto` (chosen for each stream from its first lines), a parser type, or a name from `parsers`.'),
    was,
  }),
  parser: z.strictObject({ name }),
  tagger: z.strictObject({ name, when }),
  filter: z.strictObject({ name, when }),
  output: z.strictObject({
    name,
    when,
    start: z.enum(['now', 'beginning']).default('now').describe('Where a new output begins: with the next record, or with the oldest one kept.'),
    batch: z
      .strictObject({
        // 5,000 records amortise a transaction or a request; 1 MiB bounds what is held when they are long.
        records: z.int().min(1).max(100_000).default(5000).describe('At most so many records at once.'),
        bytes: bytes({ min: 1024, max: 64 * 1024 ** 2 }).prefault('1MiB').describe('At most so many bytes at once (a longer record goes alone).'),
        // Short enough that a tailing reader does not notice, long enough to gather several frames.
        wait: duration({ max: 60_000 }).prefault('200ms').describe('How long to wait for a batch to fill.'),
      })
      .prefault({})
      .describe('How much is delivered at once.'),
    concurrency: z.int().min(1).max(64).default(1).describe('Batches on their way at the same time, for outputs that can (their text says so). Records may then arrive in another order.'),
    retry: z
      .strictObject({
        min: duration({ min: 1, max: 3_600_000 }).prefault('250ms').describe('Longest wait after the first failure; doubled with each further one. The wait is a random part of it.'),
        max: duration({ min: 1, max: 24 * 3_600_000 }).prefault('30s').describe('Longest wait of all. What a target asks for with Retry-After goes before both.'),
        attempts: z.union([z.literal('unlimited'), z.int().min(1).max(1_000_000)]).default('unlimited').describe('After so many failures of a batch its records become dead letters.'),
      })
      .refine(({ min, max }) => min <= max, 'expected `min` to be at most `max`')
      .prefault({})
      .describe('What happens when a target fails.'),
    was,
  }),
  retention: z.strictObject({ name }),
} as const satisfies Record<Kind, z.ZodObject>

export type CommonKeys = { readonly [K in Kind]: z.output<(typeof COMMON_KEYS)[K]> }
