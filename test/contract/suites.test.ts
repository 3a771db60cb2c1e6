// The suites fail for plugins that break the contract: a suite that passes everything promises nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { definePlugin } from '../../core/define-plugin.ts'
import { eachRecord, keepRecords } from '../../core/each-record.ts'
import { z } from '../../core/plugin.ts'
import { testFilter } from './test-filter.ts'
import { testOutput } from './test-output.ts'
import { testParser } from './test-parser.ts'
import { testSource } from './test-source.ts'
import { testTagger } from './test-tagger.ts'
import type { Harness } from './harness.ts'

/** Runs a suite by itself and returns the names of the tests that failed, without what they have in common. */
async function failures(suite: (harness: Harness) => void): Promise<string[]> {
  const tests: Array<{ name: string; run: () => Promise<void> | void }> = []
  suite({ test: (name, run) => tests.push({ name, run }), expect })
  const failed: string[] = []
  for (const { name, run } of tests) {
    try {
      await run()
    } catch {
      failed.push(name.replace(/^\w+ bad(-\w+)? ?/, ''))
    }
  }
  expect(tests.length).toBeGreaterThan(5)
  return failed
}

const none = z.strictObject({})
const summary = 'Does something.'

test('a good tagger fails nothing', async () => {
  const plugin = definePlugin({
    kind: 'tagger', type: 'bad', summary, options: none,
    setup: (_options, { hooks, name }) => hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => void record.tags.push(`x${record.line.length}`))),
  })
  expect(await failures((harness) => testTagger(harness, plugin, { records: [{ record: 'abc', tags: ['x3'] }] }))).toEqual([])
})

test('options that are undescribed, loose or oddly named are found', async () => {
  const plugin = definePlugin({
    kind: 'tagger', type: 'bad', summary: 'no sentence', example: 'other: 1',
    options: z.object({ camelCase: z.string().optional(), deep: z.strictObject({ inner: z.string().optional() }).optional().describe('Described.') }),
    setup: () => undefined,
  })
  const failed = await failures((harness) => testTagger(harness, plugin, { records: [{ record: 'abc', tags: [] }], invalid: [{}] }))
  expect(failed).toEqual(['says in one sentence what it does', 'describes every option', 'names its options in snake_case', 'takes valid options and refuses others', 'refuses an option it does not know'])
})

test('a tagger that lets one record stop the others, or tags twice, is found', async () => {
  const plugin = definePlugin({
    kind: 'tagger', type: 'bad', summary, options: none,
    setup: (_options, { hooks, name }) =>
      hooks.tag.tap(name, (batch) => {
        for (const record of batch.records) if (record.line !== '') record.tags.push('x', 'x')
      }),
  })
  const failed = await failures((harness) => testTagger(harness, plugin, { records: [{ record: 'abc', tags: ['x', 'x'] }] }))
  expect(failed).toEqual(['adds no tag twice', 'tags the others when one record cannot be read'])
})

test('a tagger with an asynchronous hook is found', async () => {
  const plugin = definePlugin({
    kind: 'tagger', type: 'bad', summary, options: none,
    setup: (_options, { hooks, name }) => hooks.tag.tap(name, (async () => undefined) as unknown as () => void),
  })
  const failed = await failures((harness) => testTagger(harness, plugin, { records: [{ record: 'abc', tags: [] }] }))
  expect(failed).toContain('survives hostile lines')
})

test('a parser that throws on what it cannot read, keeps state, or loses the text is found', async () => {
  const sticky = /x/g
  const plugin = definePlugin({
    kind: 'parser', type: 'bad', summary, options: none,
    setup(_options, { hooks, name }) {
      hooks.parse.for(name).tap(name, (batch) => {
        for (const record of batch.records) {
          if (sticky.test(record.line)) record.fields.x = 'yes'
          if (!record.line.startsWith('{')) continue
          record.setJson(JSON.parse(record.line) as { [key: string]: string })
        }
      })
      hooks.detect.tap(name, () => 'somebody-else')
    },
  })
  const failed = await failures((harness) => testParser(harness, plugin, { lines: [{ line: 'x' }], refused: ['{"a"'] }))
  expect(failed).toContain('reads each line as if it were alone')
  expect(failed).toContain('keeps "{\\"a\\"" raw and says why')
  expect(failed).toContain('survives JSON that never ends')
  expect(failed).toContain('leaves the other records alone when one cannot be read at all')
  expect(failed).toContain('answers detect with its name or not at all, whatever the sample')
})

test('a filter that returns nothing, reorders, or drops what it cannot read is found', async () => {
  const filter = (keep: (batch: Parameters<Parameters<typeof keepRecords>[1]>[0]) => boolean, wrong?: 'nothing' | 'reordered') =>
    definePlugin({
      kind: 'filter', type: 'bad', summary, options: none,
      setup: (_options, { hooks, name }) =>
        hooks.filter.tap(name, (batch) => {
          const kept = keepRecords(batch, keep)
          if (wrong === 'reordered') kept.records.reverse()
          return wrong === 'nothing' ? (undefined as unknown as typeof batch) : kept
        }),
    })
  const records = [{ record: 'a', kept: true }, { record: 'b', kept: true }, { record: 'c', kept: false }]
  const run = (plugin: ReturnType<typeof filter>) => failures((harness) => testFilter(harness, plugin, { records }))
  expect(await run(filter(({ line }) => line !== 'c'))).toEqual([])
  expect(await run(filter(({ line }) => line !== 'c', 'reordered'))).toEqual(['keeps and drops what it should, in order'])
  expect(await run(filter(() => true))).toContain('decides each record by itself')
  expect(await run(filter((record) => {
    try {
      return record.line !== 'c'
    } catch (error) {
      return !(error instanceof Error)
    }
  }))).toEqual(['keeps a record it cannot read, and decides the others'])
})

test('an output that appends again what a crash made it forget is at least once, not exactly once', async () => {
  const plugin = definePlugin({
    kind: 'output', type: 'bad', summary, guarantee: 'Some.', options: z.strictObject({ path: z.string().describe('File.') }),
    setup: ({ path }) => ({
      async deliver(lines) {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, lines.map(({ text }) => `${text}\n`).join(''), { flag: 'a' })
      },
    }),
  })
  const run = (guarantee: 'exactly-once' | 'at-least-once') =>
    failures((harness) => testOutput(harness, plugin, {
      guarantee,
      options: (directory) => ({ path: join(directory, 'x') }),
      read: (directory) => readFileSync(join(directory, 'x'), 'utf8').split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { body: unknown }).body),
    }))
  expect(await run('at-least-once')).toEqual([])
  const failed = await run('exactly-once')
  expect(failed).toContain('delivers exactly once when delivery 0 is not remembered')
  expect(failed).toContain('takes the same records again when its cursor could not be saved')
  expect(failed.length).toBe(6)
})

test('a source that goes on after stop, or leaves a timer, is found', async () => {
  const timers: NodeJS.Timeout[] = []
  const plugin = definePlugin({
    kind: 'source', type: 'bad', summary, options: none,
    setup: (_options, { emit }) => ({
      start() {
        timers.push(setInterval(() => void emit('s', ['x']), 5))
      },
      stop: () => undefined,
    }),
  })
  const failed = await failures((harness) => testSource(harness, plugin, { restart: 'none', options: () => ({}) }))
  for (const timer of timers) clearInterval(timer)
  expect(failed).toEqual(['stops when it is told, and emits nothing afterwards', 'leaves no timer, socket or watcher behind'])
})
