// Records as OTLP, read back by an independent decoder.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { StoredLine, type StoredRecord } from '../../../core/journal/stored-line.ts'
import { LEVELS } from '../../../core/level.ts'
import { OTLP_ENCODINGS, otlpRequest } from '../../../core/otlp/otlp-request.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { type Decoded, decodeOtlp } from './decode-otlp.ts'

const ENCODINGS = ['protobuf', 'json'] as const

function roundTrip(lines: readonly StoredLine[], encoding: (typeof ENCODINGS)[number]): Decoded[] {
  return decodeOtlp(Buffer.from(otlpRequest(lines, 'j1', encoding) as string), OTLP_ENCODINGS[encoding])
}

/** The same in both encodings. */
function onlyRecord(line: StoredLine): Decoded['records'][number] {
  const [protobuf, json] = ENCODINGS.map((encoding) => roundTrip([line], encoding))
  expect(json).toEqual(protobuf)
  return (protobuf as Decoded[])[0]?.records[0] as Decoded['records'][number]
}

const raw = (text: string): StoredLine => new StoredLine(1, 0, Buffer.from(text))

// Written by @opentelemetry/exporter-logs-otlp-proto 0.223.1: the decoder is checked against somebody else's encoder.
const REAL = 'Cs8CChoKFgoMc2VydmljZS5uYW1lEgYKBGRlbW8QABKwAgoTCgpkZW1vLXNjb3BlEgUxLjAuMBKBAQlAixrcnMrqGBAJGgRJTkZPKgsKCWhlbGxvIG9uZTIKCgR1c2VyEgIYBzIICgJvaxICEAEyEgoFcmF0aW8SCSEAAAAAAADgPzIUCgR0YWdz'
  + 'EgwqCgoDCgFhCgMKAWIyFgoGbmVzdGVkEgwyCgoICgFrEgMKAXY4AFlAixrcnMrqGBI2CYDNKdycyuoYEA0aBFdBUk4qGAoWemHFvMOzxYLEhyAidHdvIgpsaW5lMjgAWYDNKdycyuoYEl0JgM0p3JzK6hgQERoFRVJST1IqIzIhChMKA21zZxIMCgpib29tIHRocmVlCgoKBGNvZGUSAhgDMhkKDmV4Y2VwdGlvbi50eXBlEgcKBUVycm9yOABZgM0p3JzK6hg='

test('the decoder reads what the SDK of OpenTelemetry sends', () => {
  const [group] = decodeOtlp(Buffer.from(REAL, 'base64'), 'application/x-protobuf')
  expect(group).toMatchObject({ resource: { 'service.name': 'demo' }, scope: 'demo-scope' })
  const [first, second, third] = (group as Decoded).records
  expect(first).toMatchObject({ severity: 9, text: 'INFO', body: 'hello one', attributes: { user: 7, ok: true, ratio: 0.5, tags: ['a', 'b'], nested: { k: 'v' } } })
  expect(String(first?.observed)).toMatch(/^179547\d{13}$/)
  expect(first?.time).toBe(first?.observed)
  expect(second).toMatchObject({ severity: 13, body: 'zażółć "two"\nline2', attributes: {} })
  expect(third).toMatchObject({ severity: 17, text: 'ERROR', body: { msg: 'boom three', code: 3 }, attributes: { 'exception.type': 'Error' } })
})

test('its JSON has the shape the SDK sends', ({ skip }) => {
  const path = sharedData('wire/otlp-http-json.json')
  if (path === null) return skip('the captured requests are not here')
  const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as { scenarios: { ok: { requests: Array<{ body: { head: string } }> } } }
  const theirs = shapeOf(JSON.parse(scenarios.ok.requests[0]?.body.head as string))
  const ours = shapeOf(JSON.parse(otlpRequest([makeStoredLine(1, 1, { body: { code: 3, msg: 'x' }, fields: { ok: true, ratio: 0.5, nested: { k: 'v' } } }), makeStoredLine(1, 2)], 'j1', 'json') as string))
  // Integers are strings in ours, as the mapping of proto3 says.
  expect([...ours].filter((path_) => !theirs.has(path_) && !path_.endsWith('intValue:string'))).toEqual([])
})

/** Every path of keys and the type at its end. */
function shapeOf(value: unknown, at = '', paths = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) shapeOf(item, at, paths)
  else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) shapeOf(item, ['kvlistValue', 'arrayValue'].includes(key) ? '' : `${at}.${key}`, paths)
  else paths.add(`${at.replace(/^.*\.value\./, '.value.')}:${typeof value}`)
  return paths
}

test('source and host are the resource, said once for all their records', () => {
  const line = (record: number, source: string, host: string): StoredLine => makeStoredLine(1, record, { source, host, body: `${record}` })
  for (const encoding of ENCODINGS) {
    const groups = roundTrip([line(1, 'a', 'h'), line(2, 'b', 'h'), line(3, 'a', 'h'), line(4, 'a', 'i'), line(5, '', '')], encoding)
    expect(groups.map(({ resource, records }) => [{ ...resource }, records.map(({ body }) => body)])).toEqual([
      [{ 'service.name': 'a', 'host.name': 'h' }, ['1', '3']], [{ 'service.name': 'b', 'host.name': 'h' }, ['2']], [{ 'service.name': 'a', 'host.name': 'i' }, ['4']], [{}, ['5']],
    ])
    expect(groups.every(({ scope }) => scope === 'sawlog')).toBe(true)
  }
})

test('times keep their nanoseconds, and are unknown where the record had none', () => {
  const check = (time: string, guessed: string[], want: bigint, observed: bigint): void => {
    expect(onlyRecord(makeStoredLine(1, 1, { time, guessed }))).toMatchObject({ time: want, observed })
  }
  check('2026-11-01T00:00:00.013456789Z', [], 1_793_491_200_013_456_789n, 1_793_491_200_013_456_789n)
  check('2026-11-01T00:00:00.013Z', ['level'], 1_793_491_200_013_000_000n, 1_793_491_200_013_000_000n)
  check('2026-11-01T00:00:00.013Z', ['time'], 0n, 1_793_491_200_013_000_000n)
  check('2554-07-21T23:34:33.709551615Z', [], 2n ** 64n - 1n, 2n ** 64n - 1n)
  check('2554-07-21T23:34:33.709551616Z', [], 0n, 0n)
  check('1969-12-31T23:59:59.999Z', [], 0n, 0n)
  expect(onlyRecord(makeStoredLine(1, 1, { time: '1969-12-31T23:59:59.999Z' })).attributes['sawlog.time']).toBe('1969-12-31T23:59:59.999Z')
})

test('levels are the lowest severity of their range', () => {
  const severities = LEVELS.map((level) => onlyRecord(makeStoredLine(1, 1, { level }))).map(({ severity, text }) => [severity, text])
  expect(severities).toEqual([[1, 'TRACE'], [5, 'DEBUG'], [9, 'INFO'], [13, 'WARN'], [17, 'ERROR'], [21, 'FATAL']])
})

test('tags, fields and what was guessed are attributes, and a record has its identity', () => {
  expect({ ...onlyRecord(makeStoredLine(7, 12, { tags: ['a', 'b c'], fields: { 'log.file.path': '/x', n: 1.5 }, guessed: ['time'], error: 'bad' })).attributes }).toEqual({
    'log.file.path': '/x', n: 1.5, 'log.record.uid': 'j1-7-12', 'sawlog.tags': ['a', 'b c'], 'sawlog.guessed': ['time'], 'sawlog.error': 'bad',
  })
  expect({ ...onlyRecord(makeStoredLine(7, 12, { tags: [], fields: { 'log.record.uid': 'theirs' } })).attributes }).toEqual({ 'log.record.uid': 'theirs' })
})

test('trace and span are lifted from fields or body', () => {
  const check = (parts: Partial<StoredRecord>, traceId: string, spanId: string): void => {
    expect(onlyRecord(makeStoredLine(1, 1, parts))).toMatchObject({ traceId, spanId })
  }
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  check({ body: { trace_id: trace, span_id: '00f067aa0ba902b7' } }, trace, '00f067aa0ba902b7')
  check({ fields: { traceId: trace.toUpperCase() } }, trace, '')
  check({ body: { trace_id: trace.slice(1), span_id: 7 } }, '', '')
  check({ body: { trace_id: '0'.repeat(32), span_id: '0'.repeat(16) } }, '', '')
})

test('numbers keep every digit', () => {
  const check = (number: string, want: unknown): void => {
    const { body, attributes } = onlyRecord(raw(`{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"a","host":"h","tags":[],"body":{"n":${number},"s":"\\"${number}\\" 1234567890123456789"},"fields":{"m":[${number}]}}`))
    expect((body as { n: unknown }).n).toBe(want)
    expect((attributes['m'] as unknown[])[0]).toBe(want)
    expect((body as { s: unknown }).s).toBe(`"${number}" 1234567890123456789`)
  }
  check('9007199254740993', 9_007_199_254_740_993n)
  check('-9223372036854775808', -(2n ** 63n))
  check('9223372036854775807', 2n ** 63n - 1n)
  check('9223372036854775808', 2 ** 63)
  check('1.1234567890123456789', 1.123_456_789_012_345_7)
  check('12345678901234567e2', 1_234_567_890_123_456_768)
  check('-0', -0)
  check('1e999', Number.POSITIVE_INFINITY)
  check('4503599627370497', 4_503_599_627_370_497)
})

test('what nests deeper than receivers read is sent as text', () => {
  const nested = (depth: number): string => '{"a":['.repeat(depth / 2) + '1' + ']}'.repeat(depth / 2)
  const bodyOf = (depth: number): unknown => onlyRecord(raw(`{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"a","host":"h","tags":[],"body":${nested(depth)}}`)).body
  expect(JSON.stringify(bodyOf(30))).toBe(nested(30))
  let inner = bodyOf(250)
  for (let depth = 0; depth < 31; depth++) inner = Array.isArray(inner) ? inner[0] : (inner as { a: unknown }).a
  expect(inner).toBe(nested(250).slice('{"a":['.length * 15 + '{"a":'.length, -(']}'.length * 15 + '}'.length)))
})

test('a damaged line is sent as it lies', () => {
  expect(onlyRecord(raw('{"time":"20'))).toMatchObject({ body: '{"time":"20', severity: 17, time: 0n })
  expect(onlyRecord(raw('{"n":12345678901234567890}')).body).toBe('{"n":12345678901234567890}')
})

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('\ud800', 'a\udfff\ud800', '\0', '__proto__', 'x'.repeat(300)))
const plain = (value: string): string => Buffer.from(value).toString()
const leaf = fc.oneof(text, fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(text.map(plain), tie('tree'), { maxKeys: 4 })),
}))
const object = fc.dictionary(text.map(plain), tree, { maxKeys: 6 })

/** JSON with every digit of a bigint. */
function exactText(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(exactText).join(',')}]`
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${exactText(item)}`).join(',')}}`
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}

/** What must arrive: bigints that a number holds are numbers, broken surrogates U+FFFD. */
function arriving(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  // What counts is the text: a double of more digits than it holds is written with zeros.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(String(value))
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(arriving)
  if (typeof value !== 'object' || value === null) return value
  return Object.assign(Object.create(null), Object.fromEntries(Object.entries(value).map(([key, item]) => [key, arriving(item)])))
}

test('any record encodes to what decodes to the same values', () => {
  fc.assert(fc.property(fc.oneof(text, object), object, fc.constantFrom(...LEVELS), fc.array(text, { maxLength: 3 }), fc.bigInt({ min: 1n, max: 2n ** 63n }), (body, fields, level, tags, nanos) => {
    const time = `${new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, -1)}${String(nanos % 1_000_000n).padStart(6, '0')}Z`
    const line = raw(`{"time":"${time}","level":"${level}","source":"s","host":"h","tags":${JSON.stringify(tags)},"body":${exactText(body)},"fields":${exactText(fields)}}`)
    const found = onlyRecord(line)
    expect(found.time).toBe(nanos)
    expect(found.severity).toBe(LEVELS.indexOf(level) * 4 + 1)
    expect(found.body).toEqual(arriving(body))
    const own = { 'log.record.uid': 'j1-1-0', ...(tags.length === 0 ? {} : { 'sawlog.tags': tags.map(plain) }) }
    expect(found.attributes).toEqual(arriving({ ...own, ...fields }))
  }), propertyRuns)
}, propertyMs)
