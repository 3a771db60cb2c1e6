import { afterEach, expect, test, vi } from 'vitest'
import { assemble, type Generation, SetupError, type Workshop } from '../../core/assemble.ts'
import type { Component } from '../../core/component.ts'
import type { AnyComponentConfig, Config } from '../../core/config/config.ts'
import type { Kind } from '../../core/define-plugin.ts'
import { type ComponentInit, configOf } from './component-of.ts'

function workshop(): { workshop: Workshop; reports: string[]; known: string[] } {
  const reports: string[] = []
  const known: string[] = []
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const port = { emit: () => Promise.reject(new Error('unused')), close: () => undefined }
  const parts = {
    journal: { id: 'journal-1', answers: {} }, intake: { port: () => port, rename: () => Promise.resolve() }, log: { for: () => logger }, bodies: {},
    report: (component: string, level: string, message: string) => void reports.push(`${level} ${component}: ${message}`),
    sender: () => 'anonymous', count: () => undefined, know: ({ name }: Component) => void known.push(name),
  }
  return { workshop: parts as unknown as Workshop, reports, known }
}

function configWith(...entries: readonly AnyComponentConfig[]): Config {
  const of = (kind: Kind): AnyComponentConfig[] => entries.filter((entry) => entry.kind === kind)
  return { sources: of('source'), parsers: of('parser'), taggers: of('tagger'), filters: of('filter'), outputs: of('output'), retention: of('retention') } as unknown as Config
}

/** A tagger whose setup says so and remembers its signal. */
function tagger(name: string, fingerprint: string, setups: string[], signals: Map<string, AbortSignal> = new Map()): AnyComponentConfig {
  const setup: NonNullable<ComponentInit['setup']> = (_options, context: { signal: AbortSignal; hooks: { tag: { tap(name: string, fn: () => void): void } } }) => {
    setups.push(`${name} ${fingerprint}`)
    signals.set(`${name} ${fingerprint}`, context.signal)
    context.hooks.tag.tap(name, () => undefined)
  }
  return configOf('tagger', { name, fingerprint, setup })
}

const names = ({ components }: Generation): string[] => components.map(({ name }) => name)

afterEach(() => vi.useRealTimers())

test('components are set up in the order of the records\' way, outputs before sources', async () => {
  const order: string[] = []
  const entry = (kind: Kind, result: unknown): AnyComponentConfig => configOf(kind, { setup: () => (order.push(kind), result) })
  const { workshop: shop, known } = workshop()
  await assemble(configWith(entry('source', { start() {}, stop() {} }), entry('output', { deliver() {} }), entry('retention', undefined), entry('filter', undefined), entry('tagger', undefined), entry('parser', undefined)), null, shop, false)
  expect(order).toEqual(['parser', 'tagger', 'filter', 'output', 'retention', 'source'])
  expect(known).toEqual(order)
})

test('a reload keeps what did not change, with its taps, and sets up the rest', async () => {
  const setups: string[] = []
  const { workshop: shop } = workshop()
  const first = await assemble(configWith(tagger('kept', '1', setups), tagger('changed', '1', setups), tagger('gone', '1', setups)), null, shop, false)
  const next = await assemble(configWith(tagger('changed', '2', setups), tagger('kept', '1', setups), tagger('new', '1', setups)), first, shop, true)
  expect(setups).toEqual(['kept 1', 'changed 1', 'gone 1', 'changed 2', 'new 1'])
  expect(names(next)).toEqual(['changed', 'kept', 'new'])
  expect(next.components[1]).toBe(first.components[0])
  expect(next.components[0]).not.toBe(first.components[1])
  expect(next.hooks.tag.taps.map(({ name }) => name)).toEqual(['changed', 'kept', 'new'])
  expect(first.hooks.tag.taps.map(({ name }) => name)).toEqual(['kept', 'changed', 'gone'])
})

test('a component of one kind is not taken for one of another with the same name', async () => {
  const { workshop: shop } = workshop()
  const first = await assemble(configWith(configOf('tagger', { name: 'same', fingerprint: 'f' })), null, shop, false)
  const next = await assemble(configWith(configOf('filter', { name: 'same', fingerprint: 'f' })), first, shop, true)
  expect(next.components[0]?.config.kind).toBe('filter')
})

test('a reload whose setup fails throws, tells those it had made to stop, and leaves the old ones alone', async () => {
  const setups: string[] = []
  const signals = new Map<string, AbortSignal>()
  const { workshop: shop, reports } = workshop()
  const old = await assemble(configWith(tagger('kept', '1', setups, signals)), null, shop, false)
  const bad = configOf('tagger', { name: 'bad', setup: () => { throw new Error('no luck') } })
  const attempt = assemble(configWith(tagger('kept', '1', setups, signals), tagger('made', '1', setups, signals), bad), old, shop, true)
  await expect(attempt).rejects.toThrow(new SetupError('cannot set up tagger bad: no luck'))
  expect([signals.get('kept 1')?.aborted, signals.get('made 1')?.aborted]).toEqual([false, true])
  expect(old.hooks.tag.taps.map(({ name }) => name)).toEqual(['kept'])
  expect(reports).toEqual([])
})

test('at start a failing setup is reported and the others run; a later reload tries it again', async () => {
  const setups: string[] = []
  const { workshop: shop, reports } = workshop()
  let works = false
  const flaky = configOf('tagger', { name: 'flaky', setup: (_options, { hooks }: { hooks: { tag: { tap(name: string, fn: () => void): void } } }) => {
    hooks.tag.tap('flaky', () => undefined)
    if (!works) throw new Error('no luck')
  } })
  const first = await assemble(configWith(flaky, tagger('good', '1', setups)), null, shop, false)
  expect(reports).toEqual(['error flaky: cannot set up tagger flaky: no luck'])
  expect([first.components[0]?.failed, first.components[0]?.stopper.signal.aborted]).toEqual(['no luck', true])
  expect(first.hooks.tag.taps.map(({ name }) => name)).toEqual(['good'])
  works = true
  const next = await assemble(configWith(flaky, tagger('good', '1', setups)), first, shop, true)
  expect([next.components[0]?.failed, next.hooks.tag.taps.length]).toEqual([null, 2])
})

test('a filter that must redact prevents the start when it cannot be set up', async () => {
  const { workshop: shop } = workshop()
  const fails = (onError: 'keep' | 'withhold'): Promise<Generation> => assemble(configWith(configOf('filter', { name: 'redact', onError, setup: () => Promise.reject(new Error('no luck')) })), null, shop, false)
  await expect(fails('withhold')).rejects.toThrow(new SetupError('cannot set up filter redact: no luck'))
  expect((await fails('keep')).components[0]?.failed).toBe('no luck')
})

test.each<[Kind, unknown, string]>([
  ['source', undefined, "a source's setup must return an object with start() and stop()"],
  ['source', { start() {} }, "a source's setup must return an object with start() and stop()"],
  ['output', { write() {} }, "an output's setup must return an object with deliver()"],
  ['output', null, "an output's setup must return an object with deliver()"],
])('what the setup of a %s returns is checked: %j', async (kind, result, message) => {
  const { workshop: shop } = workshop()
  expect((await assemble(configWith(configOf(kind, { setup: () => result })), null, shop, false)).components[0]?.failed).toBe(message)
})

test('a setup that never ends is given up after 10 s', async () => {
  vi.useFakeTimers()
  const { workshop: shop } = workshop()
  const assembled = assemble(configWith(configOf('output', { setup: () => new Promise(() => undefined) })), null, shop, false)
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await assembled).components[0]?.failed).toBe('setup did not finish within 10 s')
  expect(vi.getTimerCount()).toBe(0)
})
