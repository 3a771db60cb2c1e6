import { expect, test } from 'vitest'
import { eachTagText, messageOf } from '../../core/message.ts'
import { fieldText } from '../../core/field-text.ts'
import type { JsonObject } from '../../core/json.ts'
import type { LogRecord } from '../../core/record.ts'
import { objectRecord, recordsOf } from '../plugins/tap-host.ts'

test('messageOf finds the message under the usual names', () => {
  const check = (body: string | JsonObject, want: string): void => expect(messageOf(body), JSON.stringify(body)).toBe(want)
  check('a line', 'a line')
  check({ message: 'm', msg: 'n' }, 'm')
  check({ msg: 'm', level: 'info' }, 'm')
  check({ log: 'm\n', stream: 'stdout' }, 'm\n')
  check({ event: 'm' }, 'm')
  check({ text: 'm' }, 'm')
  check({ '@message': 'm' }, 'm')
  check({ textPayload: 'm' }, 'm')
  check({ jsonPayload: { message: 'm' } }, 'm')
  check({ 'log.message': 'm' }, 'm')
  check({ log: { message: 'm' } }, 'm')
  check({ 'error.message': 'm' }, 'm')
  check({ error: { message: 'm' } }, 'm')
  check({ err: { message: 'm' } }, 'm')
  check({ short_message: 'm' }, 'm')
  check({ MESSAGE: 'm' }, 'm')
  check({ '@mt': 'm' }, 'm')
  check({ msg: 'record', record: { message: 'm' } }, 'm')
  check({ msg: 'record', record: { other: 1 } }, 'record')
  check({ message: '', msg: 'm' }, 'm')
  check({ message: 5, msg: null, error: ['x'], err: null }, '')
  check({}, '')
})

test('eachTagText gives message and origin, or the line', () => {
  const check = (record: LogRecord, want: string[]): void => {
    const texts: string[] = []
    eachTagText(record, (text) => texts.push(text))
    expect(texts).toEqual(want)
  }
  check(objectRecord({ msg: 'm', service: 's', logger: 'l', component: { name: 'c' }, event: 'e', other: 'o' }), ['m', 's', 'l', 'c', 'e'])
  check(objectRecord({ event: 'login' }), ['login'])
  check(objectRecord({ method: 'GET' }), ['{"method":"GET"}'])
  check(recordsOf(['a line'])[0] as LogRecord, ['a line'])
})

test('fieldText finds record fields, body keys, paths and extracted fields', () => {
  const record = objectRecord({ a: { b: 1, list: [1, 2] }, 'x.y': 'dotted', x: { y: 'nested' }, nothing: null, yes: true, msg: 'm' })
  record.fields['extracted'] = 'e'
  const check = (path: string, want: string | null): void => expect(fieldText(record, path), path).toBe(want)
  check('a.b', '1')
  check('a.list', '[1,2]')
  check('a.list.1', '2')
  check('x.y', 'dotted')
  check('yes', 'true')
  check('nothing', null)
  check('extracted', 'e')
  check('message', 'm')
  check('level', 'info')
  check('a.c', null)
  check('toString', null)
  check('a.toString', null)
})
