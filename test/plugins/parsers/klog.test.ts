import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import klog from '../../../plugins/parsers/klog.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

// Made once: property tests call it thousands of times.
const hooks = host(klog)

function parse(lines: readonly string[], options?: object): LogRecord[] {
  const records = recordsOf(lines)
  const { parse: taps } = options === undefined ? hooks : host(klog, options)
  taps.get('klog')?.call(batchOf(records))
  return records
}
const one = (line: string, options?: object): LogRecord => parse([line], options)[0] as LogRecord
const H = 'I0505 17:59:40.692994   28133 klog.go:70]'

describe('lines', () => {
  function check(line: string, level: string, time: string, fields: object): void {
    const record = one(line)
    expect(record.error, line).toBeNull()
    expect([record.level, formatTime(record.time, record.timeText), record.body]).toEqual([level, time, line])
    expect({ ...record.fields }, line).toEqual(fields)
  }

  // Records arrive on 1 January 2000 here.
  test('of klog and glog', () => {
    check(`${H} hello`, 'info', '1999-05-05T17:59:40.692994Z', { pid: 28133, file: 'klog.go', line: 70, message: 'hello' })
    check('W0101 00:00:00.000001       1 a.go:1] x', 'warn', '2000-01-01T00:00:00.000001Z', { pid: 1, file: 'a.go', line: 1, message: 'x' })
    check('E20210131 14:48:54.411655 15520 main.c++:9] Hello: [world]', 'error', '2021-01-31T14:48:54.411655Z', { pid: 15520, file: 'main.c++', line: 9, message: 'Hello: [world]' })
    check('F0505 17:59:40.692994 28133 pkg/a:b.go:70]', 'fatal', '1999-05-05T17:59:40.692994Z', { pid: 28133, file: 'pkg/a:b.go', line: 70, message: '' })
    check(`${H} goroutine 1\n\tmain.go:1`, 'info', '1999-05-05T17:59:40.692994Z', { pid: 28133, file: 'klog.go', line: 70, message: 'goroutine 1\n\tmain.go:1' })
  })

  test('without year and zone have a guessed time', () => {
    expect(one(`${H} x`).guessed).toEqual(['time'])
    expect(one(`${H} x`, { timezone: 'UTC' }).guessed).toEqual(['time'])
    expect(one('I20210131 14:48:54.411655 1 a.cc:9] x').guessed).toEqual(['time'])
    const zoned = one('I20210131 14:48:54.411655 1 a.cc:9] x', { timezone: '+02:00' })
    expect([zoned.guessed, zoned.timeText]).toEqual([[], '2021-01-31T12:48:54.411655Z'])
  })
})

describe('structured messages', () => {
  function check(message: string, text: string, pairs: object): void {
    const { fields } = one(`${H} ${message}`)
    expect({ ...fields }, message).toEqual({ pid: 28133, file: 'klog.go', line: 70, message: text, ...pairs })
  }

  test('give their pairs', () => {
    check('"Pod status updated" pod="kube-system/kubedns" ready=true n=3 f=0.5 id=007', 'Pod status updated', { pod: 'kube-system/kubedns', ready: true, n: 3, f: 0.5, id: '007' })
    check('"Number of evicted pods" extension point="Balance" evictedPods=0', 'Number of evicted pods', { 'extension point': 'Balance', evictedPods: 0 })
    check('"Quoted \\"x\\" \\u00e9 \\x1b" err="open \\"a\\": no\\n"', 'Quoted "x" é \u001b', { err: 'open "a": no\n' })
    check('"Lists" pods=[{Name:a Namespace:b} {Name:"]"}] m=map[a:1 b:2] e=<nil> last=x', 'Lists', { pods: '[{Name:a Namespace:b} {Name:"]"}]', m: 'map[a:1 b:2]', e: null, last: 'x' })
    check('"Block" text=<\n\tline 1\n\tline 2\n > n=1', 'Block', { text: 'line 1\nline 2', n: 1 })
    check('"No pairs"', 'No pairs', {})
    check('"Empty" a="" b=', 'Empty', { a: '', b: '' })
  })

  test('keep the fields of the head, and the first of two', () => {
    check('"m" pid=1 file="x" line=2 message="y" a=1 a=2', 'm', { a: 1 })
  })

  test('__proto__ is a key like others', () => {
    const { fields } = one(`${H} "m" __proto__="x" constructor=1`)
    expect([Object.hasOwn(fields, '__proto__'), fields['__proto__'], fields['constructor']]).toEqual([true, 'x', 1])
  })

  test('text that only begins with a quote stays as it is', () => {
    check('"a" and "b" differ', '"a" and "b" differ', {})
    check('"a", b=1', '"a", b=1', {})
    check('"never closed b=1', '"never closed b=1', {})
    check('"never closed" b="x', 'never closed', { b: '"x' })
    check('n=1 "m"', 'n=1 "m"', {})
  })
})

test('other lines are kept with a reason, blank ones without', () => {
  for (const line of ['x', 'X0505 17:59:40.692994 1 a.go:1] x', 'I0000 17:59:40.692994 1 a.go:1] x', 'I0505 25:59:40.692994 1 a.go:1] x', 'I0505 17:59:40.692994 1 a.go] x', 'I0505 17:59:40 12345678901234567890 a.go:1] x', 'I0505 17:59:40.692994 1 a.go:1 x', 'I050 17:59:40 1 a.go:1] x']) {
    expect([one(line).error, one(line).body, { ...one(line).fields }], line).toEqual(['not a klog line: expected I0102 15:04:05.000000 THREAD FILE:LINE] message', line, {}])
  }
  for (const line of ['', '  ']) expect([one(line).error, one(line).body]).toEqual([null, line])
})

test('what a source gave as an object or a time of its own stays', () => {
  const given = objectRecord({ a: 1 })
  const timed = recordsOf([`${H} x`])
  timed[0]?.timeFound(1)
  timed[0]?.levelFound('trace')
  host(klog).parse.get('klog')?.call(batchOf([given, ...timed]))
  expect([given.body, given.error]).toEqual([{ a: 1 }, null])
  expect([timed[0]?.time, timed[0]?.level]).toEqual([1, 'trace'])
})

test('no line makes it throw', { timeout: propertyMs }, () => {
  const piece = fc.constantFrom('"', '=', ' ', '\\', 'a', '<\n', '\n >', '{', '}', '[', ']', '1', 'true', '\\x4', '\\u00e9', '<nil>', 'é', '__proto__')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const record = one(`${H} "m" ${pieces.join('')}`)
      expect([record.error, typeof record.fields['message']]).toEqual([null, 'string'])
    }),
    propertyRuns,
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()), (text) => void parse([text, `I${text}`, `${H} ${text}`])), propertyRuns)
})

test('time grows with the length of a line, not with its square', () => {
  for (const part of ['a={', 'a="', 'a=[ ', '"', ' a=1', '\\"', 'a=<\n', ' ', 'a ', 'a="\\x', '= ']) {
    const line = `${H} "m" ${part.repeat(1_000_000 / part.length)}`
    const began = performance.now()
    one(line)
    expect(performance.now() - began, part).toBeLessThan(1000)
  }
})

const corpus = sharedData('logs/derived-cri-docker/expected.jsonl')
test.skipIf(corpus === null)(`real lines: every one is read${corpus === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const lines = readFileSync(corpus as string, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { line: string }).line)
  const own = lines.filter((line) => /^[IWEF]\d{4} /.test(line))
  expect(own.length).toBeGreaterThan(20)
  expect(parse(own).filter(({ error }) => error !== null)).toEqual([])
})
