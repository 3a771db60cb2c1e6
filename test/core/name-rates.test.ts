import { describe, expect, it } from 'vitest'
import { NameRates } from '../../core/name-rates.ts'

const START = Date.UTC(2026, 10, 1)

function clocked(): { rates: NameRates; pass: (seconds: number) => void } {
  let now = START
  const rates = new NameRates(() => now)
  return { rates, pass: (seconds) => (now += seconds * 1000) }
}

describe('rates by name', () => {
  it('are records a second in steps of five seconds, the running step left out', () => {
    const { rates, pass } = clocked()
    rates.add({ api: 50, auth: 5 })
    expect(rates.series('api')).toEqual(Array.from({ length: 60 }, () => 0))
    pass(5)
    rates.add({ api: 100 })
    expect(rates.series('api').slice(-2)).toEqual([0, 10])
    pass(5)
    expect(rates.series('api').slice(-3)).toEqual([0, 10, 20])
    expect(rates.series('auth').slice(-3)).toEqual([0, 1, 0])
    expect(rates.series('nobody')).toEqual(Array.from({ length: 60 }, () => 0))
  })

  it('forget what is older than five minutes, and everything after a long silence', () => {
    const { rates, pass } = clocked()
    rates.add({ api: 50 })
    pass(300)
    expect(rates.series('api')[0]).toBe(10)
    pass(5)
    expect(rates.series('api')).toEqual(Array.from({ length: 60 }, () => 0))
    rates.add({ api: 50 })
    pass(86_400)
    expect(rates.series('api')).toEqual(Array.from({ length: 60 }, () => 0))
  })

  it('keep their history when the clock is set back', () => {
    const { rates, pass } = clocked()
    rates.add({ api: 50 })
    pass(5)
    rates.add({})
    pass(-3600)
    expect(rates.series('api').at(-1)).toBe(10)
    rates.add({ api: 5 })
    pass(5)
    expect(rates.series('api').slice(-2)).toEqual([10, 1])
  })

  it('are bounded in names', () => {
    const { rates, pass } = clocked()
    for (let i = 0; i < 1000; i++) rates.add({ [`tag-${i}`]: 5 })
    pass(5)
    expect(rates.series('tag-0').at(-1)).toBe(1)
    expect(rates.series('tag-999').at(-1)).toBe(0)
  })
})
