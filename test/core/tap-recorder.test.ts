import { describe, expect, test, vi } from 'vitest'
import type { Kind } from '../../core/define-plugin.ts'
import { keepRecords } from '../../core/each-record.ts'
import { guardHooks } from '../../core/guard.ts'
import { createHooks, type Hooks } from '../../core/hooks.ts'
import type { Batch } from '../../core/record.ts'
import { tapRecorder } from '../../core/tap-recorder.ts'
import { batchOf, bodiesOf, componentOf, tapped } from './component-of.ts'

type Taps = Record<string, { tap?: (...args: unknown[]) => void; tapPromise?: (...args: unknown[]) => void; for?: (name: string) => { tap(...args: unknown[]): void } }>

const tapsOf = (kind: Kind, name = 'mine'): { taps: Taps; component: ReturnType<typeof componentOf> } => {
  const component = componentOf(kind, { name })
  return { taps: tapRecorder(component, null) as Taps, component }
}

function guarded(): { hooks: Hooks; reports: string[] } {
  const hooks = createHooks()
  const reports: string[] = []
  guardHooks(hooks, (component, _level, message) => void reports.push(`${component}: ${message}`))
  return { hooks, reports }
}

describe("a plugin's view of the hooks", () => {
  const life = ['committed', 'problem', 'start', 'stop']
  const kinds: ReadonlyArray<[Kind, string[]]> = [
    ['source', [...life, 'routes']], ['parser', [...life, 'detect', 'parse']], ['tagger', [...life, 'tag']], ['filter', [...life, 'filter', 'show']],
    ['output', []], ['retention', [...life, 'sweep']],
  ]
  test.each(kinds)('gives a %s the hooks of its kind', (kind, names) => {
    expect(Object.keys(tapsOf(kind).taps).sort()).toEqual(names.sort())
  })

  test('can be tapped, not called or changed', () => {
    const { taps } = tapsOf('tagger')
    expect(Object.keys(taps['tag'] as object)).toEqual(['tap'])
    expect(Object.keys(taps['start'] as object)).toEqual(['tapPromise'])
    expect([Object.isFrozen(taps), Object.isFrozen(taps['tag'])]).toEqual([true, true])
  })

  test('records taps under the name of the component, whatever name is given', () => {
    const { taps, component } = tapsOf('tagger')
    taps['tag']?.tap?.({ name: 'somebody else', stage: 5 }, () => undefined)
    taps['start']?.tapPromise?.('other', async () => undefined)
    expect(component.taps.map(({ hook, async, options }) => [hook, async, options])).toEqual([['tag', false, { name: 'mine', stage: 5 }], ['start', true, { name: 'mine' }]])
  })

  test('repeats what was recorded in every generation, in order of stage', () => {
    const order: string[] = []
    const components = [['late', 10], ['plain', undefined], ['early', -10]].map(([name, stage]) => {
      const { taps, component } = tapsOf('tagger', String(name))
      taps['tag']?.tap?.(stage === undefined ? name : { name, stage }, () => void order.push(String(name)))
      return component
    })
    for (let generation = 0; generation < 2; generation++) {
      const { hooks } = guarded()
      for (const component of components) component.tapInto(hooks)
      hooks.tag.call(batchOf('a'))
    }
    expect(order).toEqual(['early', 'plain', 'late', 'early', 'plain', 'late'])
  })

  test('refuses mistakes where they are made', () => {
    const parser = tapsOf('parser').taps
    expect(() => parser['parse']?.for?.('json')).toThrow("a parser may tap only its own name: hooks.parse.for(name), not for('json')")
    const tagger = tapsOf('tagger').taps
    expect(() => tagger['tag']?.tap?.('mine')).toThrow('hooks.tag.tap needs a function as its second argument')
    tagger['tag']?.tap?.('mine', () => undefined)
    expect(() => tagger['tag']?.tap?.('mine', () => undefined)).toThrow('it taps tag twice')
  })
})

describe('`when`', () => {
  test('gives a tagger the records that match, and is not called for none', () => {
    const { hooks } = guarded()
    const seen: unknown[][] = []
    tapped(hooks, 'tagger', (batch) => void seen.push(bodiesOf(batch)), { when: 'red' })
    const batch = batchOf('red 1', 'blue', 'red 2')
    hooks.tag.call(batch)
    hooks.tag.call(batchOf('blue'))
    expect(seen).toEqual([['red 1', 'red 2']])
    expect(bodiesOf(batch)).toEqual(['red 1', 'blue', 'red 2'])
  })

  const check = (fn: (batch: Batch) => unknown, want: unknown[], reported: string[] = [], onError: 'keep' | 'withhold' = 'keep'): void => {
    const { hooks, reports } = guarded()
    tapped(hooks, 'filter', fn, { when: 'red', onError })
    expect(bodiesOf(hooks.filter.call(batchOf('blue 1', 'red 1', 'blue 2', 'red 2')))).toEqual(want)
    expect(reports).toEqual(reported)
  }
  const drop = (line: string) => (batch: Batch): Batch => keepRecords(batch, (record) => record.line !== line)

  test('lets the others past a filter in their place', () => {
    check((batch) => batch, ['blue 1', 'red 1', 'blue 2', 'red 2'])
    check(drop('red 1'), ['blue 1', 'blue 2', 'red 2'])
    check((batch) => ({ ...batch, records: [] }), ['blue 1', 'blue 2'])
    check(drop('blue 1'), ['blue 1', 'red 1', 'blue 2', 'red 2'])
  })

  test('does not call a filter for none', () => {
    const { hooks } = guarded()
    const fn = vi.fn((batch: Batch) => batch)
    tapped(hooks, 'filter', fn, { when: 'red' })
    expect(bodiesOf(hooks.filter.call(batchOf('blue')))).toEqual(['blue'])
    expect(fn).not.toHaveBeenCalled()
  })

  const failing = (batch: Batch): Batch => keepRecords(batch, ({ line }) => {
    if (line === 'red 2') throw new Error('no luck')
    return false
  })
  test('keeps what a filter failed on, and nothing else of what it would drop', () => {
    check(failing, ['blue 1', 'blue 2', 'red 2'], ["filter: cannot complete filter: 1 of the batch's records failed; the first: no luck"])
    check(() => undefined, ['blue 1', 'red 1', 'blue 2', 'red 2'], ['filter: cannot complete filter: a filter must return the batch with the records that stay'])
  })

  test('withholds what was to be redacted, not what was never handed over', () => {
    const withheld = expect.stringContaining('withheld') as unknown
    const thrower = (): never => {
      throw new Error('no luck')
    }
    check(thrower, ['blue 1', withheld, 'blue 2', withheld], ["filter: cannot complete filter: 2 of the batch's records failed; the first: no luck"], 'withhold')
    check(failing, ['blue 1', 'blue 2', withheld], ["filter: cannot complete filter: 1 of the batch's records failed; the first: no luck"], 'withhold')
  })
})
