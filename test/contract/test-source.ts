// The contract of a source: every line reaches the intake, positions with it; it stops when told and leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourcePlugin } from '../../core/define-plugin.ts'
import type { Position } from '../../core/journal/commit.ts'
import { createHost, type Host } from './create-host.ts'
import { eventually } from './eventually.ts'
import type { Harness } from './harness.ts'
import { ResourceWatch } from './resource-watch.ts'
import { testOptions, type OptionCases } from './test-options.ts'

/** Node tells of a closed handle a turn or two after `stop` has resolved. */
const CLOSING_MS = 500

export interface SourceCases extends Partial<OptionCases> {
  /** Options for an empty directory that is the test's own. */
  options(directory: string): object
  /** Makes `lines` arrive at the source, which may or may not run: writes a file, posts a request. Omit where the source makes its lines itself. */
  feed?(directory: string, lines: readonly string[], host: Host<SourcePlugin>): Promise<void>
  /** `exactly-once`: goes on after a restart where it stood, also with lines that came meanwhile. `none`: remembers nothing. */
  readonly restart: 'exactly-once' | 'none'
  /** How long a line may take to arrive, ms; 5000 by default. */
  readonly patienceMs?: number
}

export function testSource(harness: Harness, plugin: SourcePlugin, cases: SourceCases): void {
  const { test, expect } = harness
  const called = `source ${plugin.type}`
  const { feed, patienceMs = 5000 } = cases
  testOptions(harness, plugin, { valid: cases.valid ?? [cases.options('data')], ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })

  const open = async (directory: string, positions?: ReadonlyMap<string, Position>): Promise<Host<SourcePlugin>> =>
    createHost(plugin, cases.options(directory), positions === undefined ? {} : { positions }).setup()
  const start = async (host: Host<SourcePlugin>) => {
    await host.start()
    await host.component.start(host.context.signal)
  }
  const stop = async (host: Host<SourcePlugin>) => {
    await host.component.stop()
    host.abort()
    await host.stop()
  }
  const arrived = (host: Host<SourcePlugin>, count: number) => eventually(() => host.intake.lines.length >= count, patienceMs)

  test(`${called} emits nothing before it is started`, () =>
    inDirectory(async (directory) => {
      const host = await open(directory)
      expect(host.intake.emitted.length).toBe(0)
      await stop(host)
    }))

  test(`${called} stops when it is told, and emits nothing afterwards`, () =>
    inDirectory(async (directory) => {
      const host = await open(directory)
      await start(host)
      if (feed === undefined) await arrived(host, 1)
      await stop(host)
      const { length } = host.intake.emitted
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
      expect(host.intake.emitted.length).toBe(length)
      expect(host.intake.emitted.filter(({ durable }) => !durable).length).toBe(0)
      expect(host.faults).toEqual([])
    }))

  test(`${called} leaves no timer, socket or watcher behind`, () =>
    inDirectory(async (directory) => {
      const watch = new ResourceWatch()
      await watch.run(async () => {
        const host = await open(directory)
        await start(host)
        await stop(host)
      })
      await eventually(() => watch.left().length === 0, CLOSING_MS)
      watch.end()
      expect(watch.left()).toEqual([])
    }))

  if (feed === undefined) {
    test(`${called} makes lines`, () =>
      inDirectory(async (directory) => {
        const host = await open(directory)
        await start(host)
        expect(await arrived(host, 3)).toBe(true)
        await stop(host)
      }))
    return
  }

  test(`${called} brings every line, in order`, () =>
    inDirectory(async (directory) => {
      const host = await open(directory)
      await start(host)
      const lines = numbered(0, 100)
      await feed(directory, lines, host)
      await arrived(host, lines.length)
      expect(host.intake.lines).toEqual(lines)
      await stop(host)
    }))

  test(`${called} keeps awkward text as it is`, () =>
    inDirectory(async (directory) => {
      const host = await open(directory)
      await start(host)
      const lines = ['é😀', '\u001b[31mred', 'tab\there', '{"a":"b"}', 'quote " and \\', 'x'.repeat(100_000), 'a\u2028b', ' end ']
      await feed(directory, lines, host)
      await arrived(host, lines.length)
      expect(host.intake.lines).toEqual(lines)
      await stop(host)
    }))

  if (cases.restart !== 'exactly-once') return

  test(`${called} goes on after a restart where it stood`, () =>
    inDirectory(async (directory) => {
      const seen: string[] = []
      let positions: ReadonlyMap<string, Position> = new Map()
      for (const part of [0, 1, 2]) {
        const host = await open(directory, positions)
        await feed(directory, numbered(part * 30, 10), host)
        await start(host)
        await feed(directory, numbered(part * 30 + 10, 20), host)
        await arrived(host, 30)
        await stop(host)
        seen.push(...host.intake.lines)
        positions = new Map(host.intake.positions)
      }
      expect(seen).toEqual(numbered(0, 90))
    }))

  test(`${called} brings again what was not durable when it was killed`, () =>
    inDirectory(async (directory) => {
      const first = await open(directory)
      await start(first)
      await feed(directory, numbered(0, 10), first)
      await arrived(first, 10)
      first.intake.holding = true
      await feed(directory, numbered(10, 10), first)
      await eventually(() => first.intake.emitted.flatMap(({ lines }) => lines).length >= 20, patienceMs)
      // What a killed process leaves: the positions that were durable then.
      const positions = new Map(first.intake.positions)
      const durable = first.intake.lines
      first.intake.holding = false
      first.intake.commit()
      await stop(first)
      const second = await open(directory, positions)
      await start(second)
      await arrived(second, 10)
      expect([...durable, ...second.intake.lines]).toEqual(numbered(0, 20))
      await stop(second)
    }))
}

function numbered(from: number, count: number): string[] {
  return [...Array(count).keys()].map((i) => `line ${from + i}`)
}

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sawlog-source-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
