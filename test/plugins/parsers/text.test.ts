import { expect, test } from 'vitest'
import text from '../../../plugins/parsers/text.ts'
import type { LogRecord } from '../../../core/record.ts'
import { ARRIVAL, batchOf, host, recordsOf } from '../tap-host.ts'

function parse(line: string, options: object = {}): LogRecord {
  const records = recordsOf([line])
  host(text, options).parse.get('text')?.call(batchOf(records))
  return records[0] as LogRecord
}

const T = Date.UTC(2024, 5, 18, 23, 37, 20)

test('reads time and level and marks what it guessed', () => {
  const check = (line: string, time: number, level: string, guessed: string[]): void => {
    const record = parse(line)
    expect([record.time, record.level, record.guessed, record.body, record.error], line).toEqual([time, level, guessed, line, null])
  }
  check('2024-06-18T23:37:20Z ERROR card declined', T, 'error', [])
  check('[2024-06-18T23:37:20Z] [warn] slow', T, 'warn', [])
  check('2024-06-18T23:37:20Z an error occurred', T, 'info', ['level'])
  check('2024-06-18 23:37:20 ERROR no zone', T, 'error', ['time'])
  check('[Tue Jun 18 23:37:20 2024] [error] Apache', T, 'error', ['time'])
  check('Tue, 18 Jun 2024 23:37:20 GMT ERROR x', T, 'error', [])
  check('1.2.3.4 - - [18/Jun/2024:23:37:20 +0000] "GET / HTTP/1.1" 200 1', T, 'info', ['level'])
  check('24/06/18 23:37:20 WARN Spark: x', T, 'warn', ['time'])
  check('ERROR no time', ARRIVAL, 'error', ['time'])
  check('nothing at all', ARRIVAL, 'info', ['time', 'level'])
  check('', ARRIVAL, 'info', ['time', 'level'])
  check('{"level":"error"', ARRIVAL, 'error', ['time'])
})

test('keeps digits finer than a millisecond', () => {
  expect(parse('2024-06-18T23:37:20.123456Z x').timeText).toBe('2024-06-18T23:37:20.123456Z')
})

test('a configured zone is no guess', () => {
  const record = parse('2024-06-18 23:37:20 ERROR x', { timezone: '+02:00' })
  expect([record.time, record.guessed]).toEqual([T - 7_200_000, []])
})

test('a configured zone does not settle a year, nor an hour that clocks show twice', () => {
  expect(parse('Jun 18 23:37:20 host app[1]: ERROR x', { timezone: '+02:00' }).guessed).toEqual(['time'])
  expect(parse('2024-10-27 02:30:00 ERROR x', { timezone: 'Europe/Paris' }).guessed).toEqual(['time'])
})

test('detect takes every stream, after all others were asked', () => {
  const hooks = host(text)
  hooks.detect.tap('other', (sample) => (sample.lines[0] === 'mine' ? 'other' : undefined))
  expect(hooks.detect.call({ stream: 's', source: 's', lines: ['x'] })).toBe('text')
  expect(hooks.detect.call({ stream: 's', source: 's', lines: [] })).toBe('text')
  expect(hooks.detect.call({ stream: 's', source: 's', lines: ['mine'] })).toBe('other')
})
