import { describe, expect, test } from 'vitest'
import type { Component } from '../../core/component.ts'
import { TapWatch } from '../../core/tap-watch.ts'
import { TapWatches } from '../../core/tap-watches.ts'
import { recordsOf } from '../plugins/tap-host.ts'

describe('a look into a plugin', () => {
  test('notes what changed in a record, and what was dropped', () => {
    const watch = new TapWatch()
    const [first, second] = recordsOf(['one', 'two'])
    if (first === undefined || second === undefined) throw new Error('no records')
    const after = watch.look([first, second], 'app/stream')
    first.tags.push('payment')
    first.level = 'error'
    first.fields['user'] = 'a b'
    after?.([first])
    const { rows, skipped } = watch.rows(0)
    expect([skipped, rows.map(({ seq, before, after: text, changes }) => ({ seq, before, text, changes }))]).toEqual([0, [
      { seq: 1, before: 'one', text: 'one', changes: ['level error', '+ tag payment', 'user="a b"'] },
      { seq: 2, before: 'two', text: null, changes: [] },
    ]])
    expect(watch.rows(1).rows.length).toBe(1)
  })

  test('takes a few of a batch and a second, and counts the others', () => {
    let now = 1000
    const watch = new TapWatch(() => now)
    const batch = recordsOf(Array.from({ length: 100 }, (_, i) => `line ${i}`))
    for (let i = 0; i < 5; i++) watch.look(batch, 's')?.(null)
    expect([watch.rows(0).rows.length, watch.rows(0).skipped]).toEqual([10, 490])
    for (let i = 0; i < 50; i++) {
      now += 1000
      watch.look(batch, 's')?.(null)
    }
    // Asked for too long ago: it is over before the 50 s are.
    expect(watch.rows(0).rows.length).toBeLessThanOrEqual(60)
  })

  test('keeps a bounded number of rows of bounded texts, and forgets them', () => {
    let now = 0
    const watch = new TapWatch(() => now)
    const [long] = recordsOf(['x'.repeat(100_000)])
    for (let i = 0; i < 100; i++) {
      now += 1000
      watch.rows(0)
      watch.look(long === undefined ? [] : [long], 's')?.(null)
    }
    const { rows } = watch.rows(0)
    expect([rows.length, rows[0]?.before.length, rows.at(-1)?.seq]).toEqual([60, 4000, 100])
    watch.forget()
    expect(watch.rows(0).rows).toEqual([])
  })

  test('ends when nobody asks for 10 s', () => {
    let now = 0
    const watch = new TapWatch(() => now)
    now = 10_001
    expect([watch.over, watch.look(recordsOf(['a']), 's')]).toEqual([true, undefined])
    watch.rows(0)
    expect(watch.over).toBe(false)
  })
})

describe('the looks of a process', () => {
  const component = (name: string): Component => ({ name, config: { kind: 'source', name }, watch: null }) as unknown as Component

  test('are one a plugin, known by name where it is a source, and not too many', () => {
    const components = Array.from({ length: 25 }, (_, i) => component(`s${i}`))
    const watches = new TapWatches(() => components)
    const first = watches.of('source', 's0')
    expect(first).not.toBe(null)
    expect([watches.of('source', 's0') === first, watches.sources.get('s0') === first, components[0]?.watch === first]).toEqual([true, true, true])
    expect(watches.of('source', 'none')).toBe(null)
    for (const { name } of components.slice(1, 20)) expect(watches.of('source', name)).not.toBe(null)
    expect(watches.of('source', 's20')).toBe(null)
  })
})
