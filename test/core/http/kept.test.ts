import { describe, expect, it } from 'vitest'
import { Kept } from '../../../core/http/kept.ts'
import { until } from '../../e2e/sawlog.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, ms)
})

describe('a kept answer', () => {
  it('is made once for all who ask at the same time, and again when it is no longer fresh', async () => {
    let made = 0
    const kept = new Kept(async () => ++made, { freshMs: 50, usableMs: 60, waitMs: 1000 })
    expect(await Promise.all(Array.from({ length: 20 }, () => kept.get()))).toEqual(Array.from({ length: 20 }, () => 1))
    await pause(80)
    expect(await kept.get()).toBe(2)
    expect(made).toBe(2)
  })

  it('is given as it was while it is made anew', async () => {
    let made = 0
    let finish: () => void = () => undefined
    const kept = new Kept(async () => {
      if (++made > 1) await new Promise<void>((resolve) => (finish = resolve))
      return made
    }, { freshMs: 0, usableMs: 60_000, waitMs: 60_000 })
    expect(await kept.get()).toBe(1)
    expect(await kept.get()).toBe(1)
    finish()
    await until(async () => (await kept.get()) === 2, 'the new one is given')
  })

  it('is null where making it takes longer than anybody waits, and comes later', async () => {
    let finish: (value: string) => void = () => undefined
    const kept = new Kept(() => new Promise<string>((resolve) => (finish = resolve)), { freshMs: 60_000, usableMs: 60_000, waitMs: 20 })
    expect(await kept.get()).toBeNull()
    finish('late')
    expect(await kept.get()).toBe('late')
  })

  it('is null while it cannot be made, and made again after a while', async () => {
    let fails = true
    const kept = new Kept(async () => {
      if (fails) throw new Error('the store is closed')
      return 'there'
    }, { freshMs: 10, usableMs: 10, waitMs: 1000 })
    expect(await kept.get()).toBeNull()
    fails = false
    await pause(20)
    expect(await kept.get()).toBe('there')
  })
})
