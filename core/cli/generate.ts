// `sawlog generate`: made-up log lines at a rate, to standard output, a file or a server.
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { explainIssues } from '../config/explain-issues.ts'
import { inputSchema } from '../config/option-schema.ts'
import { Origins } from '../config/origins.ts'
import { formatBytes, bytes, duration } from '../config/units.ts'
import { generate as run, type LineSink } from '../generate/generate.ts'
import { GENERATE_OPTIONS } from '../generate/generate-options.ts'
import { LineMaker } from '../generate/line-maker.ts'
import { RatePlan } from '../generate/rate-plan.ts'
import { rotatedFileSink, type RotatedFileOptions } from '../generate/rotated-file-sink.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { notice } from './notice.ts'
import { postSink } from './post-sink.ts'
import { createPrinter } from './printer.ts'
import { type Arguments, readArguments } from './read-arguments.ts'
import { serverClient } from './server-client.ts'
import { timeOption } from './time-option.ts'
import { UsageError } from './usage-error.ts'

/** A rate for the timestamps where lines are made as fast as possible: above what is possible, so that they never run ahead of the clock. */
const FLAT_OUT = 1_000_000
/** How long a reader that does not read is waited for once the end has come, ms. */
const LAST_CALL_MS = 500
/** Where the time of lines begins that must be the same at each run. */
const SEEDED_START = Date.UTC(2026, 0, 1)

const OPTIONS = {
  rate: { type: 'string' }, for: { type: 'string' }, lines: { type: 'string' }, format: { type: 'string' }, seed: { type: 'string' }, start: { type: 'string' },
  sequence: { type: 'boolean' }, first: { type: 'string' }, malformed: { type: 'string' }, burst: { type: 'string' }, incident: { type: 'string' }, daily: { type: 'boolean' }, fields: { type: 'string' },
  out: { type: 'string' }, 'max-size': { type: 'string' }, backups: { type: 'string' }, url: { type: 'string' }, token: { type: 'string' },
} as const

/** What the generator source has as well is checked by the same schemas. */
const SCHEMA = z.strictObject({
  ...GENERATE_OPTIONS,
  rate: z.union([z.literal('max'), z.number().positive().max(10_000_000)]).default(10),
  for: duration({ min: 1 }).optional(),
  lines: z.int().positive().optional(),
  sequence: z.boolean(),
  first: z.int().min(1).default(1),
  'max-size': bytes({ min: 1024 }).optional(),
  backups: z.int().min(0).max(10_000).default(3),
})

export const generate: Command = {
  summary: 'make log lines of a small shop, at a rate, with bursts and incidents',
  usage: `Usage: sawlog generate [options]

  --rate N            lines a second (default: 10), or max
  --for 10s           how long; --lines N: how many (default: until stopped). With --rate max how many it is depends on the machine
  --format FORMAT     json, csv, text, logfmt, combined, syslog (default: json)
  --sequence          number the lines from 1, or from --first N, for sawlog verify
  --seed N            the same seed makes the same bytes, with times from 2026-01-01 or --start TIME on
  --burst every=1m,for=5s,factor=10
  --incident service=payment,after=1m,every=10m,for=1m,errors=0.6     (several with ; between)
  --daily             follow the hours of the day
  --malformed 0.01    share of lines that are cut off or garbled
  --fields FILE       YAML of further fields: { region: [eu, us], tier: { from: 1, to: 5 }, customer: { names: person } }
  --out FILE          append to a file; rotated at --max-size 10MB, with --backups N (default: 3)
  --url URL           post to a Sawlog; --token TOKEN (default: SAWLOG_TOKEN)

Writes to standard output unless --out or --url is given. What comes late is made up for, so that the number of lines is exact.`,

  async run(argv) {
    const given = readArguments(argv, OPTIONS)
    if (given.query !== '') throw new UsageError(`it takes no arguments, and got ${JSON.stringify(given.query)}.`)
    const options = await readOptions(given)
    const { rate, lines = Infinity, format, seed } = options
    const now = Date.now()
    const start = timeOption('--start', given.text('start')) ?? (seed === null ? now : SEEDED_START)
    const maker = new LineMaker({ ...options, seed: seed ?? now % 0xffff_ffff })
    const plan = new RatePlan({ rate: rate === 'max' ? FLAT_OUT : rate, burst: options.burst, daily: options.daily, start })
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    const sink = openSink(given, options, maker.header, stop)
    const began = performance.now()
    const paced = rate !== 'max'
    // Flat out there is no plan to end by: the clock does.
    if (!paced && options.for !== undefined) setTimeout(() => stop.abort(), options.for).unref()
    const made = await run({ maker, plan, start, lasts: paced ? (options.for ?? Infinity) : Infinity, lines, paced, sink, signal: stop.signal })
    await sink.close()
    const seconds = (performance.now() - began) / 1000
    notice(`made ${made} line${made === 1 ? '' : 's'} of ${format} in ${seconds.toFixed(2)} s: ${Math.round(made / seconds)} a second.`)
    return 0
  },
}

const NUMBERS = ['rate', 'lines', 'seed', 'malformed', 'first', 'backups'] as const

async function readOptions(given: Arguments): Promise<z.output<typeof SCHEMA>> {
  const typed: Record<string, unknown> = { sequence: given.flag('sequence') || given.text('first') !== undefined, daily: given.flag('daily') }
  for (const name of ['for', 'format', 'max-size'] as const) set(typed, name, given.text(name))
  for (const name of NUMBERS) set(typed, name, numberIn(given.text(name)))
  const incident = given.text('incident')
  const fields = given.text('fields')
  set(typed, 'burst', pairs('--burst', given.text('burst')))
  set(typed, 'incidents', incident?.split(';').filter((one) => one.trim() !== '').map((one) => pairs('--incident', one)))
  if (fields !== undefined) typed['fields'] = await yamlOf(fields)
  const read = SCHEMA.safeParse(typed)
  if (read.success) return read.data
  const findings = explainIssues(read.error.issues, { value: typed, base: [], schema: inputSchema(SCHEMA), origins: new Origins() })
  throw new UsageError(findings.map(({ path: [option, ...within], message, nearest = null }) => {
    const place = option === 'incidents' ? within.slice(1) : within
    return `--${option === 'incidents' ? 'incident' : String(option)}: ${place.length === 0 ? '' : `${place.join('.')}: `}${message}.${nearest === null ? '' : ` Did you mean "${nearest}"?`}`
  }).join(' '))
}

function set(typed: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) typed[name] = value
}

/** What is no number stays as it is, for the message. */
function numberIn(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?(?:\d+\.?\d*|\.\d+)(?:e\d+)?$/i.test(text) ? Number(text) : text
}

/** `every=1m,for=5s` as an object; numbers as numbers. */
function pairs(option: string, text: string | undefined): Record<string, unknown> | undefined {
  return text === undefined ? undefined : Object.fromEntries(text.split(',').map((pair) => {
    const [name, value] = pair.split('=', 2)
    if (name === undefined || value === undefined) throw new UsageError(`${option} ${JSON.stringify(text)} is not name=value with commas between.`)
    return [name.trim(), numberIn(value.trim())]
  }))
}

async function yamlOf(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${(error as Error).message}.`)
  }
}

function openSink(given: Arguments, { format, backups, 'max-size': maxBytes = Infinity }: z.output<typeof SCHEMA>, header: string | null, stop: AbortController): LineSink {
  const out = given.text('out')
  const url = given.text('url')
  if (out !== undefined && url !== undefined) throw new UsageError('--out and --url exclude each other. Give one of them.')
  if (out === undefined && maxBytes !== Infinity) throw new UsageError(`--max-size ${formatBytes(maxBytes)} needs --out FILE.`)
  if (out !== undefined) return fileSink(out, { maxBytes, backups, header })
  if (url !== undefined) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw new UsageError(`${JSON.stringify(url)} is not an address. Write --url http://127.0.0.1:5000.`)
    const { pathname, search } = new URL(url)
    const path = pathname === '/' ? '/ingest?source=generator' : `${pathname}${search}`
    const client = serverClient(url.slice(0, url.length - (pathname === '/' ? 0 : pathname.length + search.length)), given.text('token') ?? process.env['SAWLOG_TOKEN'])
    return postSink(client, { path, type: format === 'json' ? 'application/x-ndjson' : 'text/plain', header, signal: stop.signal, notice })
  }
  return outputSink(header, stop)
}

function fileSink(path: string, options: RotatedFileOptions): LineSink {
  const named = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw new CommandError(`cannot write ${path}: ${(error as Error).message}.`)
    }
  }
  const sink = named(() => rotatedFileSink(path, options))
  return { write: (text, lines) => named(() => sink.write(text, lines)), close: () => sink.close() }
}

function outputSink(header: string | null, stop: AbortController): LineSink {
  const printer = createPrinter()
  printer.signal.addEventListener('abort', () => stop.abort(), { once: true })
  const stopped = new Promise<boolean>((resolve) => {
    stop.signal.addEventListener('abort', () => void setTimeout(resolve, LAST_CALL_MS, false).unref(), { once: true })
  })
  let begun = header === null
  return {
    write(text) {
      const whole = begun ? text : `${header}\n${text}`
      begun = true
      // A reader that has stopped reading must not keep the process from being stopped.
      return Promise.race([printer.print(whole), stopped])
    },
    close: () => void setTimeout(() => process.exit(), LAST_CALL_MS).unref(),
  }
}
