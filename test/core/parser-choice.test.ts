import { describe, expect, test } from 'vitest'
import { createHooks, type Hooks, type Sample } from '../../core/hooks.ts'
import { chunkOf } from '../../core/lines.ts'
import { noteFit, ParserChoice } from '../../core/parser-choice.ts'
import { LogRecord } from '../../core/record.ts'
import { StreamStates } from '../../core/stream-state.ts'
import { builtins } from '../../plugins/index.ts'
import { z } from 'zod'

const JSON_LINE = '{"level":"warn","msg":"queue full"}'
const LOGFMT_LINE = 'time=2026-01-01T00:00:00Z level=warn msg="queue full"'

/** Every built-in parser that needs no options. */
function parsers(): Hooks {
  const hooks = createHooks()
  for (const plugin of builtins) {
    if (plugin.kind !== 'parser') continue
    const options = (plugin.options as z.ZodType).safeParse({})
    const quiet = () => undefined
    const context = { name: plugin.type, logger: { debug: quiet, info: quiet, warn: quiet, error: quiet }, signal: new AbortController().signal, problem: quiet, hooks: { ...hooks, parse: { for: (name: string) => hooks.parse.for(name) } } }
    if (options.success) plugin.setup(options.data, context)
  }
  return hooks
}

/** One stream, and what parses each batch of it; every batch is parsed for real. */
function stream() {
  const hooks = parsers()
  const choice = new ParserChoice()
  const state = new StreamStates().of('app', 's', 'app')
  const samples: Sample[] = []
  return {
    state,
    samples,
    take(lines: readonly string[]): { parser: string; records: LogRecord[] } {
      const chunk = chunkOf(lines)
      const records = lines.map((_, i) => new LogRecord('app', 'web1', 0, chunk, chunk.starts[i] as number, chunk.ends[i] as number, null))
      const batch = { stream: state.name, source: 'app', records }
      const parser = choice.of(batch, state, (sample) => (samples.push(sample), hooks.detect.call(sample)))
      hooks.parse.get(parser)?.call(batch)
      noteFit(state, records.length, records.filter(({ error }) => error !== null).length)
      return { parser, records }
    },
  }
}

function times(count: number, line: string | ((i: number) => string)): string[] {
  return Array.from({ length: count }, (_, i) => (typeof line === 'string' ? line : line(i)))
}

describe('a stream that comes line by line', () => {
  const check = (first: readonly string[], then: string, want: string): void => {
    const { take } = stream()
    for (const line of first) take([line])
    for (let i = 0; i < 60; i++) take([then])
    expect(take([then]).parser).toBe(want)
  }

  test('gets the parser of what follows a banner, blank lines or a stack trace', () => {
    check(['Starting shop 1.2'], JSON_LINE, 'json')
    check(['', '   ', ''], JSON_LINE, 'json')
    check(['java.lang.IllegalStateException: x', '\tat a.B.c(B.java:1)', 'Caused by: y'], LOGFMT_LINE, 'logfmt')
    check(times(20, '*** shop 1.2 ***'), LOGFMT_LINE, 'logfmt')
  })

  test('is not ruled by a lone first line', () => {
    check([JSON_LINE], 'plain text follows', 'text')
    check([LOGFMT_LINE], JSON_LINE, 'json')
  })

  test('changes its parser only while its first fifty lines come', () => {
    const { take, samples } = stream()
    const seen = times(400, (i) => (i % 3 === 0 ? JSON_LINE : 'plain text')).map((line) => take([line]).parser)
    expect(new Set(seen.slice(50)).size).toBe(1)
    expect(samples.map(({ lines }) => lines.length).length).toBeLessThan(9)
  })

  test('of CSV keeps the names of its header, which came alone', () => {
    const { take } = stream()
    take(['time,level,message'])
    for (let i = 0; i < 5; i++) take([`2026-01-01T00:00:0${i}Z,error,"hi, ${i}"`])
    const { parser, records } = take(['2026-01-01T00:00:09Z,error,last'])
    expect(parser).toBe('csv')
    expect({ ...records[0]?.fields }).toEqual({ time: '2026-01-01T00:00:09Z', level: 'error', message: 'last' })
  })
})

describe('a stream whose lines change', () => {
  test('from text to JSON gets the other parser within some thousand lines, and the page says what was before', () => {
    const { take, state } = stream()
    for (let i = 0; i < 10; i++) take(times(600, 'plain text'))
    expect(state.chosen).toBe('text')
    for (let i = 0; i < 10; i++) take(times(600, JSON_LINE))
    expect([state.chosen, state.chosenWhy]).toEqual(['json', '50 of 50 lines are JSON objects; before, the lines were text'])
  })

  test('gives a parser up with the first hundred lines that do not fit, however many did', () => {
    const { take, state } = stream()
    for (let i = 0; i < 10; i++) take(times(300, JSON_LINE))
    take(times(100, LOGFMT_LINE))
    expect(take([LOGFMT_LINE]).parser).toBe('logfmt')
    expect(state.chosenWhy).toBe('1 of 1 lines are logfmt pairs; before, json did not fit 100 of 100 lines')
  })

  test('again and again comes to rest', () => {
    const { take, state } = stream()
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 3; i++) take(times(600, 'plain text'))
      for (let i = 0; i < 3; i++) take(times(600, JSON_LINE))
    }
    expect(state.misfits).toBeLessThan(20)
  })
})

test('streams that say one long line each hold a bounded amount of memory', () => {
  const hooks = parsers()
  const choice = new ParserChoice()
  const states = new StreamStates()
  const settled: boolean[] = []
  const all = times(1500, (i) => `s${i}`).map((name) => states.of('app', name, 'app'))
  for (const state of all) {
    const chunk = chunkOf(['x'.repeat(15_000)])
    choice.of({ stream: state.name, source: 'app', records: [new LogRecord('app', 'web1', 0, chunk, 0, 15_000, null)] }, state, (sample) => hooks.detect.call(sample))
  }
  for (const state of all) settled.push(state.settled)
  expect(settled.filter((one) => !one).length).toBe(1000)
})
