import { describe, expect, test } from 'vitest'
import { StoredLine, type StoredRecord } from '../../core/journal/stored-line.ts'
import { compileLineFormat } from '../../core/line-format.ts'

/** Noon, wherever the test runs. */
const TIME = new Date(2026, 10, 1, 12, 4, 5, 67).toISOString()

function written(format: string, record: Partial<StoredRecord> = {}): string {
  return compileLineFormat(format)(new StoredLine(1, 0, Buffer.from(JSON.stringify({ time: TIME, level: 'warn', source: 'app', host: 'web1', tags: [], body: 'disk is nearly full', ...record }))))
}

describe("a format of Python's logging module", () => {
  // What Python 3.11 printed for logging.Formatter(format).format(record) of the same record.
  const check = (format: string, want: string, record?: Partial<StoredRecord>): void => test(format, () => expect(written(format, record)).toBe(want))
  check('[%(asctime)s] %(levelname)s: %(message)s', '[2026-11-01 12:04:05,067] WARNING: disk is nearly full')
  check('%(levelname)-8s|%(levelname)8s|%(levelname).4s|%(levelname)-6.4s|', 'WARNING | WARNING|WARN|WARN  |')
  check('%(levelno)d %(levelno)03d %(levelno)5s', '30 030    30')
  check('%(name)s %(name)-6s| %(message)s 100%%', 'app app   | disk is nearly full 100%')
  check('%(msecs)03d %(msecs)d', '067 67')
  check('%(name)s %(lineno)d %(funcName)s', 'shop.cart 42 add', { body: 'x', fields: { logger: 'shop.cart', lineno: 42, funcName: 'add' } })
  check('%(levelname)s', 'CRITICAL', { level: 'fatal' })
  check('%(message)s', 'two\\nlines', { body: 'two\nlines' })
  check('%(user_id)s %(nothing)s.', 'u1 .', { body: { user_id: 'u1' } })
  check('%(created).1f', `${(Date.parse(TIME) / 1000).toFixed(1)}`)
})

test('mistakes are named with their place', () => {
  const check = (format: string, want: string): void => expect(() => compileLineFormat(format)).toThrow(want)
  check('%(message)s %d', 'cannot read the placeholder at position 12')
  check('100% %(message)s', 'cannot read the placeholder at position 3')
  check('%(message)y', 'there is no conversion "y" at position 0')
  check('%(message)999s', 'a width of 999')
})
