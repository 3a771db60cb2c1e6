import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FrameBuffer } from '../../../core/journal/frame-buffer.ts'
import { encodeRecord } from '../../../core/journal/encode-record.ts'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import docker from '../../../plugins/parsers/docker.ts'
import { groupText } from '../../core/multiline/group-lines.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

// Made once: property tests call it thousands of times.
const hooks = host(docker)

function parse(lines: readonly string[]): LogRecord[] {
  const records = recordsOf(lines)
  hooks.parse.get('docker')?.call(batchOf(records))
  return records
}
const one = (line: string): LogRecord => parse([line])[0] as LogRecord

const T = '2016-10-06T00:17:09.669794202Z'
const wrap = (log: string, more: object = {}): string => JSON.stringify({ log, stream: 'stdout', ...more, time: T })

describe('lines of the json-file driver', () => {
  function check(line: string, body: unknown, level: string, fields: object): void {
    const record = one(line)
    expect(record.error, line).toBeNull()
    expect(record.body).toEqual(body)
    expect(record.guessed.includes('level') ? '-' : record.level, line).toBe(level)
    expect({ ...record.fields }).toEqual(fields)
    expect(formatTime(record.time, record.timeText)).toBe(T)
    expect(record.guessed).not.toContain('time')
  }
  const out = { 'log.iostream': 'stdout' }

  test('give their message, stream and attributes', () => {
    check(wrap('message\n'), 'message', '-', out)
    check(wrap('message\r\n'), 'message', '-', out)
    check(wrap('message\n\n'), 'message\n', '-', out)
    check(wrap('\n'), '', '-', out)
    check(wrap('part'), 'part', '-', { ...out, 'log.partial': true })
    check(wrap('joined\n\tmessage\n'), 'joined\n\tmessage', '-', out)
    check(wrap('é😀 "quoted"\n'), 'é😀 "quoted"', '-', out)
    check(wrap('x\n', { stream: 'stderr', attrs: { tag: 'a/b' } }), 'x', '-', { 'log.iostream': 'stderr', attrs: { tag: 'a/b' } })
    check(`{"log": "x\\n", "stream": "stdout", "time": "${T}"}`, 'x', '-', out)
  })

  test('read the level from the message', () => {
    check(wrap('W0505 17:59:40.692994   28133 klog.go:70] hello\n'), 'W0505 17:59:40.692994   28133 klog.go:70] hello', 'warn', out)
    check(wrap('{"level":"fatal","msg":"x","time":1}\n'), { level: 'fatal', msg: 'x', time: 1 }, 'fatal', out)
    check(wrap('{"a":1'), '{"a":1', '-', { ...out, 'log.partial': true })
    check(wrap('{not json}\n'), '{not json}', '-', out)
  })
})

test('JSON in a message is stored byte for byte', () => {
  for (const message of ['{"id":12345678901234567890}', '{"a" : 1.0 , "é":"\\u00e9"}', ' {"a":1} ']) {
    const buffer = new FrameBuffer()
    const record = one(wrap(`${message}\n`))
    encodeRecord(record, buffer)
    const stored = Buffer.from(buffer.bytes.subarray(0, buffer.length)).toString()
    if (message.startsWith('{')) expect(stored).toContain(`"body":${message},`)
    else expect(JSON.parse(stored).body).toBe(message)
  }
})

test('JSON over several lines is stored on one', () => {
  const buffer = new FrameBuffer()
  encodeRecord(one(wrap('{\n  "a": 1\n}\n')), buffer)
  const stored = Buffer.from(buffer.bytes.subarray(0, buffer.length)).toString()
  expect(stored.trimEnd()).not.toContain('\n')
  expect(JSON.parse(stored).body).toEqual({ a: 1 })
})

test('another JSON object is read as the json parser does', () => {
  for (const [line, level] of [
    [`{"log":"ERROR x\\n","stream":"stdout","time":"${T}","kubernetes":{"pod":"a"}}`, 'error'],
    [`{"log":"ERROR x\\n","time":"${T}"}`, 'error'],
    [`{"level":"warn","time":"${T}"}`, 'warn'],
  ] as const) {
    const record = one(line)
    expect([record.error, record.level, record.object, record.guessed, record._verbatim]).toEqual([null, level, JSON.parse(line), [], true])
    expect(record.timeText).toBe(T)
  }
  expect(one('{"log":"x\\n","stream":"stdout","time":"noon"}').object).toEqual({ log: 'x\n', stream: 'stdout', time: 'noon' })
})

test('what is no JSON object is kept with a reason, a blank line without', () => {
  for (const line of ['x', '{"log":"x', '[]']) expect([one(line).error?.startsWith('not a JSON object: '), one(line).body]).toEqual([true, line])
  for (const line of ['', '  ']) expect([one(line).error, one(line).body]).toEqual([null, line])
})

test('a body that came as an object is read like json, not taken apart', () => {
  const record = objectRecord({ log: 'ERROR x\n', stream: 'stdout', time: T })
  host(docker).parse.get('docker')?.call(batchOf([record]))
  expect([record.level, record.timeText, record.body]).toEqual(['error', T, { log: 'ERROR x\n', stream: 'stdout', time: T }])
})

test('any message comes out as it went in', { timeout: propertyMs }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()), (message) => {
      const record = one(wrap(`${message}\n`))
      expect(record.error).toBeNull()
      expect(record.line).toBe(message.endsWith('\r') ? message.slice(0, -1) : message)
    }),
    propertyRuns,
  )
})

const corpus = sharedData('logs/derived-cri-docker/docker-json.log')
test.skipIf(corpus === null)(`real lines: every one is read, none changed${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const lines = readFileSync(corpus as string, 'utf8').trimEnd().split('\n')
  const records = parse(lines)
  expect(records.filter(({ error }) => error !== null)).toEqual([])
  expect(records.map(({ line }) => line)).toEqual(lines.map((line) => (JSON.parse(line) as { log: string }).log.replace(/\n$/, '')))
})

test.skipIf(corpus === null)(`real lines that \`multiline: docker\` put together are whole messages${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const records = parse(groupText('docker', readFileSync(corpus as string, 'utf8')))
  const want = readFileSync(sharedData('logs/derived-cri-docker/expected.jsonl') as string, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { stream: string; line: string })
  expect(records.map(({ line, fields }) => ({ stream: fields['log.iostream'], line }))).toEqual(want)
  expect(records.filter(({ error, fields }) => error !== null || fields['log.partial'] === true)).toEqual([])
})
