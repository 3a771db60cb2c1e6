import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import postgres from '../../../plugins/parsers/postgres.ts'
import { groupText } from '../../core/multiline/group-lines.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

// Made once: property tests call it thousands of times.
const hooks = host(postgres)

function parse(lines: readonly string[], options?: object): LogRecord[] {
  const records = recordsOf(lines)
  const { parse: taps } = options === undefined ? hooks : host(postgres, options)
  taps.get('postgres')?.call(batchOf(records))
  return records
}
const one = (line: string, options?: object): LogRecord => parse([line], options)[0] as LogRecord

const T = '2024-01-01 10:00:00.123 UTC'

describe('prefixes', () => {
  function check(line: string, fields: object): void {
    const record = one(`${line}LOG:  m`)
    expect(record.error, line).toBeNull()
    expect({ ...record.fields }, line).toEqual({ severity: 'LOG', message: 'm', ...fields })
    expect([record.level, record.guessed, formatTime(record.time)], line).toEqual(['info', [], '2024-01-01T10:00:00.123Z'])
  }

  test('of distributions and services', () => {
    check(`${T} [4913] `, { pid: 4913 })
    check(`${T} [4913] gilles@shop `, { pid: 4913, user: 'gilles', database: 'shop' })
    check(`${T} [4913] [unknown]@[unknown] `, { pid: 4913 })
    check(`${T} [36]: [121-1] user=postgres,db=shop,app=pgbench,client=172.23.0.1 `, { pid: 36, session_line: 121, user: 'postgres', database: 'shop', app: 'pgbench', client: '172.23.0.1' })
    check(`${T} [36]: [1-1] user=,db=,app=,client= `, { pid: 36, session_line: 1 })
    check(`${T} [36]: db=[unknown],user=[unknown],app=[unknown],client=[local] `, { pid: 36, client: '[local]' })
    check(`${T} [36-7] gilles@shop `, { pid: 36, session_line: 7, user: 'gilles', database: 'shop' })
    check(`${T} [36] user=u db=d app=PostgreSQL JDBC Driver client=::1 `, { pid: 36, user: 'u', database: 'd', app: 'PostgreSQL JDBC Driver', client: '::1' })
    check(`${T} [36] user=u,db=d: `, { pid: 36, user: 'u', database: 'd' })
    check(`${T} pid=36,user=u,db=d,app=a,client=10.0.0.1(5432),sqlstate=42P01 `, { pid: 36, user: 'u', database: 'd', app: 'a', client: '10.0.0.1', client_port: 5432, sqlstate: '42P01' })
    check(`${T} [36] 42P01 10.0.0.1(5432) `, { pid: 36, sqlstate: '42P01', client: '10.0.0.1', client_port: 5432 })
    check(`${T}:10.0.0.1(5432):gilles@shop:[36]:`, { pid: 36, user: 'gilles', database: 'shop', client: '10.0.0.1', client_port: 5432 })
    check(`${T}:::1(5432):gilles@shop:[36]:`, { pid: 36, user: 'gilles', database: 'shop', client: '::1', client_port: 5432 })
    check(`${T}:[local]:gilles@shop:[36]:`, { pid: 36, user: 'gilles', database: 'shop', client: '[local]' })
    check(`${T}::@:[36]:`, { pid: 36 })
    check(`${T}-60123abc.4d-`, { session_id: '60123abc.4d', pid: 77 })
    check(`${T} `, {})
    check('2024-01-01 11:00:00.123 CET [1] ', { pid: 1 })
    check('2024-01-01 07:00:00.123 -03 [1] ', { pid: 1 })
    check('2024-01-01 15:30:00.123 +0530 [1] ', { pid: 1 })
    check('2024-01-01 13:30:00.123 +03:30:[local]:gilles@shop:[36]:', { pid: 36, user: 'gilles', database: 'shop', client: '[local]' })
    check('1704103200.123 [1] ', { pid: 1 })
  })

  test('with a zone that settles nothing leave the time guessed, unless one is configured', () => {
    for (const zone of ['IRST', 'IST']) {
      const line = `2024-01-01 10:00:00 ${zone} [7] LOG:  m`
      expect([one(line).guessed, one(line).fields['pid']]).toEqual([['time'], 7])
      const zoned = one(line, { timezone: '+03:30' })
      expect([zoned.guessed, formatTime(zoned.time)]).toEqual([[], '2024-01-01T06:30:00.000Z'])
    }
  })
})

describe('messages', () => {
  function check(text: string, level: string, fields: object): void {
    const record = one(`${T} [1] ${text}`)
    expect(record.error, text).toBeNull()
    expect(record.guessed.includes('level') ? '-' : record.level, text).toBe(level)
    expect({ ...record.fields }, text).toEqual({ pid: 1, ...fields })
  }
  const S = 'SELECT a: b\n\tFROM c'

  test('have a level by their severity', () => {
    check('LOG:  m', 'info', { severity: 'LOG', message: 'm' })
    check('DEBUG3:  m', 'debug', { severity: 'DEBUG3', message: 'm' })
    check('NOTICE:  m', 'info', { severity: 'NOTICE', message: 'm' })
    check('WARNING:  m', 'warn', { severity: 'WARNING', message: 'm' })
    check('ERROR:  relation "x" does not exist at character 15', 'error', { severity: 'ERROR', message: 'relation "x" does not exist at character 15' })
    check('FATAL:  m', 'fatal', { severity: 'FATAL', message: 'm' })
    check('PANIC:  m: ERROR:  no', 'fatal', { severity: 'PANIC', message: 'm: ERROR:  no' })
  })

  test('that belong to the one before have no level of their own', () => {
    check(`STATEMENT:  ${S}`, '-', { severity: 'STATEMENT', message: S, statement: S })
    check('DETAIL:  parameters: $1 = 1', '-', { severity: 'DETAIL', message: 'parameters: $1 = 1' })
    check('HINT:  m', '-', { severity: 'HINT', message: 'm' })
    check('CONTEXT:  m', '-', { severity: 'CONTEXT', message: 'm' })
  })

  test('give duration and statement', () => {
    const m = (message: string, more: object): void => check(`LOG:  ${message}`, 'info', { severity: 'LOG', message, ...more })
    m(`duration: 124.928 ms  statement: ${S}`, { duration_ms: 124.928, statement: S })
    m(`duration: 1.163 ms  parse name: ${S}`, { duration_ms: 1.163, statement: S })
    m(`duration: 1 ms  execute fetch from <unnamed>/C_1: ${S}`, { duration_ms: 1, statement: S })
    m(`statement: ${S}`, { statement: S })
    m(`execute <unnamed>: ${S}`, { statement: S })
    m('duration: 7.5 ms', { duration_ms: 7.5 })
    m('duration: long ms  statement: x', {})
    m('duration: 7.5 ms  plan:\n\tQuery Text: x', { duration_ms: 7.5 })
    m('execute it now', {})
  })
})

describe('csvlog', () => {
  const row = (message: string, rest = ',,,,,,,,,"my app","client backend",12,0'): string => `2024-01-01 11:00:00.123 CET,"gilles","shop",1001,"192.0.2.10:54321",00000001.3e9,7,"SELECT",2024-01-01 10:59:00 CET,1/1,0,ERROR,42P01,${message}${rest}`

  test('gives its columns', () => {
    for (const line of [row('"no ""x"", sorry"'), row('"no ""x"", sorry"').replace(/^[^,]+/, '"$&"')]) {
      const record = one(line)
      expect([record.error, record.level, record.guessed, formatTime(record.time), record.body]).toEqual([null, 'error', [], '2024-01-01T10:00:00.123Z', line])
      expect({ ...record.fields }).toEqual({
        user: 'gilles', database: 'shop', pid: 1001, client: '192.0.2.10', client_port: 54321, session_id: '00000001.3e9', session_line: 7, command_tag: 'SELECT', severity: 'ERROR', sqlstate: '42P01',
        message: 'no "x", sorry', app: 'my app', backend_type: 'client backend', leader_pid: 12,
      })
    }
  })

  test('may span lines, and has 23 columns in old versions', () => {
    expect(one(row('"statement: SELECT 1\n,""x"""', ',,,,,,,,,"psql"')).fields).toMatchObject({ message: 'statement: SELECT 1\n,"x"', statement: 'SELECT 1\n,"x"', app: 'psql' })
    expect(one(row('"m"', ',"detail","hint",,,"context","SELECT 2",8,,""')).fields).toMatchObject({ detail: 'detail', hint: 'hint', context: 'context', statement: 'SELECT 2' })
    expect(one(row('m').replace('"192.0.2.10:54321"', '"::1:54321"')).fields).toMatchObject({ client: '::1', client_port: 54321 })
    expect(one(row('m').replace('"192.0.2.10:54321"', '"[local]"')).fields).toMatchObject({ client: '[local]' })
  })

  test('with too few columns or a quote that is not closed is refused', () => {
    for (const line of [row('m', ''), row('"m')]) expect([one(line).error, one(line).body]).toEqual(['no PostgreSQL severity (LOG:, ERROR:, ...) behind its time', line])
  })
})

test('other lines are kept with a reason, blank ones without', () => {
  expect(one('\tFROM c').error).toBe('no PostgreSQL time at its head')
  expect(one('pg_ctl: could not start server').error).toBe('no PostgreSQL time at its head')
  for (const line of [`${T} [1] it began`, `${T} [1] XLOG:  x`, `${T} ERROR`, `${T} [1] log:  x`]) expect([one(line).error, one(line).body]).toEqual(['no PostgreSQL severity (LOG:, ERROR:, ...) behind its time', line])
  for (const line of ['', '  ']) expect([one(line).error, one(line).body]).toEqual([null, line])
})

test('what a source gave as an object or a time of its own stays', () => {
  const given = objectRecord({ a: 1 })
  const timed = recordsOf([`${T} [1] ERROR:  x`])
  timed[0]?.timeFound(1)
  timed[0]?.levelFound('trace')
  host(postgres).parse.get('postgres')?.call(batchOf([given, ...timed]))
  expect([given.body, given.error]).toEqual([{ a: 1 }, null])
  expect([timed[0]?.time, timed[0]?.level]).toEqual([1, 'trace'])
})

test('no line makes it throw', { timeout: propertyMs }, () => {
  const piece = fc.constantFrom('[', ']', ':', '@', ',', ' ', '-', '"', 'user=', 'db', '=', '1', '(1)', 'LOG:  ', 'a.b', '::1', '\n', 'duration: ', ' ms  ', 'statement: ', 'é')
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void parse([`${T}${pieces.join('')}`, `${T}${pieces.join('')} LOG:  ${pieces.join('')}`])), propertyRuns)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()), (text) => void parse([text, `${T}${text}`, `${T}${text} LOG:  x`])), propertyRuns)
})

test('time grows with the length of a line, not with its square', () => {
  for (const part of ['a: ', '[', 'LOG', ':', '"', ',', ',"', 'a=', '\n', ' ']) {
    const text = part.repeat(1_000_000 / part.length)
    const began = performance.now()
    parse([`${T} [1] ${text}`, `${T}${text}`, `${T} [1] LOG:  duration: ${text}`, `"${T}${text}`])
    expect(performance.now() - began, part).toBeLessThan(1000)
  }
})

const folder = sharedData('logs/postgres-stderr')
test.skipIf(folder === null)(`real logs: every record is read, with its process${folder === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const counts: Record<string, number> = {}
  for (const file of ['light.log', 'rds.log', 'begin_end.log', 'multiline_param.log', 'csv_statement.csv', 'pg_rawcsv.csv']) {
    const records = groupText({ start: '^"?\\d{4}-\\d\\d-\\d\\d \\d\\d:' }, readFileSync(`${folder}/${file}`, 'utf8').trimEnd())
    const parsed = parse(records)
    expect(parsed.filter(({ error }) => error !== null).map(({ line }) => line)).toEqual([])
    expect(parsed.filter(({ fields, guessed }) => typeof fields['pid'] !== 'number' || guessed.includes('time')).map(({ line }) => line)).toEqual([])
    // Every other name the prefix has is read as well.
    for (const { line, fields } of parsed) {
      if (line.includes(':  duration: ')) expect(fields['duration_ms'], line).toBeTypeOf('number')
      if (/user=\w|:\w+@\w+:/.test(line.slice(0, 100)) && !file.endsWith('csv')) expect([fields['user'], fields['database']], line).toEqual([expect.any(String), expect.any(String)])
    }
    counts[file] = parsed.length
  }
  expect(counts).toEqual({ 'light.log': 630, 'rds.log': 5000, 'begin_end.log': 24, 'multiline_param.log': 12, 'csv_statement.csv': 2, 'pg_rawcsv.csv': 12 })
})
