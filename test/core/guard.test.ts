import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Component } from '../../core/component.ts'
import { eachRecord, keepRecords } from '../../core/each-record.ts'
import { guardHooks } from '../../core/guard.ts'
import { createHooks, type HookName, type Hooks } from '../../core/hooks.ts'
import type { Batch } from '../../core/record.ts'
import { batchOf, bodiesOf, componentOf, tapped } from './component-of.ts'

function guarded(): { hooks: Hooks; reports: string[] } {
  const hooks = createHooks()
  const reports: string[] = []
  guardHooks(hooks, (component, level, message, remedy) => {
    expect(remedy).toMatch(/\.$/)
    reports.push(`${level} ${component}: ${message}`)
  })
  return { hooks, reports }
}

const fail = (): never => {
  throw new Error('no luck')
}
const cost = (component: Component, hook: HookName): object => component.costOf(hook)
const push = (tag: string) => (batch: Batch): void => eachRecord(batch, (record) => void record.tags.push(tag))

afterEach(() => vi.useRealTimers())

describe('a tap of a sync hook', () => {
  test('that throws is named, counted and timed, and its siblings run', () => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'tagger', push('before'), { name: 'before' })
    const bad = tapped(hooks, 'tagger', fail, { name: 'bad' })
    const after = tapped(hooks, 'tagger', push('after'), { name: 'after' })
    const batch = batchOf('a')
    hooks.tag.call(batch)
    hooks.tag.call(batch)
    expect(batch.records[0]?.tags).toEqual(['before', 'after', 'before', 'after'])
    expect(reports).toEqual(['error bad: cannot complete tag: no luck', 'error bad: cannot complete tag: no luck'])
    expect(cost(bad, 'tag')).toMatchObject({ hook: 'tag', calls: 2, errors: 2, lastError: 'no luck' })
    expect(cost(after, 'tag')).toMatchObject({ calls: 2, errors: 0, lastError: null, ms: expect.any(Number) })
  })

  test('is timed', () => {
    const { hooks } = guarded()
    const slow = tapped(hooks, 'tagger', () => {
      const end = performance.now() + 5
      while (performance.now() < end);
    })
    hooks.tag.call(batchOf('a'))
    expect(slow.costOf('tag').ms).toBeGreaterThanOrEqual(5)
  })

  test('that fails on single records fails for these alone', () => {
    const { hooks, reports } = guarded()
    const bad = tapped(hooks, 'tagger', (batch) => eachRecord(batch, (record) => (record.line.includes('x') ? fail() : void record.tags.push('ok'))))
    const batch = batchOf('a', 'x1', 'b', 'x2')
    hooks.tag.call(batch)
    expect(batch.records.map(({ tags }) => tags.length)).toEqual([1, 0, 1, 0])
    expect(reports).toEqual(["error tagger: cannot complete tag: 2 of the batch's records failed; the first: no luck"])
    expect(cost(bad, 'tag')).toMatchObject({ errors: 2 })
  })

  const promises: ReadonlyArray<[string, () => unknown]> = [
    ['that rejects', () => Promise.reject(new Error('unseen'))], ['that resolves', () => Promise.resolve()],
    // oxlint-disable-next-line no-thenable -- an object that only looks like a promise is what this is about
    ['of another library', () => ({ then: (_done: unknown, failed: (error: Error) => void) => failed(new Error('unseen')) })],
  ]
  test.each(promises)('must not return a promise %s', async (_name, make) => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'tagger', make)
    hooks.tag.call(batchOf('a'))
    expect(reports).toEqual(['error tagger: cannot complete tag: it returned a promise, which this hook does not wait for'])
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
  })

  test('may throw anything', () => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'tagger', () => {
      throw 'a string'
    })
    tapped(hooks, 'tagger', () => {
      throw null
    }, { name: 'second' })
    tapped(hooks, 'tagger', () => {
      throw new Error('x'.repeat(10_000))
    }, { name: 'third' })
    hooks.tag.call(batchOf('a'))
    expect(reports.slice(0, 2)).toEqual(['error tagger: cannot complete tag: a string', 'error second: cannot complete tag: null'])
    expect(reports[2]?.length).toBeLessThan(600)
  })

  test('of `problem` is counted, not reported: the report would come back to it', () => {
    const { hooks, reports } = guarded()
    const component = componentOf('tagger')
    component.taps.push({ hook: 'problem', key: null, async: false, options: { name: 'tagger' }, fn: fail })
    component.tapInto(hooks)
    hooks.problem.call({ component: 'x', level: 'warn', message: 'm', remedy: 'r', time: 0 })
    expect([reports, component.costOf('problem').errors]).toEqual([[], 1])
  })

  test('of `detect` that throws leaves the choice to the next', () => {
    const { hooks, reports } = guarded()
    for (const [name, fn] of [['bad', fail], ['good', () => 'good']] as const) {
      const component = componentOf('parser', { name })
      component.taps.push({ hook: 'detect', key: null, async: false, options: { name }, fn })
      component.tapInto(hooks)
    }
    expect(hooks.detect.call({ stream: 's', source: 's', lines: ['a'] })).toBe('good')
    expect(reports).toEqual(['error bad: cannot complete detect: no luck'])
  })

  const meddling: ReadonlyArray<[string, (batch: Batch) => void]> = [
    ['replaces it', (batch) => void Object.assign(batch, { records: [] })],
    ['takes it away', (batch) => void Object.assign(batch, { records: null })],
    ['shortens it', (batch) => void (batch.records.length = 1)],
    ['adds to it', (batch) => void batch.records.push(null as never)],
    // oxlint-disable-next-line no-array-reverse -- in place is what this is about
    ['turns it around', (batch) => void batch.records.reverse()],
    ['empties it and throws', (batch) => ((batch.records.length = 0), fail())],
  ]
  test.each(meddling)('of parsers and taggers cannot change the list of records: one that %s', (_name, fn) => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'tagger', fn)
    tapped(hooks, 'parser', fn, { name: 'p' })
    const batch = batchOf('a', 'b')
    hooks.parse.get('p')?.call(batch)
    hooks.tag.call(batch)
    expect(bodiesOf(batch)).toEqual(['a', 'b'])
    const why = fn.toString().includes('fail()') ? 'no luck' : 'it changed the list of records, which only a filter may'
    expect(reports).toEqual([`error p: cannot complete parse: ${why}`, `error tagger: cannot complete tag: ${why}`])
  })
})

describe('a parser', () => {
  test('that throws keeps the lines, marked with the reason', () => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'parser', (batch) => {
      ;(batch.records[0] as { error: string }).error = 'its own reason'
      fail()
    }, { name: 'mine' })
    const batch = batchOf('a', 'b')
    hooks.parse.get('mine')?.call(batch)
    expect(batch.records.map(({ line, error }) => [line, error])).toEqual([['a', 'its own reason'], ['b', 'parser mine failed: no luck']])
    expect(reports).toEqual(['error mine: cannot complete parse: no luck'])
  })

  test('that throws on one record marks that one', () => {
    const { hooks } = guarded()
    tapped(hooks, 'parser', (batch) => eachRecord(batch, ({ line }) => (line === 'b' ? fail() : undefined)), { name: 'mine' })
    const batch = batchOf('a', 'b', 'c')
    hooks.parse.get('mine')?.call(batch)
    expect(batch.records.map(({ error }) => error !== null)).toEqual([false, true, false])
  })

  test('with a mistyped name is not made by asking for it', () => {
    const { hooks } = guarded()
    tapped(hooks, 'parser', () => undefined, { name: 'mine' })
    expect([hooks.parse.get('mien'), hooks.parse.get('mien')]).toEqual([undefined, undefined])
  })
})

describe('a filter', () => {
  const wrong: ReadonlyArray<[string, (batch: Batch) => unknown]> = [
    ['empties the batch and throws', (batch) => ((batch.records.length = 0), fail())],
    ['returns nothing', () => undefined],
    ['returns null', () => null],
    ['returns the records alone', (batch) => batch.records],
    ['returns a batch without records', () => ({})],
    ['returns what are no records', (batch) => ({ ...batch, records: [null, {}] })],
    ['returns a promise', (batch) => Promise.resolve(batch)],
  ]
  test.each(wrong)('that %s keeps its batch', (_name, fn) => {
    const { hooks, reports } = guarded()
    const bad = tapped(hooks, 'filter', fn)
    const seen = vi.fn((batch: Batch) => batch)
    tapped(hooks, 'filter', seen, { name: 'next' })
    const result = hooks.filter.call(batchOf('a', 'b'))
    expect(bodiesOf(result)).toEqual(['a', 'b'])
    expect(seen).toHaveBeenCalledOnce()
    expect([reports.length, bad.costOf('filter').errors]).toEqual([1, 1])
  })

  test('that throws on one record keeps that one, and drops what it would have dropped', () => {
    const { hooks } = guarded()
    tapped(hooks, 'filter', (batch) => keepRecords(batch, ({ line }) => (line === 'x' ? fail() : line === 'keep')))
    expect(bodiesOf(hooks.filter.call(batchOf('keep', 'drop', 'x', 'keep')))).toEqual(['keep', 'x', 'keep'])
  })

  test('that must redact stores nothing in clear when it throws', () => {
    const { hooks } = guarded()
    tapped(hooks, 'filter', fail, { onError: 'withhold' })
    const batch = batchOf('secret', 'secret')
    Object.assign((batch.records[0] as { fields: object }).fields, { card: 'secret' })
    const { records } = hooks.filter.call(batch)
    expect(records).toHaveLength(2)
    for (const record of records) {
      expect(JSON.stringify([record.body, record.line, record.readFields, record.tags])).not.toContain('secret')
      expect(record.error).toBe('withheld because redaction failed')
    }
  })

  test('that must redact withholds only the record it failed on', () => {
    const { hooks } = guarded()
    tapped(hooks, 'filter', (batch) => (eachRecord(batch, (record) => (record.line === 'x' ? fail() : record.replaceBody('***'))), batch), { onError: 'withhold' })
    expect(bodiesOf(hooks.filter.call(batchOf('a', 'x', 'b')))).toEqual(['***', expect.stringContaining('withheld'), '***'])
  })
})

describe('a tap of an async hook', () => {
  const live = (hooks: Hooks, hook: 'start' | 'stop' | 'sweep', name: string, fn: () => unknown): Component => {
    const component = componentOf('retention', { name })
    component.taps.push({ hook, key: null, async: true, options: { name }, fn })
    component.tapInto(hooks)
    return component
  }

  test.each([['rejects', () => Promise.reject(new Error('no luck'))], ['throws', fail]])('that %s is reported and the next one runs', async (_name, fn) => {
    const { hooks, reports } = guarded()
    const bad = live(hooks, 'start', 'bad', fn)
    const next = vi.fn(() => Promise.resolve())
    live(hooks, 'start', 'next', next)
    await hooks.start.promise(new AbortController().signal)
    expect(next).toHaveBeenCalledOnce()
    expect([reports, bad.costOf('start')]).toEqual([['error bad: cannot complete start: no luck'], expect.objectContaining({ calls: 1, errors: 1, lastError: 'no luck' })])
  })

  test.each([['start', 10], ['stop', 5], ['sweep', 60]] as const)('of %s has %d s', async (hook, seconds) => {
    vi.useFakeTimers()
    const { hooks, reports } = guarded()
    live(hooks, hook, 'endless', () => new Promise(() => undefined))
    const next = vi.fn(() => Promise.resolve())
    live(hooks, hook, 'next', next)
    const done = hooks[hook].promise({} as never)
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
    expect(next).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await done
    expect(next).toHaveBeenCalledOnce()
    expect(reports).toEqual([`error endless: cannot complete ${hook}: it did not finish within ${seconds} s`])
    expect(vi.getTimerCount()).toBe(0)
  })
})
