import { expect, test } from 'vitest'
import type { JsonObject } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import field from '../../../plugins/taggers/field.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function tagged(options: object, body: string | JsonObject, fields: object = {}): LogRecord {
  const record = typeof body === 'string' ? (recordsOf([body])[0] as LogRecord) : objectRecord(body)
  Object.assign(record.fields, fields)
  host(field, options).tag.call(batchOf([record]))
  return record
}

test('copy takes from body or fields, with dots, and keeps the type', () => {
  const check = (copy: object, body: string | JsonObject, fields: object, want: object): void => expect({ ...tagged({ copy }, body, fields).readFields }).toEqual(want)
  check({ user: 'req.user.id' }, { req: { user: { id: 7 } } }, {}, { user: 7 })
  check({ user: 'req' }, { req: { a: [1] } }, {}, { user: { a: [1] } })
  check({ 'a.b': 'x' }, 'text', { x: 'y' }, { x: 'y', 'a.b': 'y' })
  check({ x: 'y' }, { y: 'body' }, { x: 1, y: 'fields' }, { x: 'body', y: 'fields' })
  check({ x: 'none', z: 'a.none' }, { a: 1 }, { x: 1 }, { x: 1 })
  check({ l: 'level', s: 'source', m: 'message', h: 'host' }, { msg: 'hello' }, {}, { l: 'info', s: 'app', m: 'hello', h: 'web1' })
  check({ x: 'n' }, { n: null }, {}, {})
})

test('rename moves fields and leaves the body', () => {
  const record = tagged({ rename: { latency_ms: 'latency', same: 'same', gone: 'none', b: 'body' } }, { body: 1 }, { latency: 5, same: 1 })
  expect({ ...record.readFields }).toEqual({ latency_ms: 5, same: 1 })
  expect(record.body).toEqual({ body: 1 })
})

test('map looks values up as text', () => {
  const map = { field: 'status', values: { 200: 'ok', 404: 'missing', true: 1 } }
  const check = (more: object, body: JsonObject, want: object): void => expect({ ...tagged({ map: { ...map, ...more } }, body).readFields }).toEqual(want)
  check({}, { status: 200 }, { status: 'ok' })
  check({ to: 'outcome' }, { status: '404' }, { outcome: 'missing' })
  check({ to: 'outcome' }, { status: true }, { outcome: 1 })
  check({ to: 'outcome' }, { status: 500 }, {})
  check({ to: 'outcome', default: 'other' }, { status: 500 }, { outcome: 'other' })
  check({ to: 'outcome', default: 'other' }, {}, {})
  check({ to: 'outcome', default: 'other' }, { status: { a: 1 } }, {})
  check({}, { status: 'constructor' }, {})
})

test('host and tag take short plain values', () => {
  const check = (value: unknown, host: string, tags: string[]): void => {
    const record = tagged({ host: 'k8s.node', tag: 'k8s.node' }, { k8s: { node: value } } as never)
    expect([record.host, record.tags]).toEqual([host, tags])
  }
  check('node-7', 'node-7', ['node-7'])
  check(7, '7', ['7'])
  check('', 'web1', [])
  check(null, 'web1', [])
  check({ a: 1 }, 'web1', [])
  check('a\nb', 'web1', [])
  check('x'.repeat(65), 'x'.repeat(65), [])
  check('x'.repeat(256), 'web1', [])
})

test('each step sees what those before it made', () => {
  const record = tagged({ copy: { a: 'x' }, rename: { b: 'a' }, map: { field: 'b', values: { 1: 'one' }, to: 'c' }, tag: 'c' }, { x: 1 })
  expect([{ ...record.readFields }, record.tags]).toEqual([{ b: 1, c: 'one' }, ['one']])
})
