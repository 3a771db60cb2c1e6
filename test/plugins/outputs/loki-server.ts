// A strict stand-in for Loki's push API, after its documentation and the rules of its distributor and ingester (3.x): it refuses what Loki refuses,
// keeps the good entries of a request it answers 400, and keeps an entry that comes twice once.
import { type Answer, answeringServer, type AnsweringServer, type Asked } from './answering-server.ts'

export interface LokiEntry {
  readonly nanos: bigint
  readonly line: string
  readonly metadata: Record<string, string>
}

export interface LokiServer extends AnsweringServer {
  readonly requests: Asked[]
  /** By prefix of the path and tenant, then labels as JSON with sorted names; each by time. */
  streams(prefix?: string, tenant?: string): ReadonlyMap<string, readonly LokiEntry[]>
  /** All lines of a prefix, in no order that means something. */
  lines(prefix?: string): string[]
  /** What is answered instead, once each, in this order. Of status 0: the request is taken, and the answer lost. */
  readonly instead: Answer[]
  readonly failures: unknown[]
}

export interface LokiLimits {
  readonly port?: number
  readonly maxLineSize?: number
  /** Entries older than this are refused. */
  readonly oldest?: bigint
  /** Streams stay when a server is started again. */
  readonly store?: Map<string, Map<string, LokiEntry[]>>
}

const PATH = '/loki/api/v1/push'
/** Half of `max_chunk_age`. */
const BEHIND = 3_600_000_000_000n

export async function lokiServer({ port = 0, maxLineSize = 256 * 1024, oldest = 0n, store = new Map() }: LokiLimits = {}): Promise<LokiServer> {
  const requests: Asked[] = []
  const instead: Answer[] = []
  const failures: unknown[] = []
  const server = await answeringServer((asked) => {
    requests.push(asked)
    const other = instead.shift()
    if (other !== undefined && other.status !== 0) return other
    if (!asked.path.endsWith(PATH)) return { status: 404, body: '404 page not found\n' }
    if (asked.method !== 'POST') return { status: 405 }
    if (asked.headers['content-type'] !== 'application/json') return { status: 415, body: 'unsupported content type' }
    const key = `${asked.path.slice(0, -PATH.length)} ${String(asked.headers['x-scope-orgid'] ?? '')}`
    let tenant = store.get(key)
    if (tenant === undefined) store.set(key, (tenant = new Map()))
    const answer = push(asked.body, tenant, { maxLineSize, oldest })
    return other ?? answer
  }, { port, failures })
  const streams = (prefix = '', tenant = ''): Map<string, LokiEntry[]> => store.get(`${prefix} ${tenant}`) ?? new Map<string, LokiEntry[]>()
  return { ...server, requests, instead, failures, streams, lines: (prefix) => [...streams(prefix).values()].flatMap((entries) => entries.map(({ line }) => line)) }
}

function push(body: Buffer, store: Map<string, LokiEntry[]>, limits: { maxLineSize: number; oldest: bigint }): Answer {
  let parsed: Array<{ labels: Record<string, string>; entries: LokiEntry[] }>
  try {
    parsed = parse(body)
  } catch (error) {
    // Nothing of a request that cannot be read is kept.
    return { status: 400, body: `couldn't parse push request: ${(error as Error).message}\n` }
  }
  if (parsed.length === 0) return { status: 422, body: 'error at least one valid stream is required for ingestion' }
  const errors: string[] = []
  for (const { labels, entries } of parsed) {
    const names = Object.keys(labels).sort()
    const name = `{${names.map((label) => `${label}=${JSON.stringify(labels[label])}`).join(', ')}}`
    const wrong = wrongLabels(names, labels)
    if (wrong !== null) {
      errors.push(wrong)
      continue
    }
    const key = JSON.stringify(Object.fromEntries(names.map((label) => [label, labels[label]])))
    let kept = store.get(key)
    if (kept === undefined) store.set(key, (kept = []))
    for (const entry of entries) {
      const newest = kept.at(-1)?.nanos ?? 0n
      if (entry.nanos < limits.oldest) errors.push(`entry for stream '${name}' has timestamp too old: ${entry.nanos}, oldest acceptable timestamp is: ${limits.oldest}`)
      else if (Buffer.byteLength(entry.line) > limits.maxLineSize) errors.push(`Max entry size '${limits.maxLineSize}' bytes exceeded for stream '${name}' while adding an entry with length '${Buffer.byteLength(entry.line)}' bytes`)
      else if (entry.nanos < newest - BEHIND) errors.push(`entry with timestamp ${entry.nanos} ignored, reason: 'entry too far behind, entry timestamp is: ${entry.nanos}, oldest acceptable timestamp is: ${newest - BEHIND}'`)
      else if (!kept.some(({ nanos, line }) => nanos === entry.nanos && line === entry.line)) {
        kept.push(entry)
        kept.sort((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0))
      }
    }
  }
  return errors.length === 0 ? { status: 204 } : { status: 400, body: `${errors.slice(0, 10).join('\n')}\n` }
}

function wrongLabels(names: readonly string[], labels: Record<string, string>): string | null {
  if (names.length === 0) return 'error at least one label pair is required per stream'
  if (names.length > 15) return `entry for stream has ${names.length} label names; limit 15`
  for (const name of names) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return `Error parsing labels: ${name}`
    if (Buffer.byteLength(labels[name] as string) > 2048) return `stream has label value too long: '${name}'`
  }
  return null
}

/** Every key and type must be right: a real one is more lenient here and there. */
function parse(body: Buffer): Array<{ labels: Record<string, string>; entries: LokiEntry[] }> {
  const text = new TextDecoder('utf8', { fatal: true }).decode(body)
  const { streams, ...rest } = JSON.parse(text, (_key, value: unknown) => wholeText(value)) as { streams: Array<{ stream: unknown; values: unknown[] }> }
  expectKeys(rest, [])
  return streams.map(({ stream, values, ...more }) => {
    expectKeys(more, [])
    return { labels: texts(stream), entries: values.map(entryOf) }
  })
}

function entryOf(value: unknown): LokiEntry {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) throw new Error('an entry has two or three parts')
  const [time, line, metadata = {}] = value as [unknown, unknown, unknown?]
  if (typeof time !== 'string' || !/^-?\d{1,19}$/.test(time) || BigInt(time) >= 2n ** 63n) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(time)}`)
  if (typeof line !== 'string') throw new Error('the line is no string')
  return { nanos: BigInt(time), line, metadata: texts(metadata) }
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Object.values(value).some((text) => typeof text !== 'string')) throw new Error('expected an object of strings')
  return value as Record<string, string>
}

function expectKeys(object: object, keys: readonly string[]): void {
  const more = Object.keys(object).filter((key) => !keys.includes(key))
  if (more.length > 0) throw new Error(`unknown keys: ${more.join(', ')}`)
}

function wholeText(value: unknown): unknown {
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw new Error('half a surrogate pair')
  return value
}
