// The contract of an output: delivers in order, and over a crash at every point what its guarantee says.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output, OutputPlugin } from '../../core/define-plugin.ts'
import type { Cursor, StoredLine } from '../../core/journal/stored-line.ts'
import { createHost } from './create-host.ts'
import { deliverFrom, type DeliveryRun } from './delivery-run.ts'
import { eventually } from './eventually.ts'
import type { Harness } from './harness.ts'
import { makeStoredLine } from './make-stored-line.ts'
import { ResourceWatch } from './resource-watch.ts'
import { testOptions, type OptionCases } from './test-options.ts'

export interface OutputCases extends Partial<OptionCases> {
  /** `exactly-once`: after any crash each record is in the target once. `at-least-once`: at least once. */
  readonly guarantee: 'exactly-once' | 'at-least-once'
  /** Options for a target inside an empty directory that is the test's own. */
  options(directory: string): object
  /** The `body` of every record in the target, in the order they are there. */
  read(directory: string): Promise<readonly unknown[]> | readonly unknown[]
}

/** Node tells of a closed handle a turn or two after `close` has resolved. */
const CLOSING_MS = 500

const BEGINNING: Cursor = { segment: 1, record: 0, state: null }
/** Two segments, so that positions do not simply count up. */
const LINES: readonly StoredLine[] = [...Array(40).keys()].map((i) => makeStoredLine(i < 25 ? 1 : 3, i < 25 ? i : i - 25, { body: `record ${i}` }))
const BODIES = LINES.map(({ value }) => value.body)
/** Bodies that break careless writers. */
const AWKWARD: readonly StoredLine[] = [
  { body: 'two\nlines' }, { body: 'a\0b' }, { body: 'quote " comma , back\\slash' }, { body: '\u001b[2Jred\u2028' }, { body: '' }, { body: 'x'.repeat(300_000) },
  { body: { message: { not: 'text' }, __proto_: 1 } }, { body: {} }, { body: { text: '\ud800', long: 1e21 } }, { body: "'); DROP TABLE records; --" },
].map((parts, i) => makeStoredLine(1, i, { ...parts, tags: ['a b', 'quote"'], fields: { 'log.file.path': '/x\ny' }, guessed: ['time'], error: 'bad, "quoted"' }))

export function testOutput(harness: Harness, plugin: OutputPlugin, cases: OutputCases): void {
  const { test, expect } = harness
  const called = `output ${plugin.type}`
  const exact = cases.guarantee === 'exactly-once'
  testOptions(harness, plugin, { valid: cases.valid ?? [cases.options('data')], ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })

  test(`${called} states its guarantee`, () => {
    expect(typeof plugin.guarantee === 'string' && plugin.guarantee.trim() !== '').toBe(true)
  })

  test(`${called} delivers every record, in order`, () =>
    inDirectory(async (directory) => {
      const output = await open(directory)
      await deliverFrom(output, LINES, BEGINNING, { batch: () => 7 })
      await output.close?.()
      expect(await cases.read(directory)).toEqual(BODIES)
    }))

  test(`${called} delivers awkward records`, () =>
    inDirectory(async (directory) => {
      const output = await open(directory)
      await deliverFrom(output, AWKWARD, BEGINNING, { batch: () => 3 })
      await output.close?.()
      expect((await cases.read(directory)).length).toBe(AWKWARD.length)
    }))

  test(`${called} goes on where its cursor stands after a restart`, () =>
    inDirectory(async (directory) => {
      let cursor = BEGINNING
      for (const upTo of [10, 11, 40]) {
        const output = await open(directory)
        cursor = await deliverFrom(output, LINES.slice(0, upTo), cursor, { batch: () => 4 })
        await output.close?.()
      }
      expect(await cases.read(directory)).toEqual(BODIES)
    }))

  for (const crashAfter of [0, 1, 2, 3, 5]) {
    test(`${called} delivers ${exact ? 'exactly' : 'at least'} once when delivery ${crashAfter} is not remembered`, () =>
      inDirectory(async (directory) => {
        const sizes = [9, 4, 13, 2, 6, 1]
        let turn = 0
        const run = (crash: number): DeliveryRun => ({ batch: () => sizes[turn++ % sizes.length] as number, crashAfter: crash })
        let cursor = BEGINNING
        // A second crash hits what the first one left.
        for (const crash of [crashAfter, crashAfter % 2, -1]) {
          const output = await open(directory)
          cursor = await deliverFrom(output, LINES, cursor, run(crash))
          // Only frees the handle: a process that is killed leaves the same in the target.
          await output.close?.()
        }
        const bodies = await cases.read(directory)
        expect(exact ? bodies : [...new Set(bodies)]).toEqual(BODIES)
      }))
  }

  test(`${called} takes the same records again when its cursor could not be saved`, () =>
    inDirectory(async (directory) => {
      const output = await open(directory)
      const cursor = await deliverFrom(output, LINES.slice(0, 5), BEGINNING, { batch: () => 5 })
      await deliverFrom(output, LINES.slice(0, 20), cursor, { batch: () => 20, crashAfter: 0 })
      await deliverFrom(output, LINES, cursor, { batch: () => 8 })
      await output.close?.()
      const bodies = await cases.read(directory)
      expect(exact ? bodies : [...new Set(bodies)]).toEqual(BODIES)
    }))

  test(`${called} leaves the lines it is given as they are`, () =>
    inDirectory(async (directory) => {
      const before = LINES.map(({ text }) => text)
      const output = await open(directory)
      await deliverFrom(output, LINES, BEGINNING, { batch: () => 40 })
      await output.close?.()
      expect(LINES.map(({ bytes }) => bytes.toString())).toEqual(before)
    }))

  test(`${called} leaves no timer, socket or watcher behind`, () =>
    inDirectory(async (directory) => {
      const watch = new ResourceWatch()
      await watch.run(async () => {
        const host = await createHost(plugin, cases.options(directory)).setup()
        await deliverFrom(host.component, LINES, BEGINNING, { batch: () => 40 })
        host.abort()
        await host.component.close?.()
      })
      await eventually(() => watch.left().length === 0, CLOSING_MS)
      watch.end()
      expect(watch.left()).toEqual([])
    }))

  async function open(directory: string): Promise<Output> {
    return (await createHost(plugin, cases.options(directory)).setup()).component
  }
}

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sawlog-output-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
