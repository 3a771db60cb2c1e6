import { expect, test } from 'vitest'
import type { JsonObject } from '../../../core/json.ts'
import type { Level } from '../../../core/level.ts'
import type { LogRecord } from '../../../core/record.ts'
import level from '../../../plugins/taggers/level.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function check(options: object, body: string | JsonObject, want: Level, guessed: boolean, found?: Level): void {
  const record = typeof body === 'string' ? (recordsOf([body])[0] as LogRecord) : objectRecord(body)
  if (found !== undefined) record.levelFound(found)
  host(level, options).tag.call(batchOf([record]))
  expect([record.level, record.guessed.includes('level')], JSON.stringify([options, body])).toEqual([want, guessed])
}

test('a field, by names and numbers that parsers know, or by the map', () => {
  check({ field: 'sev' }, { sev: 'WARNING' }, 'warn', false)
  check({ field: 'a.sev' }, { a: { sev: 50 } }, 'error', false)
  check({ field: 'sev' }, { sev: 'strange' }, 'info', true)
  check({ field: 'sev' }, { sev: { a: 1 } }, 'info', true)
  check({ field: 'sev' }, {}, 'info', true)
  check({ field: 'sev', map: { Strange: 'fatal', 3: 'debug' } }, { sev: 'STRANGE' }, 'fatal', false)
  check({ field: 'sev', map: { Strange: 'fatal', 3: 'debug' } }, { sev: 3 }, 'debug', false)
  check({ field: 'sev', map: { strange: 'fatal' } }, { sev: 'error' }, 'error', false)
})

test('patterns on the line, in the order of the config, where the field has nothing', () => {
  const rules = { error: ['(?i)traceback', 'panic:'], debug: 'e' }
  check({ rules }, 'Traceback (most recent call last)', 'error', false)
  check({ rules }, 'some e', 'debug', false)
  check({ rules }, 'x', 'info', true)
  check({ rules, field: 'sev' }, { sev: 'fatal', msg: 'panic:' }, 'fatal', false)
  check({ rules, field: 'sev' }, { sev: '?', msg: 'panic:' }, 'error', false)
})

test('a level that was in the record stays, unless told otherwise', () => {
  check({ field: 'sev' }, { sev: 'error' }, 'warn', false, 'warn')
  check({ field: 'sev', overwrite: true }, { sev: 'error' }, 'error', false, 'warn')
  check({ field: 'level', map: { fatal: 'error' }, overwrite: true }, 'x', 'error', false, 'fatal')
  check({ rules: { debug: 'x' }, overwrite: true }, 'y', 'warn', false, 'warn')
})
