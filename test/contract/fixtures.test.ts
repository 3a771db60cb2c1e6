// The worked examples of custom plugins keep the contracts as well, with the suites as `sawlog/testing` gives them to authors.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FilterPlugin, OutputPlugin, ParserPlugin, RetentionPlugin, SourcePlugin, TaggerPlugin } from '../../core/define-plugin.ts'
import { testFilter, testOutput, testParser, testRetention, testSource, testTagger } from './testing.ts'

const harness = { test, expect }

/** What the kind is, the suite checks. */
async function load<P>(file: string): Promise<P> {
  const module = (await import(new URL(`../fixtures/plugins/${file}`, import.meta.url).href)) as { default: P }
  return module.default
}

const at = (hour: number) => ({ time: new Date(2026, 10, 2, hour).getTime(), body: `at ${hour}` })

testTagger(harness, await load<TaggerPlugin>('office-hours.mjs'), {
  invalid: [{ from: 24 }, { to: 'five' }],
  records: [
    { record: at(8), tags: ['after-hours'] },
    { record: at(9), tags: [] },
    { record: at(16), tags: [] },
    { record: { ...at(17), tags: ['api'] }, tags: ['api', 'after-hours'] },
  ],
})

testTagger(harness, await load<TaggerPlugin>('shout.ts'), {
  records: [
    { record: 'PLEASE HELP', tags: ['shout'] },
    { record: 'Please help', tags: [] },
    { record: '12345', tags: [] },
  ],
})

testSource(harness, await load<SourcePlugin>('ticker.mjs'), {
  restart: 'none',
  options: () => ({ every: '10ms' }),
  valid: [{}, { every: '5s', text: 'still here' }],
  invalid: [{ every: '1ms' }, { every: 'soon' }, { text: 1 }],
})

testParser(harness, await load<ParserPlugin>('pipe-separated.mjs'), {
  options: { columns: ['user', 'action'] },
  lines: [
    {
      line: '2026-11-01T00:00:00.000Z|error|anna|login|wrong password',
      time: Date.UTC(2026, 10, 1), level: 'error', guessed: [], fields: { user: 'anna', action: 'login' }, body: '2026-11-01T00:00:00.000Z|error|anna|login|wrong password',
    },
    { line: '2026-11-01T00:00:00.000Z|loud|anna|login|x', guessed: ['level'] },
  ],
  refused: ['a line', '2026-11-01T00:00:00.000Z|error', 'then|error|anna|login|x'],
  detect: [
    { lines: ['2026-11-01T00:00:00.000Z|info|a|b|c', '2026-11-01T00:00:01.000Z|info|a|b|c'], wanted: true },
    { lines: ['2026-11-01T00:00:00.000Z|info|a|b|c', 'plain'], wanted: false },
  ],
})

testFilter(harness, await load<FilterPlugin>('min-level.mjs'), {
  options: { level: 'warn' },
  invalid: [{}, { level: 'loud' }],
  records: [
    { record: { level: 'info', body: 'a' }, kept: false },
    { record: { level: 'warn', body: 'b' }, kept: true },
    { record: { level: 'debug', body: 'c' }, kept: false },
    { record: { level: 'fatal', body: 'd' }, kept: true },
  ],
})

testOutput(harness, await load<OutputPlugin>('tally.mjs'), {
  guarantee: 'exactly-once',
  options: (directory) => ({ path: join(directory, 'tally.json') }),
  // It keeps a number: as many records as it says, under the names the suite gives them.
  read: (directory) => {
    const { info = 0 } = JSON.parse(readFileSync(join(directory, 'tally.json'), 'utf8')) as { info?: number }
    return [...Array(info).keys()].map((i) => `record ${i}`)
  },
})

testRetention(harness, await load<RetentionPlugin>('keep-free.mjs'), {
  valid: [{ free: '10GB' }],
  invalid: [{}, { free: -1 }],
  sweeps: [
    { options: { free: 1000 }, freeDisk: 1000, segments: [{ bytes: 100, ageMs: 3 }, { bytes: 100, ageMs: 2 }], left: 2 },
    { options: { free: 1000 }, freeDisk: 850, segments: [{ bytes: 100, ageMs: 3 }, { bytes: 100, ageMs: 2 }, { bytes: 100, ageMs: 1 }], left: 1 },
  ],
})

const [weekday, dropEmpty] = await load<[TaggerPlugin, FilterPlugin]>('sawlog-plugin-example/index.js')

testTagger(harness, weekday, {
  options: { prefix: 'day-' },
  records: [{ record: { time: Date.UTC(2026, 10, 2), body: 'x' }, tags: ['day-monday'] }],
})
testFilter(harness, dropEmpty, {
  records: [{ record: '', kept: false }, { record: '  ', kept: false }, { record: 'x', kept: true }],
})
