import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import cri from '../../../plugins/parsers/cri.ts'
import { groupText } from '../../core/multiline/group-lines.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

// Made once: property tests call it thousands of times.
const hooks = host(cri)

function parse(lines: readonly string[]): LogRecord[] {
  const records = recordsOf(lines)
  hooks.parse.get('cri')?.call(batchOf(records))
  return records
}
const one = (line: string): LogRecord => parse([line])[0] as LogRecord

const T = '2016-10-06T00:17:09.669794202Z'

describe('lines of a container runtime', () => {
  function check(line: string, body: unknown, level: string, fields: object): void {
    const record = one(line)
    expect(record.error, line).toBeNull()
    expect(record.body).toEqual(body)
    expect(record.guessed.includes('level') ? '-' : record.level, line).toBe(level)
    expect({ ...record.fields }).toEqual(fields)
  }
  const out = { 'log.iostream': 'stdout' }

  test('give their message, stream and tag', () => {
    check(`${T} stdout F message`, 'message', '-', out)
    check(`${T} stderr F message`, 'message', '-', { 'log.iostream': 'stderr' })
    check(`${T} stdout P part`, 'part', '-', { ...out, 'log.partial': true })
    check(`${T} stdout F:tag:other message`, 'message', '-', out)
    check(`${T} stdout F `, '', '-', out)
    check(`${T} stdout F`, '', '-', out)
    check(`${T} stdout F  two spaces `, ' two spaces ', '-', out)
    check(`${T} stdout F a joined\n\tmessage`, 'a joined\n\tmessage', '-', out)
    check(`${T} stdout F é😀`, 'é😀', '-', out)
  })

  test('read the level from the message', () => {
    check(`${T} stderr F E0505 17:59:40.692994   28133 klog.go:70] hello`, 'E0505 17:59:40.692994   28133 klog.go:70] hello', 'error', { 'log.iostream': 'stderr' })
    check(`${T} stdout F 2016-10-06 00:17:09 WARN x`, '2016-10-06 00:17:09 WARN x', 'warn', out)
    check(`${T} stdout F level=debug msg=x`, 'level=debug msg=x', 'debug', out)
    check(`${T} stdout F {"level":"fatal","msg":"x"}`, { level: 'fatal', msg: 'x' }, 'fatal', out)
    check(`${T} stdout F {"msg":"ERROR x"}`, { msg: 'ERROR x' }, 'error', out)
  })

  test('with JSON that is none stay text', () => {
    check(`${T} stdout F {"a":1`, '{"a":1', '-', out)
    check(`${T} stdout F {not json}`, '{not json}', '-', out)
    check(`${T} stdout F [1]`, '[1]', '-', out)
    check(`${T} stdout F ${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, '-', out)
  })

  test('have the runtime\'s time, also where JSON states another', () => {
    for (const message of ['x', '{"time":"2001-01-01T00:00:00Z"}', '2001-01-01T00:00:00Z x']) {
      const record = one(`${T} stdout F ${message}`)
      expect(formatTime(record.time, record.timeText)).toBe(T)
      expect(record.guessed).not.toContain('time')
    }
    const zoned = one('2016-10-06T02:17:09.669794202+02:00 stdout F x')
    expect(formatTime(zoned.time, zoned.timeText)).toBe(T)
  })

  test('keep the bytes of JSON in them', () => {
    const record = one(`${T} stdout F {"id":12345678901234567890,"é":1}`)
    expect(record.line).toBe('{"id":12345678901234567890,"é":1}')
    expect([record._verbatim, record._json, record._chunk !== null]).toEqual([true, true, true])
  })
})

test('other lines are kept with a reason, blank ones without', () => {
  for (const line of ['x', `${T} F x`, `${T} stdout X x`, `${T} stdout Fx`, `${T}  stdout F x`, 'now stdout F x', '2016-10-06T00:17:09.669794202 stdout F x']) {
    expect([one(line).error, one(line).body]).toEqual(['not a CRI line: expected TIME stdout|stderr F|P message', line])
  }
  for (const line of ['', '  ']) expect([one(line).error, one(line).body]).toEqual([null, line])
})

test('what a source gave as an object or a time of its own stays', () => {
  const given = objectRecord({ a: 1 })
  const timed = recordsOf([`${T} stdout F ERROR x`])
  timed[0]?.timeFound(1)
  timed[0]?.levelFound('trace')
  host(cri).parse.get('cri')?.call(batchOf([given, ...timed]))
  expect([given.body, given.error]).toEqual([{ a: 1 }, null])
  expect([timed[0]?.time, timed[0]?.level]).toEqual([1, 'trace'])
})

test('any message comes out as it went in', { timeout: propertyMs }, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('F', 'P'), (message, tag) => {
      const record = one(`${T} stdout ${tag} ${message}`)
      expect(record.error).toBeNull()
      expect(record.line).toBe(message)
    }),
    propertyRuns,
  )
})

const corpus = sharedData('logs/derived-cri-docker/cri.log')
test.skipIf(corpus === null)(`real lines: every one is read, none changed${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const lines = readFileSync(corpus as string, 'utf8').trimEnd().split('\n')
  const records = parse(lines)
  expect(records.filter(({ error }) => error !== null)).toEqual([])
  expect(records.map(({ line }) => line)).toEqual(lines.map((line) => line.slice(line.indexOf(' ', 31) + 3)))
  expect(records.filter(({ fields }) => fields['log.partial'] === true).length).toBe(lines.filter((line) => / std(?:out|err) P /.test(line)).length)
})

test.skipIf(corpus === null)(`real lines that \`multiline: cri\` put together are whole messages${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const records = parse(groupText('cri', readFileSync(corpus as string, 'utf8')))
  const want = readFileSync(sharedData('logs/derived-cri-docker/expected.jsonl') as string, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { stream: string; line: string })
  expect(records.map(({ line, fields }) => ({ stream: fields['log.iostream'], line }))).toEqual(want)
  expect(records.filter(({ error, fields }) => error !== null || fields['log.partial'] === true)).toEqual([])
})
