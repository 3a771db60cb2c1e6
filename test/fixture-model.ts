// A ReadModel made of plain values, for tests of whatever shows numbers.
import { LEVELS, type Level } from '../core/level.ts'
import type { ReadModel, Totals } from '../core/read-model.ts'

export const EMPTY_TOTALS: Totals = { records: 0, bytes: 0, levels: {}, tags: {}, sources: {}, errors: 0, dropped: 0 }

/** Nothing has happened yet; `change` replaces methods and values. */
export function fixtureModel(change: Partial<ReadModel> = {}): ReadModel {
  return {
    version: '1.2.3',
    startedAt: Date.now() - 90_000,
    notReady: () => null,
    totals: () => EMPTY_TOTALS,
    perSecond: () => 0,
    rate: (seconds) => flatRate(seconds, () => ({})),
    recent: () => [],
    streams: () => [],
    counters: () => [],
    parseErrors: () => [],
    outputs: () => [],
    plugins: () => [],
    disk: () => ({ bytes: 0, segments: 0, free: 250 * 2 ** 30, oldest: null, sources: {} }),
    retention: () => ({ segments: 0, bytes: 0, records: 0, oldest: null, growth: null, suspended: null, full: null, rules: [] }),
    problems: () => [],
    config: () => ({ file: 'config.yaml', values: [], levels: [] }),
    pipeline: () => ({ nodes: [], wires: [] }),
    streamsOf: () => [],
    tap: () => null,
    ...change,
  }
}

/** The rate whose levels at a second of the past (0 is the oldest) are what `at` says. */
export function flatRate(seconds: number, at: (second: number) => Partial<Record<Level, number>>, now = Date.now()): ReturnType<ReadModel['rate']> {
  const rows = Array.from({ length: seconds }, (_, i) => at(i))
  const series = (level: Level): number[] => rows.map((row) => row[level] ?? 0)
  return {
    from: Math.floor(now / 1000) - seconds,
    records: rows.map((row) => LEVELS.reduce((sum, level) => sum + (row[level] ?? 0), 0)),
    levels: { trace: series('trace'), debug: series('debug'), info: series('info'), warn: series('warn'), error: series('error'), fatal: series('fatal') },
  }
}

/** A busy system with a bit of everything; `tick` moves its numbers. */
export function busyModel(tick: () => number = () => 0, change: Partial<ReadModel> = {}): ReadModel {
  const now = Date.now()
  return fixtureModel({
    totals: () => {
      const records = 12_431_007 + tick() * 12_400
      return {
        records, bytes: records * 231,
        levels: { debug: 1_203_441, info: records - 1_500_000, warn: 210_233, error: 85_100, fatal: 1226 },
        tags: Object.fromEntries([['api', 7_100_331], ['general', 3_200_020], ['auth', 1_400_100], ['payment', 910_223], ...Array.from({ length: 14 }, (_, i) => [`team-${i}`, 4000 - i * 211])]),
        sources: { app: records - 3_400_120, nginx: 3_200_000, worker: 200_120 },
        errors: 1532, dropped: 40_233,
      }
    },
    perSecond: () => 12_400 + (tick() % 7) * 100,
    rate: (seconds) => flatRate(seconds, (i) => ({
      debug: 900, info: Math.round(9000 + 2500 * Math.sin(i / 30) + (i * 7919) % 700), warn: 150 + (i % 40), error: i > 200 && i < 230 ? 900 : (i % 13) * 2, fatal: i === 215 ? 40 : 0,
    })),
    recent: (_of, name) => Array.from({ length: 60 }, (_, i) => Math.max(0, Math.round((name.length * 97) % 4000 * (1 + Math.sin((i + tick() + name.length) / 5) / 2)))),
    streams: () => [
      { name: 'app//var/log/app/server.log', source: 'app', records: 9_030_887, errors: 12, parser: 'json', parserReason: 'auto: 50 of 50 sample lines are JSON objects' },
      { name: 'nginx//var/log/nginx/access.log', source: 'nginx', records: 3_200_000, errors: 0, parser: 'combined', parserReason: 'configured' },
      { name: 'worker/billing', source: 'worker', records: 200_120, errors: 1520, parser: 'text', parserReason: 'auto: no parser recognised the first 50 lines' },
    ],
    counters: () => [{ component: 'app', what: 'invalid_utf8', value: 12 }, { component: 'app', what: 'cut_lines', value: 3 }],
    parseErrors: () => Array.from({ length: 9 }, (_, i) => ({
      time: now - i * 41_000 - 3000, stream: 'worker/billing', parser: 'json', reason: 'Expected "," or "}" after property value at position 48',
      line: `{"time":"2026-11-01T12:00:0${i}Z","level":"error","msg":"card declined" "user":${i}}`,
    })),
    outputs: () => [
      { name: 'archive', type: 'jsonl', lag: 0, lagBytes: 0, lagSeconds: 0, delivered: 12_431_007, errors: 0, rejected: 0, deadLetters: 0, lastError: null, state: 'running' },
      { name: 'warehouse', type: 'sqlite', lag: 1204, lagBytes: 278_124, lagSeconds: 0.4, delivered: 12_429_803, errors: 2, rejected: 0, deadLetters: 0, lastError: 'cannot write /data/logs.db: database is locked', state: 'running' },
    ],
    plugins: () => [
      { name: 'json', kind: 'parser', type: 'json', hook: 'parse', calls: 48_231, errors: 0, ms: 42_301.2, lastError: null },
      { name: 'keywords', kind: 'tagger', type: 'keywords', hook: 'tag', calls: 49_901, errors: 0, ms: 9120.4, lastError: null },
      { name: 'only-errors', kind: 'filter', type: 'regex', hook: 'filter', calls: 49_901, errors: 3, ms: 812.7, lastError: 'cannot filter record 12: Maximum call stack size exceeded' },
      { name: 'archive', kind: 'output', type: 'jsonl', hook: 'deliver', calls: 2210, errors: 0, ms: 3011, lastError: null },
    ],
    disk: () => ({ bytes: 2.9 * 2 ** 30, segments: 46, free: 81 * 2 ** 30, oldest: now - 6.2 * 86_400_000, sources: { app: { records: 9_000_000, bytes: 2.1 * 2 ** 30 }, nginx: { records: 3_200_000, bytes: 0.8 * 2 ** 30 } } }),
    retention: () => ({
      segments: 46, bytes: 2.9 * 2 ** 30, records: 12_431_007, oldest: now - 6.2 * 86_400_000, growth: { bytes: 480 * 2 ** 20, records: 2_005_000 }, suspended: null, full: { by: 'size', rule: true, days: 9.2 },
      rules: [{ name: 'size', type: 'size', limit: 'bytes', value: 7 * 2 ** 30, when: null, goes: { segments: 0, bytes: 0, records: 0 }, held: { segments: 0, bytes: 0, records: 0 }, heldBy: [], days: 9.2, erased: null }],
    }),
    problems: () => [
      { level: 'warn', component: 'app', message: 'cannot open /var/log/app/old.log: permission denied.', remedy: 'Let the user of this process read it.', time: now - 400_000, count: 14 },
    ],
    ...change,
  })
}

/** Names and lines as an attacker would write them. */
export const HOSTILE = {
  script: '<script>window.pwned=1</script>',
  attribute: '" onmouseover="window.pwned=1" x="',
  image: '<img src=x onerror="window.pwned=1">',
  long: 'a'.repeat(5000),
  unbroken: `/${'x'.repeat(300)}/${'y'.repeat(300)}`,
  bidi: 'safe\u202Egnp.exe\u2066',
  control: 'a\u0000b\u001b[31mred\r\nnext\tline',
  zalgo: 'z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c'.repeat(30),
  proto: '__proto__',
  quote: 'quo"te\\back\nslash',
  surrogate: 'half \ud800 pair',
} as const

export function hostileModel(): ReadModel {
  const names = Object.values(HOSTILE)
  const counts = Object.fromEntries(names.map((name, i) => [name, 100 - i]))
  const now = Date.now()
  return busyModel(() => 0, {
    version: HOSTILE.script,
    notReady: () => `cannot write ${HOSTILE.image}: ${HOSTILE.bidi}`,
    totals: () => ({ records: 1100, bytes: 99_000, levels: { info: 1100 }, tags: counts, sources: counts, errors: 11, dropped: 0 }),
    streams: () => names.map((name, i) => ({ name, source: name, records: 100 - i, errors: i, parser: name, parserReason: name })),
    counters: () => names.map((name) => ({ component: name, what: name, value: 5 })),
    parseErrors: () => names.map((name) => ({ time: now, stream: name, parser: name, reason: name, line: name })),
    outputs: () => names.map((name) => ({ name, type: name, lag: 5, lagBytes: 10, lagSeconds: 2, delivered: 7, errors: 1, rejected: 1, deadLetters: 1, lastError: name, state: 'retrying' as const })),
    plugins: () => names.map((name) => ({ name, kind: name, type: 'x', hook: name, calls: 1, errors: 1, ms: 0.02, lastError: name })),
    problems: () => names.map((name) => ({ level: 'error' as const, component: name, message: name, remedy: name, time: now, count: 2 })),
  })
}
