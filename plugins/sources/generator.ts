// Makes numbered log lines at a steady rate, so that there is something to look at and something to count.
import { setTimeout as sleep } from 'node:timers/promises'
import { chunkOf, definePlugin, type SourceContext, z } from '../../core/plugin.ts'

/** Below the eye's and the dashboard's resolution, above the cost of a timer. */
const TICK_MS = 50
/** After a stall (a full disk, a suspended laptop) this much is made up for; the rest of the time was a pause, not a debt. */
const MAX_CATCH_UP_MS = 1_000
/** Lines handed in at once: about 160 KiB, a slice of the pipeline. */
const MAX_LINES = 1_000
const STREAM = 'numbers'

interface Scene {
  readonly service: string
  readonly level: string
  readonly message: string
  /** Of 100 lines, about as many. */
  readonly weight: number
}

const SCENES: readonly Scene[] = [
  { service: 'web', level: 'info', message: 'GET /api/cart 200', weight: 22 },
  { service: 'web', level: 'info', message: 'POST /api/orders 201', weight: 12 },
  { service: 'web', level: 'warn', message: 'GET /api/search 429 too many requests', weight: 3 },
  { service: 'web', level: 'error', message: 'POST /api/orders 502 upstream closed the connection', weight: 1 },
  { service: 'auth', level: 'info', message: 'login succeeded', weight: 13 },
  { service: 'auth', level: 'warn', message: 'login failed: wrong password', weight: 4 },
  { service: 'auth', level: 'debug', message: 'token refreshed', weight: 7 },
  { service: 'billing', level: 'info', message: 'payment captured', weight: 11 },
  { service: 'billing', level: 'info', message: 'refund issued', weight: 2 },
  { service: 'billing', level: 'error', message: 'card declined by the issuer', weight: 2 },
  { service: 'worker', level: 'info', message: 'job finished', weight: 12 },
  { service: 'worker', level: 'debug', message: 'cache hit', weight: 9 },
  { service: 'worker', level: 'warn', message: 'queue is getting long', weight: 1 },
  { service: 'worker', level: 'fatal', message: 'out of memory, restarting', weight: 1 },
]
/** Each scene as often as its weight says: choosing is one index. */
const DECK: readonly Scene[] = SCENES.flatMap((scene) => Array.from({ length: scene.weight }, () => scene))

export default definePlugin({
  kind: 'source',
  type: 'generator',
  summary: 'Makes numbered JSON lines of a small shop at a steady rate, for demonstrations and tests.',
  options: z.strictObject({
    rate: z.number().positive().max(200_000).default(5).describe('Lines a second, on average exactly.'),
    limit: z.int().positive().nullable().default(null).describe('Stops after this many lines, counted over restarts.'),
  }),
  example: 'rate: 50\nlimit: 10000',
  docs: `Every line has a number, \`seq\`, counted from 1 and going on after a restart where the last durable line left off: none is missing, none comes twice.
After a stall of more than a second the lines of that time are not made up for.`,
  sample: {
    line: '{"time":"2026-11-01T00:00:00.013Z","level":"info","service":"billing","seq":17,"message":"payment captured","duration_ms":41}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"generator","host":"web1","tags":["payment"],"body":{"time":"2026-11-01T00:00:00.013Z","level":"info","service":"billing","seq":17,"message":"payment captured","duration_ms":41}}',
  },
  setup({ rate, limit }, context) {
    const stopping = new AbortController()
    let running: Promise<void> = Promise.resolve()
    return {
      start(signal) {
        running = run(context, rate, limit ?? Infinity, AbortSignal.any([signal, stopping.signal])).catch((error: unknown) => {
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
async function run({ emit, positions, logger }: SourceContext, rate: number, limit: number, signal: AbortSignal): Promise<void> {
  let seq = positions(STREAM)?.offset ?? 0
  /** Monotonic: at `origin` + n / rate seconds line n is due. */
  let origin = performance.now()
  let made = 0
  let durable: Promise<void> = Promise.resolve()
  const most = Math.max(1, Math.ceil((rate * MAX_CATCH_UP_MS) / 1000))
  while (!signal.aborted && seq < limit) {
    const now = performance.now()
    let due = Math.floor(((now - origin) / 1000) * rate) - made
    if (due > most) {
      due = most
      origin = now - (most / rate) * 1000
      made = 0
    }
    const end = Math.min(limit, seq + due)
    while (seq < end && !signal.aborted) {
      const next = Math.min(end, seq + MAX_LINES)
      const receipt = await emit(STREAM, lines(seq, next), { from: seq, to: { offset: next }, parser: 'json' })
      durable = receipt.durable
      durable.catch(() => undefined) // awaited at the end, where it counts; until then a rejection must not be unhandled
      made += next - seq
      seq = next
    }
    if (seq < limit) await pause(signal)
  }
  await durable
  if (seq >= limit) logger.info(`All ${limit} lines are made.`)
}

function lines(from: number, to: number): ReturnType<typeof chunkOf> {
  const time = new Date().toISOString()
  const made: string[] = []
  for (let seq = from + 1; seq <= to; seq++) {
    const dice = scramble(seq)
    const scene = DECK[dice % DECK.length] as Scene
    made.push(`{"time":"${time}","level":"${scene.level}","service":"${scene.service}","seq":${seq},"message":"${scene.message}","duration_ms":${(dice >>> 16) % 250}}`)
  }
  return chunkOf(made)
}

/** The same number gives the same line, yet neighbours differ: 32 bits of a multiplicative hash (Knuth), folded. */
function scramble(seq: number): number {
  const mixed = Math.imul(seq ^ (seq >>> 15), 0x9e3779b1)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(TICK_MS, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
