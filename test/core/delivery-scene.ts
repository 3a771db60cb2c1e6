// Outputs made of a function, each with a real delivery loop on a real journal.
import { rmSync } from 'node:fs'
import { afterEach, expect } from 'vitest'
import type { Component } from '../../core/component.ts'
import { compileWhen } from '../../core/compile-when.ts'
import type { CommonKeys } from '../../core/config/common-keys.ts'
import type { Delivered, Output } from '../../core/define-plugin.ts'
import { Delivery } from '../../core/delivery.ts'
import type { JournalOptions } from '../../core/journal/journal-options.ts'
import type { Cursor } from '../../core/journal/stored-line.ts'
import { componentOf } from './component-of.ts'
import { append, freshDirectory, openAt, type Opened } from './journal/journal-at.ts'

export type Deliver = (bodies: readonly number[], cursor: Cursor, signal: AbortSignal, lines: Parameters<Output['deliver']>[0]) => Promise<Delivered | void> | Delivered | void

interface Started {
  readonly delivery: Delivery
  readonly component: Component
  /** `n` of every line delivered successfully, in order. */
  readonly got: number[]
}

interface Settings {
  readonly name?: string
  readonly when?: string
  readonly common?: object
  readonly deliver?: Deliver
  readonly more?: Partial<Output>
}

interface Scene extends Opened {
  readonly problems: string[]
  /** Appends `{n}` for each number, durable when it resolves, and wakes whoever was started. */
  add(from: number, to: number): Promise<void>
  start(settings?: Settings): Started
}

const cleanups: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

export async function scene(options: Partial<JournalOptions> = {}): Promise<Scene> {
  const directory = freshDirectory()
  const opened = await openAt(directory, options)
  const started: Delivery[] = []
  const problems: string[] = []
  cleanups.push(async () => {
    for (const delivery of started) await delivery.stop(false)
    await opened.journal.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    ...opened, problems,
    async add(from, to) {
      await append(opened.journal, 's', from, Array.from({ length: to - from }, (_, index) => ({ n: from + index })))
      for (const delivery of started) delivery.wake()
    },
    start({ name = 'out', when, common = {}, deliver = () => undefined, more = {} } = {}) {
      const component = componentOf('output', { name, common: { start: 'beginning', batch: { wait: '0ms' }, ...common } })
      const got: number[] = []
      component.output = {
        async deliver(lines, cursor, signal) {
          const bodies = lines.map(({ value }) => (value.body as { n: number }).n)
          const result = await deliver(bodies, cursor, signal, lines)
          const next = result?.cursor
          got.push(...lines.filter((line) => next === undefined || line.segment < next.segment || (line.segment === next.segment && line.record < next.record)).map(({ value }) => (value.body as { n: number }).n))
          return result
        },
        ...more,
      }
      const delivery = new Delivery(component, component.config.common as CommonKeys['output'], compileWhen(when ?? null), {
        journal: opened.journal, now: Date.now, report: (who, level, message, remedy) => {
          expect(remedy).toMatch(/\.$/)
          problems.push(`${level} ${who}: ${message}`)
        },
      })
      started.push(delivery)
      delivery.start()
      return { delivery, component, got }
    },
  }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

/** Fails with what was found last. */
export async function eventually(look: () => unknown, want: unknown): Promise<void> {
  const end = Date.now() + 10_000
  while (Date.now() < end && JSON.stringify(look()) !== JSON.stringify(want)) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(look()).toEqual(want)
}
