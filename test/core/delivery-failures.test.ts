import { describe, expect, test } from 'vitest'
import { Reject, Retry } from '../../core/delivery-errors.ts'
import type { Cursor } from '../../core/journal/stored-line.ts'
import { eventually, range, scene } from './delivery-scene.ts'

describe('an output that fails', () => {
  test('gets the same lines again, is named with its reason, and catches up', async () => {
    const { add, start, problems } = await scene()
    await add(0, 5)
    const tries: number[][] = []
    let down = true
    const { delivery, component, got } = start({ deliver: (bodies) => {
      tries.push([...bodies])
      if (down) throw new Error('no luck')
    } })
    await eventually(() => tries.length >= 2, true)
    expect(delivery.status()).toMatchObject({ state: 'retrying', lag: 5, delivered: 0, lastError: 'cannot deliver: no luck' })
    await add(5, 8)
    down = false
    await eventually(() => got, range(0, 8))
    expect(new Set(tries.slice(0, -2).map(String)).size).toBeLessThanOrEqual(1)
    expect(problems.every((problem) => problem === 'error out: cannot deliver: no luck')).toBe(true)
    expect(delivery.status()).toMatchObject({ state: 'running', lag: 0, delivered: 8, errors: problems.length })
    expect(component.costOf('committed')).toMatchObject({ errors: problems.length, lastError: 'no luck' })
  })

  test('is asked again when it said, not before', async () => {
    const { add, start } = await scene()
    await add(0, 1)
    const at: number[] = []
    const { got } = start({ deliver: () => {
      at.push(performance.now())
      if (at.length === 1) throw new Retry('busy', 400)
    } })
    await eventually(() => got, [0])
    // A timer of Node may be up to a millisecond early.
    expect((at[1] as number) - (at[0] as number)).toBeGreaterThanOrEqual(399)
  })

  test('with Reject has the lines counted as refused and passed over', async () => {
    const { add, start, problems } = await scene()
    await add(0, 5)
    const { delivery, got } = start({ common: { batch: { records: 5, wait: '0ms' } }, deliver: (bodies) => {
      if (bodies.includes(0)) throw new Reject('malformed')
    } })
    await add(5, 10)
    await eventually(() => got, range(5, 10))
    expect(delivery.status()).toMatchObject({ rejected: 5, delivered: 5, lag: 0 })
    expect(problems).toEqual(['error out: the target refused 5 records: malformed'])
  })

  test('with a cursor that is none gets the lines again', async () => {
    const { add, start, journal, problems } = await scene()
    await add(0, 3)
    let calls = 0
    const { got } = start({ deliver: () => (++calls === 1 ? { cursor: { record: 'x' } as unknown as Cursor } : undefined) })
    await eventually(() => calls, 2)
    await eventually(() => journal.store.cursor('out')?.record, 3)
    expect(got.slice(-3)).toEqual([0, 1, 2])
    expect(problems).toEqual(['error out: cannot deliver: the output returned a cursor without segment and record'])
  })

  test('holds up nobody else', async () => {
    const { add, start } = await scene()
    const dead = start({ name: 'dead', deliver: (_bodies, _cursor, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)) })
    const down = start({ name: 'down', deliver: () => Promise.reject(new Error('no luck')) })
    const well = start({ name: 'well' })
    for (let n = 0; n < 10; n++) await add(n, n + 1)
    await eventually(() => well.got, range(0, 10))
    expect([dead.got, down.got, dead.delivery.status().lag, down.delivery.status().lag]).toEqual([[], [], 10, 10])
  })

  test('in its flush has everything since the saved cursor written again, with the state of then', async () => {
    const { add, start, problems, journal } = await scene()
    await add(0, 4)
    let broken = true
    const handed: Cursor[] = []
    const { got } = start({ deliver: (_bodies, cursor, _signal, lines) => {
      handed.push(cursor)
      return { cursor: { segment: 1, record: (lines.at(-1)?.record as number) + 1, state: { file: 'open' } } }
    }, more: { flush: () => {
      if (!broken) return Promise.resolve()
      broken = false
      return Promise.reject(new Error('no luck'))
    } } })
    await eventually(() => got, [...range(0, 4), ...range(0, 4)])
    await eventually(() => journal.store.cursor('out'), { segment: 1, record: 4, state: { file: 'open' } })
    expect(handed).toEqual([{ segment: 1, record: 0, state: null }, { segment: 1, record: 0, state: null }])
    expect(problems).toEqual(['error out: cannot make the output durable: no luck'])
  })
})
