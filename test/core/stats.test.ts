import { describe, expect, it } from 'vitest'
import { BoundedCounts } from '../../core/bounded-counts.ts'
import type { Counts } from '../../core/journal/commit.ts'
import { Stats } from '../../core/stats.ts'

const START = 1_780_000_000_000

function clockFrom(start = START) {
  const clock = { ms: start }
  return { now: () => clock.ms, advance: (ms: number) => { clock.ms += ms } }
}

function counts(change: Partial<Counts> = {}): Counts {
  return { records: 0, bytes: 0, levels: {}, tags: {}, sources: {}, streams: {}, errors: {}, dropped: 0, ...change }
}

describe('totals', () => {
  it('adds up commits by level, tag, source and stream', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 3, bytes: 300, levels: { error: 1, info: 2 }, tags: { auth: 3 }, sources: { app: 3 }, streams: { 'app/a': 3 }, errors: { 'app/a': 1 }, dropped: 4 }) })
    stats.commit({ counts: counts({ records: 2, bytes: 20, levels: { info: 2 }, tags: { auth: 1, api: 1 }, sources: { web: 2 }, streams: { 'web/b': 2 } }) })
    expect(stats.totals()).toEqual({ records: 5, bytes: 320, levels: { info: 4, error: 1 }, tags: { auth: 4, api: 1 }, sources: { app: 3, web: 2 }, errors: 1, dropped: 4 })
    expect(stats.streams()).toEqual([{ name: 'app/a', records: 3, errors: 1 }, { name: 'web/b', records: 2, errors: 0 }])
  })

  it('continues from restored totals without changing them', () => {
    const { now } = clockFrom()
    const totals = counts({ records: 10, bytes: 100, levels: { warn: 10 }, tags: { auth: 10 }, sources: { app: 10 }, streams: { 'app/a': 10 }, errors: { 'app/a': 2, 'gone/x': 5 }, dropped: 1 })
    const before = structuredClone(totals)
    const stats = new Stats({ now, totals })
    stats.commit({ counts: counts({ records: 1, bytes: 9, levels: { warn: 1 }, sources: { app: 1 }, streams: { 'app/a': 1 }, errors: { 'app/a': 1 } }) })
    expect(stats.totals()).toMatchObject({ records: 11, bytes: 109, levels: { warn: 11 }, errors: 8, dropped: 1 })
    expect(stats.streams()).toEqual([{ name: 'app/a', records: 11, errors: 3 }, { name: 'gone/x', records: 0, errors: 5 }])
    expect(stats.perSecond()).toBe(0)
    expect(totals).toEqual(before)
  })

  it('keeps levels in the order of severity', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ levels: { fatal: 1 } }) })
    stats.commit({ counts: counts({ levels: { debug: 1, info: 1 } }) })
    expect(Object.keys(stats.totals().levels)).toEqual(['debug', 'info', 'fatal'])
  })

  it('treats a tag called __proto__ like any other', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ tags: JSON.parse('{"__proto__":2,"constructor":3}') as Record<string, number> }) })
    expect(JSON.stringify(stats.totals().tags)).toBe('{"__proto__":2,"constructor":3}')
  })

  it('hands out copies', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 1, tags: { a: 1 } }) })
    const first = stats.totals()
    stats.commit({ counts: counts({ records: 1, tags: { a: 1 } }) })
    expect(first.tags).toEqual({ a: 1 })
  })

  it('counts names beyond 2,000 together', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    for (let i = 0; i < 2050; i++) stats.commit({ counts: counts({ records: 1, tags: { [`tag-${i}`]: 1 } }) })
    const { tags } = stats.totals()
    expect(Object.keys(tags)).toHaveLength(2001)
    expect(tags['(other)']).toBe(50)
    stats.commit({ counts: counts({ tags: { 'tag-7': 1 } }) })
    expect(stats.totals().tags['tag-7']).toBe(2)
  })
})

describe('BoundedCounts', () => {
  it('cuts long names and still finds them', () => {
    const bounded = new BoundedCounts()
    bounded.add('x'.repeat(100_000), 2)
    bounded.add('x'.repeat(100_000), 3)
    expect(bounded.names()).toEqual([`${'x'.repeat(200)}…`])
    expect(bounded.get('x'.repeat(100_000))).toBe(5)
    expect(bounded.get('y')).toBe(0)
  })
})

describe('rates', () => {
  it('averages the last five complete seconds and leaves the running one out', () => {
    const { now, advance } = clockFrom()
    const stats = new Stats({ now })
    for (let second = 0; second < 10; second++) {
      stats.commit({ counts: counts({ records: 100, levels: { info: 100 } }) })
      advance(1000)
    }
    expect(stats.perSecond()).toBe(100)
    stats.commit({ counts: counts({ records: 5000 }) })
    expect(stats.perSecond()).toBe(100)
    advance(1000)
    expect(stats.perSecond()).toBe(1080)
    advance(5000)
    expect(stats.perSecond()).toBe(0)
  })

  it('does not count seconds before the start', () => {
    const { now, advance } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 60 }) })
    expect(stats.perSecond()).toBe(0)
    advance(1000)
    expect(stats.perSecond()).toBe(60)
    advance(1000)
    expect(stats.perSecond()).toBe(30)
  })

  it('gives consecutive seconds by level, oldest first', () => {
    const { now, advance } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 3, levels: { error: 1, info: 2 } }) })
    advance(2000)
    stats.commit({ counts: counts({ records: 1, levels: { warn: 1 } }) })
    advance(1000)
    const rate = stats.rate(4)
    expect(rate.from).toBe(START / 1000 - 1)
    expect(rate.records).toEqual([0, 3, 0, 1])
    expect(rate.levels.error).toEqual([0, 1, 0, 0])
    expect(rate.levels.warn).toEqual([0, 0, 0, 1])
    expect(rate.levels.trace).toEqual([0, 0, 0, 0])
  })

  it('forgets what is older than five minutes and never gives more', () => {
    const { now, advance } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 7 }) })
    advance(300_000)
    expect(stats.rate(1000).records).toHaveLength(300)
    expect(stats.rate(300).records[0]).toBe(7)
    advance(1000)
    expect(stats.rate(300).records.every((value) => value === 0)).toBe(true)
    advance(40_000_000)
    expect(stats.rate(300).records.every((value) => value === 0)).toBe(true)
  })

  it('keeps its history when the clock is set back', () => {
    const { now, advance } = clockFrom()
    const stats = new Stats({ now })
    stats.commit({ counts: counts({ records: 8 }) })
    advance(1000)
    expect(stats.perSecond()).toBe(8)
    advance(-3_600_000)
    stats.commit({ counts: counts({ records: 2 }) })
    advance(1000)
    expect(stats.rate(2).records).toEqual([8, 2])
    expect(stats.rate(2).from).toBe(Math.floor(now() / 1000) - 2)
  })
})

describe('parse errors and problems', () => {
  const sample = (line: string) => ({ time: START, stream: 's', parser: 'json', reason: 'no', line })

  it('keeps the newest 100 samples, newest first, lines cut at 500 characters', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    for (let i = 0; i < 130; i++) stats.parseError(sample(`${i} ${'x'.repeat(2000)}`))
    const kept = stats.parseErrors()
    expect(kept).toHaveLength(100)
    expect(kept[0]?.line.startsWith('129 ')).toBe(true)
    expect(kept[99]?.line.startsWith('30 ')).toBe(true)
    expect(kept.every(({ line }) => line.length === 500)).toBe(true)
    expect(stats.totals().errors).toBe(0)
  })

  it('counts repeats of a problem and moves it to the front', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    const problem = (message: string, time: number) => ({ level: 'warn' as const, component: 'app', message, remedy: 'Mend it.', time })
    stats.problem(problem('one', 1))
    stats.problem(problem('two', 2))
    stats.problem(problem('one', 3))
    stats.problem({ ...problem('one', 4), component: 'web' })
    expect(stats.problems().map(({ component, message, count, time }) => [component, message, count, time])).toEqual([['web', 'one', 1, 4], ['app', 'one', 2, 3], ['app', 'two', 1, 2]])
  })

  it('keeps at most 100 different problems', () => {
    const { now } = clockFrom()
    const stats = new Stats({ now })
    for (let i = 0; i < 150; i++) stats.problem({ level: 'error', component: 'app', message: `m${i}`, remedy: '', time: i })
    expect(stats.problems()).toHaveLength(100)
    expect(stats.problems().at(-1)?.message).toBe('m50')
  })
})
