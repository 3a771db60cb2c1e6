import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { App } from '../../core/app.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import { definePlugin, type Plugin, type SourceContext } from '../../core/define-plugin.ts'
import type { RetentionPlan, RetentionStore } from '../../core/journal/retention-store.ts'
import type { SealRunner } from '../../core/journal/sealed/seal-task.ts'
import { createLogger } from '../../core/log.ts'
import { Registry } from '../../core/registry.ts'
import { z } from 'zod'
import { eventually } from './delivery-scene.ts'
import { recordLines, segmentFiles } from './journal/journal-at.ts'

const keepFree = ((await import(new URL('../fixtures/plugins/keep-free.mjs', import.meta.url).href)) as { default: Plugin }).default

const SEGMENT = 1024

/** What the disk will never have free: keep-free wants every byte of the journal. */
const ALL = '- { type: keep-free, free: 1000000GB }'

const cleanups: Array<() => Promise<void> | void> = []
afterEach(async () => {
  vi.useRealTimers()
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

interface Scene {
  readonly app: App
  readonly directory: string
  readonly log: string[]
  /** Stores `line 0` and so on, each in a frame of its own, so that segments of 1 KiB hold a few: at least ten, and until one is open. Resolves with how many. */
  fill(): Promise<number>
  /** What is stored, by number. */
  stored(): number[]
  problems(): string[]
}

interface Setup {
  readonly directory?: string
  readonly retention?: string
  readonly outputs?: string
  readonly plugins?: readonly Plugin[]
}

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-app-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function scene({ directory = freshDirectory(), retention = '', outputs = '', plugins = [] }: Setup): Promise<Scene> {
  let context: SourceContext | null = null
  const source = definePlugin({ kind: 'source', type: 'hand', summary: 'By hand.', options: z.strictObject({}), setup(_options, given) {
    context = given
    return { start: () => undefined, stop: () => undefined }
  } })
  const { config, problems } = await loadConfig({
    text: `data: ${directory}\nserver: { port: 0 }\nsources:\n  - { type: hand, parser: text }\ntaggers: []\njournal: { segment_size: ${SEGMENT}, reserve: 0 }\nretention: ${list(retention)}\noutputs: ${list(outputs)}\n`,
    registry: new Registry([source, keepFree, text, ...plugins]),
  })
  expect(problems).toEqual([])
  if (config === null) throw new Error('BUG: no configuration and no problem')
  const log: string[] = []
  const before = new Set([...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')] as unknown[])
  const app = await App.open({ config, log: createLogger({ level: 'info', format: 'text', write: (line) => void log.push(line) }), version: '0', sender: () => 'anonymous', sealRunner: neverSealing(), fatal: (error) => {
    throw error
  } })
  // They stay to the end of the process, which here goes on.
  cleanups.push(() => {
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) for (const listener of process.listeners(event as 'uncaughtException')) if (!before.has(listener)) process.off(event, listener)
  }, () => app.stop())
  await app.start()
  return {
    app, directory, log,
    async fill() {
      let count = 0
      const open = (): boolean => statSync(segmentFiles(directory).at(-1) as string).size < SEGMENT
      while (count < 10 || !open()) await (await (context as SourceContext).emit('s', [`line ${count++} ${'x'.repeat(200)}`])).durable
      return count
    },
    stored: () => recordLines(directory).map(numberOf),
    problems: () => app.model.problems().map(({ component, level, message }) => `${level} ${component}: ${message}`),
  }
}

/** Segments stay as they are, so that their sizes can be told. */
function neverSealing(): SealRunner {
  let stop: (error: Error) => void = () => undefined
  return { run: () => new Promise((_resolve, reject) => (stop = reject)), pause: () => undefined, stop: async () => stop(new Error('stopped')) }
}

const text = definePlugin({ kind: 'parser', type: 'text', summary: 'Leaves lines as they are.', options: z.strictObject({}), setup: () => undefined })

const list = (entries: string): string => (entries === '' ? '[]' : `\n  ${entries}`)

/** Runs `work` at each sweep. */
function retains(type: string, work: (store: RetentionStore) => Promise<void>): Plugin {
  return definePlugin({ kind: 'retention', type, summary: 'Made for a test.', options: z.strictObject({}), setup: (_options, { hooks, name }) => hooks.sweep.tapPromise(name, work) })
}

const numberOf = (line: string): number => Number(/line (\d+)/.exec(line)?.[1])
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

test('a sweep deletes closed segments, and never the one being written', async () => {
  const { app, directory, fill, stored, log, problems } = await scene({ retention: ALL })
  const count = await fill()
  const before = segmentFiles(directory)
  expect([before.length > 3, stored()]).toEqual([true, range(0, count)])
  await app.sweep()
  expect(segmentFiles(directory)).toEqual(before.slice(-1))
  const left = stored().length
  expect([left > 0, stored(), app.model.disk().segments]).toEqual([true, range(count - left, count), 1])
  expect(log.join('')).toMatch(new RegExp(`keep-free.*Deleted ${count - left} records to free \\d+ bytes\\.`))
  await app.sweep()
  expect([stored().length, problems()]).toEqual([left, []])
})

test('a sweep deletes the oldest, as many as it was asked to', async () => {
  let limit = 0
  let plan: RetentionPlan | null = null
  const plugin = retains('half', async (store) => {
    if (limit === 0) return
    plan = store.plan({ bytes: limit })
    expect(await store.deleteBefore({ bytes: limit })).toEqual(plan)
  })
  const { app, directory, fill, stored, problems } = await scene({ retention: '- { type: half }', plugins: [plugin] })
  const count = await fill()
  const sizes = segmentFiles(directory).map((file) => statSync(file).size)
  const [first, second] = sizes as [number, number]
  const bytes = sizes.reduce((sum, size) => sum + size)
  expect(app.model.disk().bytes).toBe(bytes)
  // One byte more than the first segment alone would free.
  limit = bytes - first - 1
  await app.sweep()
  expect(segmentFiles(directory)).toHaveLength(sizes.length - 2)
  expect(plan).toEqual({ segments: 2, bytes: first + second, records: count - stored().length, heldBy: [], held: { segments: 0, bytes: 0, records: 0 }, suspended: null })
  expect([stored(), problems()]).toEqual([range(count - stored().length, count), []])
})

test('what an output has not delivered stays, and goes once it has', async () => {
  const got: number[] = []
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const slow = definePlugin({ kind: 'output', type: 'slow', summary: 'Waits.', guarantee: 'At least once.', options: z.strictObject({}), setup: () => ({
    async deliver(lines) {
      await gate
      got.push(...lines.map(({ value }) => numberOf(String(value.body))))
    },
  }) })
  let plan: RetentionPlan | null = null
  const plugin = retains('all', async (store) => {
    plan = await store.deleteBefore({ bytes: 0 })
  })
  const { app, directory, fill, stored } = await scene({ retention: '- { type: all }', outputs: '- { type: slow, start: beginning }', plugins: [slow, plugin] })
  const count = await fill()
  await app.sweep()
  expect([stored(), plan]).toMatchObject([range(0, count), { segments: 0, bytes: 0, records: 0, heldBy: ['slow'], held: { segments: segmentFiles(directory).length - 1 } }])
  open()
  await eventually(() => app.model.outputs().map(({ lag }) => lag), [0])
  await app.sweep()
  expect([got, segmentFiles(directory).length]).toEqual([range(0, count), 1])
})

test('a retention plugin that fails is named, and the next one sweeps', async () => {
  let fails = false
  const bad = retains('bad', () => (fails ? Promise.reject(new Error('no luck')) : Promise.resolve()))
  const { app, directory, fill, problems } = await scene({ retention: `- { type: bad }\n  ${ALL}`, plugins: [bad] })
  await fill()
  fails = true
  await app.sweep()
  expect([segmentFiles(directory).length, problems()]).toEqual([1, ['error bad: cannot complete sweep: no luck']])
})

test('retention looks at the start, then every minute until the stop', async () => {
  const { directory, fill, app: before } = await scene({})
  await fill()
  await before.stop()
  expect(segmentFiles(directory).length).toBeGreaterThan(3)

  let sweeps = 0
  const counting = retains('counting', () => Promise.resolve(void sweeps++))
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { app } = await scene({ directory, retention: `${ALL}\n  - { type: counting }`, plugins: [counting] })
  // A restart closes all there are; the newest stays until there is another to go on from.
  await eventually(() => [segmentFiles(directory).length, sweeps], [1, 1])
  vi.advanceTimersByTime(59_999)
  await new Promise((resolve) => setImmediate(resolve))
  expect(sweeps).toBe(1)
  vi.advanceTimersByTime(1)
  await eventually(() => sweeps, 2)
  await app.stop()
  vi.advanceTimersByTime(120_000)
  await new Promise((resolve) => setImmediate(resolve))
  expect(sweeps).toBe(2)
})
