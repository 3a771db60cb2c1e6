// Records through the whole server to Loki and to an OpenTelemetry receiver that are down, come up, lose answers and refuse.
import { expect, onTestFinished, test } from 'vitest'
import { type LokiLimits, lokiServer, type LokiServer } from '../plugins/outputs/loki-server.ts'
import { type OtlpRules, otlpServer, type OtlpServer } from '../plugins/outputs/otlp-server.ts'
import { journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const COUNT = 3000

async function loki(limits: LokiLimits = {}): Promise<LokiServer> {
  const server = await lokiServer(limits)
  onTestFinished(() => server.close())
  return server
}
async function otlp(rules: OtlpRules = {}): Promise<OtlpServer> {
  const server = await otlpServer(rules)
  onTestFinished(() => server.close())
  return server
}

const config = (lokiUrl: string, otlpUrl: string): string => `sources: [{ type: http }]
outputs:
  - { type: loki, url: '${lokiUrl}', tenant: t1, start: beginning, batch: { records: 300, wait: 20ms }, line: json, timeout: 2s, retry: { max: 1s } }
  - { type: otlp, url: '${otlpUrl}', start: beginning, batch: { records: 300, wait: 20ms }, concurrency: 3, timeout: 2s, retry: { max: 1s } }
`

async function post(sawlog: Started, from: number, to: number): Promise<void> {
  const lines = Array.from({ length: to - from }, (_, i) => JSON.stringify({ n: from + i, level: 'warn', msg: `card "${from + i}" ümlaut`, time: new Date(Date.UTC(2026, 0, 1) + Math.floor((from + i) / 10)).toISOString() }))
  const { status } = await sawlog.post(lines.join('\n'), {}, '/ingest?source=shop')
  expect(status).toBe(200)
}

async function caughtUp(sawlog: Started): Promise<void> {
  await until(async () => (await sawlog.stats()).outputs.every(({ lag }) => lag === 0), 'both have everything', 60_000)
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

test('every record arrives once and whole, though the targets are down, lose answers, and Sawlog is killed', async () => {
  // Ports on which nothing listens until later.
  const [first, second] = [await loki(), await otlp()]
  await Promise.all([first.close(), second.close()])
  const sawlog = await startSawlog(config(first.url, second.url))
  await post(sawlog, 0, COUNT / 2)
  await sawlog.problem(/cannot send to .*nothing listens there/)
  const lokiTarget = await loki({ port: first.port })
  const otlpTarget = await otlp({ port: second.port })
  lokiTarget.instead.push({ status: 503, headers: { 'retry-after': '0.2' } }, { status: 429 }, { status: 0 })
  otlpTarget.instead.push({ status: 500 }, { status: 0 }, { status: 503 })
  await until(() => lokiTarget.requests.length > 3 && otlpTarget.requests.length > 3, 'deliveries are under way', 30_000)
  await sawlog.kill()
  const again = await startSawlog(config(first.url, second.url), { directory: sawlog.directory })
  await post(again, COUNT / 2, COUNT)
  await caughtUp(again)

  const stored = journalRecords(again.directory)
  const entries = [...lokiTarget.streams('', 't1').values()].flat()
  expect([...lokiTarget.streams('', 't1').keys()].map((labels) => (JSON.parse(labels) as { source: string; level: string }))).toEqual([expect.objectContaining({ source: 'shop', level: 'warn' })])
  // By time, which has the record's number below the millisecond: the order of the journal.
  expect(entries.map(({ line }) => JSON.parse(line) as unknown)).toEqual(stored)
  expect(entries.map(({ nanos }) => Number(nanos / 1_000_000n))).toEqual(stored.map(({ time }) => Date.parse(time)))

  const received = otlpTarget.received().toSorted((a, b) => (a.body as { n: number }).n - (b.body as { n: number }).n)
  expect(received.map(({ body }) => ({ ...(body as object) }))).toEqual(stored.map(({ body }) => body))
  expect(received.map(({ time, severity, resource }) => [Number(time / 1_000_000n), severity, resource['service.name']])).toEqual(stored.map(({ time }) => [Date.parse(time), 13, 'shop']))
  // What came again could be told by its id.
  expect(otlpTarget.repeats()).toBeGreaterThan(0)
  expect([lokiTarget.failures, otlpTarget.failures]).toEqual([[], []])
  expect((await again.stats()).outputs.map((output) => (output as unknown as { dead_letters: number }).dead_letters)).toEqual([0, 0])
}, 120_000)

test('what they refuse is listed as dead letters, and the rest arrives', async () => {
  const day = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n
  const lokiTarget = await loki({ oldest: day + 1_000_000n })
  const otlpTarget = await otlp({ bad: ({ body }) => (body as { n: number }).n === 500, unwanted: ({ body }) => (body as { n: number }).n === 700 })
  const sawlog = await startSawlog(config(lokiTarget.url, otlpTarget.url))
  await post(sawlog, 0, 1000)
  await caughtUp(sawlog)
  const { outputs, counters } = await sawlog.stats()
  expect(outputs.map((output) => [output.name, (output as unknown as { dead_letters: number }).dead_letters])).toEqual([['loki', 10], ['otlp', 1]])
  expect(counters).toContainEqual({ component: 'otlp', what: 'refused_unnamed', value: 1 })
  const kept = [...lokiTarget.streams('', 't1').values()].flat().map(({ line }) => (JSON.parse(line) as { body: { n: number } }).body.n)
  expect(kept).toEqual(range(10, 1000))
  expect(otlpTarget.received().map(({ body }) => (body as { n: number }).n).sort((a, b) => a - b)).toEqual(range(0, 1000).filter((n) => n !== 500 && n !== 700))
  const { dead_letters: letters } = (await (await fetch(`${sawlog.url}/api/dead-letters?output=otlp`)).json()) as { dead_letters: Array<{ reason: string }> }
  expect(letters.map(({ reason }) => reason)).toEqual([expect.stringMatching(/answered 400: "bad record"$/)])
}, 60_000)
