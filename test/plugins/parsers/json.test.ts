import { describe, expect, test } from 'vitest'
import json from '../../../plugins/parsers/json.ts'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import { ARRIVAL, batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(lines: readonly string[], options: object = {}): LogRecord[] {
  const records = recordsOf(lines)
  host(json, options).parse.get('json')?.call(batchOf(records))
  return records
}

const one = (line: string, options: object = {}): LogRecord => parse([line], options)[0] as LogRecord

/** Level and time, `-` where guessed. */
function summary(record: LogRecord): string {
  const level = record.guessed.includes('level') ? '-' : record.level
  return `${level} ${record.guessed.includes('time') ? '-' : formatTime(record.time, record.timeText)}`
}

describe('loggers', () => {
  function check(line: string, want: string): void {
    const record = one(line)
    expect(summary(record), line).toBe(want)
    expect(record.error).toBeNull()
    expect(record.object).toEqual(JSON.parse(line))
    expect(record._verbatim).toBe(true)
  }
  const T = '2024-06-18T23:37:20.123Z'
  const MS = Date.parse(T)

  test('are recognised by their usual keys', () => {
    check(`{"level":30,"time":${MS},"pid":1,"hostname":"h","msg":"pino"}`, `info ${T}`)
    check(`{"name":"a","hostname":"h","pid":1,"level":50,"msg":"bunyan","time":"${T}","v":0}`, `error ${T}`)
    check(`{"level":"warn","message":"winston","timestamp":"${T}"}`, `warn ${T}`)
    check(`{"level":"\\u001b[32minfo\\u001b[39m","message":"winston in colour","timestamp":"${T}"}`, `info ${T}`)
    check('{"level":"info","ts":1718753840.123,"caller":"a.go:1","msg":"zap"}', `info ${T}`)
    check('{"level":"dpanic","ts":"2024-06-18T23:37:20.123Z","msg":"zap"}', `fatal ${T}`)
    check('{"level":"error","time":1718753840,"message":"zerolog"}', 'error 2024-06-18T23:37:20.000Z')
    check('{"time":"2024-06-18T23:37:20.123456789+02:00","level":"WARN+1","msg":"slog"}', 'warn 2024-06-18T21:37:20.123456789Z')
    check('{"asctime":"2024-06-18 23:37:20,123+0000","levelname":"CRITICAL","message":"python-json-logger"}', `fatal ${T}`)
    check('{"created":1718753840.123,"levelno":10,"message":"python"}', `debug ${T}`)
    check(`{"event":"structlog","level":"warning","timestamp":"${T}"}`, `warn ${T}`)
    check('{"text":"loguru","record":{"level":{"name":"ERROR","no":40},"time":{"repr":"x","timestamp":1718753840.123}}}', `error ${T}`)
    check(`{"@timestamp":"${T}","log.level":"INFO","message":"ECS"}`, `info ${T}`)
    check(`{"@timestamp":"${T}","log":{"level":"debug"},"message":"ECS nested"}`, `debug ${T}`)
    check('{"timeUnixNano":"1718753840123456789","severityNumber":17,"body":{"stringValue":"OTel"}}', 'error 2024-06-18T23:37:20.123456789Z')
    check(`{"severityText":"WARN","timeUnixNano":"0","observedTimeUnixNano":"${MS}000000"}`, `warn ${T}`)
    check('{"instant":{"epochSecond":1718753840,"nanoOfSecond":123000000},"level":"TRACE","message":"log4j"}', `trace ${T}`)
    check(`{"timeMillis":${MS},"level":"FATAL","message":"log4j"}`, `fatal ${T}`)
    check(`{"@timestamp":"${T}","level":"INFO","level_value":20000,"message":"logback"}`, `info ${T}`)
    check(`{"insertId":"x","severity":"NOTICE","textPayload":"t","timestamp":"${T}","receiveTimestamp":"2024-06-19T00:00:00Z"}`, `info ${T}`)
    check('{"severity":"DEFAULT","timestamp":{"seconds":1718753840,"nanos":123000000},"message":"t"}', `- ${T}`)
    check(`{"log":"ERROR from a container\\n","stream":"stderr","time":"${T}"}`, `error ${T}`)
    check('{"version":"1.1","host":"h","short_message":"GELF","timestamp":1718753840.123,"level":3}', `error ${T}`)
    check(`{"@t":"${T}","@mt":"Serilog"}`, `info ${T}`)
    check(`{"@t":"${T}","@l":"Warning","@mt":"Serilog"}`, `warn ${T}`)
    check('{"t":{"$date":"2024-06-18T23:37:20.123+00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"conn","msg":"MongoDB"}', `warn ${T}`)
    check('{"MESSAGE":"m","PRIORITY":"4","__REALTIME_TIMESTAMP":"1718753840123000"}', `warn ${T}`)
    check('{"message":"monolog","level":400,"level_name":"ERROR","datetime":"2024-06-18T23:37:20.123+00:00"}', `error ${T}`)
    check(`{"Timestamp":"${T}","LogLevel":"Information","Message":"dotnet"}`, `info ${T}`)
  })

  test('CloudNativePG: the level is PostgreSQL\'s, inside', () => {
    check('{"level":"info","ts":1669575482.0968924,"logger":"postgres","msg":"record","record":{"log_time":"2022-11-27 18:58:02.096 UTC","error_severity":"LOG","message":"m"}}', 'info 2022-11-27T18:58:02.096892Z')
    check('{"level":"info","ts":1669575482,"msg":"record","record":{"error_severity":"FATAL","message":"m"}}', 'fatal 2022-11-27T18:58:02.000Z')
    check('{"level":"info","msg":"record","record":{"log_time":"2022-11-27 18:58:02.096 UTC","error_severity":"ERROR"}}', 'error 2022-11-27T18:58:02.096Z')
  })

  test('what is not there stays guessed', () => {
    check('{}', '- -')
    check('{"level":"premium","time":"noon"}', '- -')
    check('{"level":99999,"time":12}', '- -')
    check('{"level":null,"time":null,"ts":[],"record":null,"log":[]}', '- -')
    check('{"message":"an error occurred"}', '- -')
    check('{"message":"[ERROR] it broke"}', 'error -')
    check('{"level":"premium","severity":"error"}', 'error -')
    check('{"time":"noon","timestamp":"2024-06-18T23:37:20Z"}', '- 2024-06-18T23:37:20.000Z')
  })

  test('the order of names does not depend on the records before', () => {
    const a = `{"timestamp":"${T}","level":"info"}`
    const b = `{"timestamp":"2001-01-01T00:00:00Z","time":"${T}","severity":"error","level":"debug"}`
    expect(parse([a, b, a, b]).map(summary)).toEqual([`info ${T}`, `debug ${T}`, `info ${T}`, `debug ${T}`])
  })
})

describe('time zones', () => {
  const line = '{"asctime":"2024-06-18 23:37:20,123"}'
  test('a time without zone is read as UTC and marked', () => {
    const record = one(line)
    expect([record.time, record.guessed]).toEqual([Date.UTC(2024, 5, 18, 23, 37, 20, 123), ['time', 'level']])
  })
  test('the configured zone is no guess', () => {
    const record = one(line, { timezone: 'Europe/Paris' })
    expect([record.time, record.guessed]).toEqual([Date.UTC(2024, 5, 18, 21, 37, 20, 123), ['level']])
  })
  test('an unknown zone is refused', () => {
    expect(() => host(json, { timezone: 'Mars/Olympus' })).toThrow(/expected a time zone such as/)
  })
})

describe('lines that are no JSON object', () => {
  function check(line: string, want: RegExp): void {
    const record = one(line)
    expect(record.error, line.slice(0, 100)).toMatch(want)
    expect(record.error?.length).toBeLessThanOrEqual(200)
    expect(record.body).toBe(line)
    expect(record.object).toBeNull()
  }

  test('are kept as they are, with a short reason', () => {
    check('plain text', /^not a JSON object: it begins with "plain text"$/)
    check('[1,2]', /begins like an array/)
    check('"text"', /begins like a string/)
    check('42', /begins with "42"/)
    check('null', /begins with "null"/)
    check('{"a":1', /^not a JSON object: /)
    check('{"a":1} trailing', /^not a JSON object: /)
    check("{'a':1}", /^not a JSON object: /)
    check('{"a":\u0000}', /^not a JSON object: /)
    check(`{"secret":"${'s'.repeat(10_000)}" oops`, /^not a JSON object: /)
    check(`x${'y'.repeat(10_000)}`, /^not a JSON object: it begins with "xy{39}"\.\.\.$/)
  })

  test('quote no more than 40 characters of the line', () => {
    for (const line of [`{"secret":"${'s'.repeat(10_000)}" oops`, `${'s'.repeat(500)}`, `{${'s'.repeat(500)}`, `{"a":"${'s'.repeat(500)}`]) {
      expect(/s{41}/.test(one(line).error ?? '')).toBe(false)
    }
  })

  test('still say their time and level', () => {
    const record = one('2024-06-18T23:37:20Z ERROR starting up')
    expect(summary(record)).toBe('error 2024-06-18T23:37:20.000Z')
    expect(record.error).not.toBeNull()
  })

  test('empty lines are no error', () => {
    for (const record of parse(['', '   ', '\t'])) expect([record.error, record.body, record.guessed]).toEqual([null, record.line, ['time', 'level']])
  })

  test('one bad line leaves its neighbours alone', () => {
    expect(parse(['{"level":"warn"}', '{"level":', '{"level":"error"}']).map((record) => [record.error === null, record.level])).toEqual([[true, 'warn'], [false, 'info'], [true, 'error']])
  })
})

describe('hostile JSON', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  test('nesting deeper than 256 levels is refused, 256 are not', () => {
    expect(one(nested(256)).error).toBeNull()
    expect(one(nested(257)).error).toBe('not a JSON object: nested deeper than 256 levels')
    expect(one(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`).error).toBe('not a JSON object: nested deeper than 256 levels')
    expect(one(`{"a":[${'[],'.repeat(5000)}0]}`).error).toBeNull()
    expect(one(`{"a":"${'['.repeat(5000)}\\"${'{'.repeat(5000)}"}`).error).toBeNull()
  })

  test('a body that came as an object loses only what is too deep', () => {
    const record = objectRecord(JSON.parse(`{"level":"warn","deep":${nested(100_000)},"__proto__":{"x":1}}`))
    host(json).parse.get('json')?.call(batchOf([record]))
    expect(record.level).toBe('warn')
    expect(JSON.stringify(record.body)).toBe('{"level":"warn","deep":"(nested deeper than 256 levels)","__proto__":{"x":1}}')
    expect(record.error).toMatch(/left out/)
  })

  test('__proto__ and constructor are keys like others', () => {
    const record = one('{"__proto__":{"level":"fatal","time":1718753840},"constructor":1,"hasOwnProperty":2}')
    expect(record.error).toBeNull()
    expect(summary(record)).toBe('- -')
    expect(Object.hasOwn(record.object ?? {}, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['level']).toBeUndefined()
  })

  test('a byte order mark is dropped from the stored body', () => {
    const record = one('\uFEFF{"level":"warn"}')
    expect([record.error, record.level, record._verbatim, record.body]).toEqual([null, 'warn', false, { level: 'warn' }])
  })
})

test('what the source gave stays', () => {
  const record = objectRecord({ level: 'error', time: 1_718_753_840 })
  record.timeFound(ARRIVAL)
  record.levelFound('debug')
  host(json).parse.get('json')?.call(batchOf([record]))
  expect([record.time, record.level]).toEqual([ARRIVAL, 'debug'])
})

test('detect chooses it when most lines are JSON objects', () => {
  const { detect } = host(json, {}, 'mine')
  const check = (lines: string[], want: string | undefined): void => expect(detect.call({ stream: 's', source: 's', lines })).toBe(want)
  check(['{"a":1}'], 'mine')
  check(['{"a":1}', '', 'text', '{"b":2}', ''], 'mine')
  check(['{"a":1}', 'text'], undefined)
  check(['text'], undefined)
  check(['[1]', '2', '"a"'], undefined)
  check(['{not json}'], undefined)
  check([], undefined)
  check(['', ' '], undefined)
})
