// Makes log lines of a small shop, so that there is something to look at and something to count.
import { setTimeout as sleep } from 'node:timers/promises'
import { chunkOf, definePlugin, GENERATE_OPTIONS, LineMaker, RatePlan, type SourceContext, z } from '../../core/plugin.ts'

/** Below the eye's and the dashboard's resolution, above the cost of a timer. */
const TICK_MS = 50
/** After a stall (a full disk, a suspended laptop) this much is made up for; the rest of the time was a pause, not a debt. */
const MAX_CATCH_UP_MS = 1_000
/** Lines handed in at once: about 250 KiB, a slice of the pipeline. */
const MAX_LINES = 1_000
const STREAM = 'numbers'

const options = z.strictObject({
  rate: z.number().positive().max(200_000).default(5).describe('Lines a second, on average exactly.'),
  limit: z.int().positive().nullable().default(null).describe('Stops after this many lines, counted over restarts.'),
  ...GENERATE_OPTIONS,
})

export default definePlugin({
  kind: 'source',
  type: 'generator',
  summary: 'Makes log lines of a small shop at a steady rate, with bursts and incidents, for demonstrations and tests.',
  options,
  example: 'rate: 50\nformat: json\nburst: { every: 2m, for: 10s, factor: 8 }\nincidents: [{ service: payment, after: 3m, every: 10m, for: 1m, errors: 0.6 }]\nfields: { region: [eu, us], customer: { names: person } }',
  docs: `Visitors log in, browse, fill a cart, pay, fail now and then and try again; user, session, request id and address stay theirs all the way. Services answer in times with a long tail,
and some errors come with a stack trace. Every line has a number, \`seq\`, counted from 1 and going on after a restart where the last durable line left off: none is missing, none comes twice
(\`sawlog verify\` counts). With \`format: csv\` a line with the names of the columns comes first at each start, as in a file, and is a record without a number. After a stall of more than a second the lines of that time are not made up for.`,
  sample: {
    line: '{"timestamp":"2026-11-01T00:00:00.013Z","level":"INFO","service":"payment","seq":17,"request_id":"req-497a320b-9","user_id":"user-5647","session":"497a320bbcda1e37","ip":"93.7.195.191","method":"POST","path":"/api/payments","status":200,"duration_ms":181,"message":"payment authorized: 41.90 EUR for order 318822"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"generator","host":"web1","tags":["payment","api"],"body":{"timestamp":"2026-11-01T00:00:00.013Z","level":"INFO","service":"payment","seq":17,"request_id":"req-497a320b-9","user_id":"user-5647","session":"497a320bbcda1e37","ip":"93.7.195.191","method":"POST","path":"/api/payments","status":200,"duration_ms":181,"message":"payment authorized: 41.90 EUR for order 318822"}}',
  },
  setup(given, context) {
    const stopping = new AbortController()
    let running: Promise<void> = Promise.resolve()
    return {
      start(signal) {
        running = run(context, given, AbortSignal.any([signal, stopping.signal])).catch((error: unknown) => {
          const cause = error instanceof Error ? error.message : String(error)
          context.problem('error', `cannot go on making lines: ${cause}`, 'Reload the configuration to start it again.')
        })
      },
      async stop() {
        stopping.abort()
        await running
      },
    }
  },
})

/** Resolves when stopped or at the limit, after the last line is durable. */
async function run({ emit, positions, logger }: SourceContext, { rate, limit, burst, daily, seed, ...rest }: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  let seq = positions(STREAM)?.offset ?? 0
  const end = limit ?? Infinity
  const start = Date.now()
  // Other visitors than before the restart.
  const maker = new LineMaker({ ...rest, seed: ((seed ?? start) ^ seq) >>> 0, sequence: true, first: seq + 1 })
  const plan = new RatePlan({ rate, burst, daily, start })
  /** Monotonic. */
  const origin = performance.now()
  /** Made, or given up for lost time. */
  let done = 0
  let durable: Promise<void> = Promise.resolve()
  /** Names of columns, as a file would begin with them; at each start, for parsers forget them. */
  let head = maker.header === null ? [] : [maker.header]
  while (!signal.aborted && seq < end) {
    const elapsed = performance.now() - origin
    const owed = Math.floor(plan.due(elapsed)) - done
    const most = Math.max(1, Math.ceil((rate * plan.factor(elapsed) * MAX_CATCH_UP_MS) / 1000))
    if (owed > most) done += owed - most
    for (let left = Math.min(owed, most, end - seq); left > 0 && !signal.aborted; ) {
      const count = Math.min(left, MAX_LINES)
      const time = Date.now()
      const lines = Array.from({ length: count }, () => maker.line(time, elapsed))
      const receipt = await emit(STREAM, chunkOf([...head, ...lines]), { from: seq, to: { offset: seq + count } })
      head = []
      durable = receipt.durable
      durable.catch(() => undefined) // awaited at the end, where it counts; until then a rejection must not be unhandled
      left -= count
      done += count
      seq += count
    }
    if (seq < end) await pause(signal)
  }
  await durable
  if (seq >= end) logger.info(`All ${end} lines are made.`)
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(TICK_MS, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
