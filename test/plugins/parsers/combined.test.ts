import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import combined from '../../../plugins/parsers/combined.ts'
import common from '../../../plugins/parsers/common.ts'
import type { Json } from '../../../core/json.ts'
import type { LogRecord } from '../../../core/record.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { sharedData } from '../../shared-data.ts'
import { ARRIVAL, batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

function parse(lines: readonly string[], options: object = {}): LogRecord[] {
  const records = recordsOf(lines)
  host(combined, options).parse.get('combined')?.call(batchOf(records))
  return records
}
const one = (line: string, options: object = {}): LogRecord => parse([line], options)[0] as LogRecord

const T = Date.UTC(2015, 4, 17, 10, 5, 3)
const HEAD = '192.0.2.1 - ann [17/May/2015:10:05:03 +0000]'
const ANN = { client: '192.0.2.1', user: 'ann' }

function check(line: string, want: Record<string, Json>): void {
  const record = one(line)
  expect(record.error, line).toBe(null)
  expect({ ...record.readFields }, line).toEqual(want)
  expect([record.body, record._verbatim]).toEqual([line, true])
}

describe('access log lines', () => {
  const GET = { message: 'GET /a HTTP/1.1', method: 'GET', path: '/a', protocol: 'HTTP/1.1', status: 200, size: 5 }

  test('in the common and the combined format', () => {
    check(`${HEAD} "GET /a HTTP/1.1" 200 5`, { ...ANN, ...GET })
    check(`${HEAD} "GET /a HTTP/1.1" 200 5 "https://e.example/?q=1" "Mozilla/5.0 (X11)"`, { ...ANN, ...GET, referrer: 'https://e.example/?q=1', agent: 'Mozilla/5.0 (X11)' })
    check(`${HEAD} "GET /a HTTP/1.1" 304 - "-" "-"`, { ...ANN, message: 'GET /a HTTP/1.1', method: 'GET', path: '/a', protocol: 'HTTP/1.1', status: 304 })
    check(`${HEAD} "GET /a HTTP/1.1" 200 5 "" ""`, { ...ANN, ...GET })
    check('2001:db8::1 id - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5', { client: '2001:db8::1', identity: 'id', ...GET })
  })

  test('with a virtual host, a list of clients or spaces in the name', () => {
    const time = '[17/May/2015:10:05:03 +0000]'
    check(`shop.example:443 192.0.2.1 - ann ${time} "GET /a HTTP/1.1" 200 5`, { vhost: 'shop.example:443', ...ANN, ...GET })
    check(`192.0.2.1 - ann b c ${time} "GET /a HTTP/1.1" 200 5`, { client: '192.0.2.1', user: 'ann b c', ...GET })
    check(`::1 - ann b ${time} "GET /a HTTP/1.1" 200 5`, { client: '::1', user: 'ann b', ...GET })
    check(`192.0.2.1, 10.0.0.1 - ann ${time} "GET /a HTTP/1.1" 200 5`, { client: '192.0.2.1, 10.0.0.1', user: 'ann', ...GET })
  })

  test('with more behind the agent', () => {
    const line = `${HEAD} "GET /a HTTP/1.1" 200 5 "-" "curl/8"`
    const want = { ...ANN, ...GET, agent: 'curl/8' }
    check(`${line} "-"`, want)
    check(`${line} "192.0.2.7, 10.1.1.1"`, { ...want, forwarded_for: '192.0.2.7, 10.1.1.1' })
    check(`${line} 0.050 "-" [up] 10.0.0.9:80`, { ...want, extra: '0.050 "-" [up] 10.0.0.9:80' })
    check(`${line} "a" "b"`, { ...want, extra: '"a" "b"' })
    check(`${HEAD} "GET /a HTTP/1.1" 200 5 1234`, { ...ANN, ...GET, extra: '1234' })
    check(`${HEAD} "GET /a HTTP/1.1" 200 5 "-" "an agent that was cu`, { ...ANN, ...GET, agent: 'an agent that was cu' })
    check(`${HEAD} "GET /a HTTP/1.1" 200 5 "only one"`, { ...ANN, ...GET, extra: '"only one"' })
  })

  test('with dashes for everything', () => {
    check('- - - - - - -', {})
    check('- - - [17/May/2015:10:05:03 +0000] "-" - -', {})
  })
})

describe('the request', () => {
  function requestOf(request: string, want: Record<string, Json>): void {
    check(`${HEAD} "${request}" 400 0`, { ...ANN, message: request, status: 400, size: 0, ...want })
  }

  test('is split into its parts', () => {
    requestOf('GET /a/b?c=d&e=/f?g HTTP/2.0', { method: 'GET', path: '/a/b', query: 'c=d&e=/f?g', protocol: 'HTTP/2.0' })
    requestOf('POST /? HTTP/1.1', { method: 'POST', path: '/', protocol: 'HTTP/1.1' })
    requestOf('GET /with space/x HTTP/1.1', { method: 'GET', path: '/with space/x', protocol: 'HTTP/1.1' })
    requestOf('OPTIONS * HTTP/1.0', { method: 'OPTIONS', path: '*', protocol: 'HTTP/1.0' })
    requestOf('CONNECT host:443 HTTP/1.1', { method: 'CONNECT', path: 'host:443', protocol: 'HTTP/1.1' })
    requestOf('GET http://e.example/x?y HTTP/1.1', { method: 'GET', path: 'http://e.example/x', query: 'y', protocol: 'HTTP/1.1' })
    requestOf('GET /old', { method: 'GET', path: '/old' })
  })

  test('that is none is only the message', () => {
    requestOf(String.raw`\x16\x03\x01\x02`, {})
    requestOf('hello world', {})
    requestOf('t3 12.1.2', {})
    requestOf('GET', {})
  })

  test('with quotes inside, escaped or not', () => {
    requestOf(String.raw`GET /\"x\" HTTP/1.1`, { method: 'GET', path: '/"x"', protocol: 'HTTP/1.1' })
    requestOf(String.raw`GET /\x22x\x22?q=\xC3\xA9 HTTP/1.1`, { method: 'GET', path: '/"x"', query: 'q=é', protocol: 'HTTP/1.1' })
    requestOf('GET /"x" y HTTP/1.1', { method: 'GET', path: '/"x" y', protocol: 'HTTP/1.1' })
    requestOf(String.raw`GET /a\\b\\ HTTP/1.1`, { method: 'GET', path: String.raw`/a\b` + '\\', protocol: 'HTTP/1.1' })
    check(`${HEAD} "GET /\\\\" 200 1`, { ...ANN, message: 'GET /\\\\', method: 'GET', path: '/\\', status: 200, size: 1 })
  })

  test('keeps escaped what could do harm', () => {
    requestOf(String.raw`GET /\x0a\x1b[31m HTTP/1.1`, { method: 'GET', path: String.raw`/\x0a\x1b[31m`, protocol: 'HTTP/1.1' })
    requestOf(String.raw`GET /\xff\n HTTP/1.1`, { method: 'GET', path: String.raw`/\xff\n`, protocol: 'HTTP/1.1' })
  })
})

describe('time and level', () => {
  test('the time is in brackets, the level is guessed from the status', () => {
    const lines = [200, 302, 404, 500, 503].map((status) => `${HEAD} "GET / HTTP/1.1" ${status} 5`)
    expect(parse(lines).map(({ time, level, guessed }) => [time, level, guessed])).toEqual(['info', 'info', 'warn', 'error', 'error'].map((level) => [T, level, ['level']]))
  })

  test('other times in the brackets are read as well', () => {
    expect(one('- - - [2015-05-17T10:05:03.5Z] "-" - -').time).toBe(T + 500)
    expect(one('- - - [17/May/2015:12:05:03 +0200] "-" - -').time).toBe(T)
    expect(one('- - - [17/May/2015:12:05:03] "-" - -', { timezone: 'Europe/Paris' })).toMatchObject({ time: T, guessed: ['level'] })
    expect(one('- - - [yesterday] "-" - -')).toMatchObject({ time: ARRIVAL, guessed: ['time', 'level'], error: null })
  })

  test('given by the source stay', () => {
    const [record] = recordsOf([`${HEAD} "GET / HTTP/1.1" 500 5`]) as [LogRecord]
    record.timeFound(1)
    record.levelFound('debug')
    host(combined).parse.get('combined')?.call(batchOf([record]))
    expect([record.time, record.level, record.guessed]).toEqual([1, 'debug', []])
  })

  test('an object of the source is left alone', () => {
    const record = objectRecord({ message: `${HEAD} "GET / HTTP/1.1" 500 5` })
    host(combined).parse.get('combined')?.call(batchOf([record]))
    expect([record.error, { ...record.readFields }, record.level]).toEqual([null, {}, 'info'])
  })
})

describe('what is no access log line', () => {
  test('is kept with the reason', () => {
    const lines = [
      'not a common log line', '[01/Mar/2021:12:00:19 +0000] [ab:alert] [pid 4803:tid 3814] [client 192.0.2.1:24259] the message', '2021/04/01 13:02:31 [error] 31#31: *1 open() "/x" failed',
      HEAD, `${HEAD} "GET / HTTP/1.1"`, `${HEAD} "GET / HTTP/1.1" 20 5`, `${HEAD} "GET / HTTP/1.1" abc 5`, `${HEAD} "GET / HTTP/1.1" 200 5kB`, `${HEAD} "GET / HTTP/1.1" 200 ${'9'.repeat(400)}`,
      `${HEAD} GET / HTTP/1.1 200 5`, '192.0.2.1 - - [17/May/2015', 'a, b, c, d,  [x] "-" - -x',
    ]
    for (const record of parse(lines)) {
      expect(record.error, record.line).toMatch(/^not an access log line: /)
      expect({ ...record.readFields }).toEqual({})
      expect(record.body).toBe(record.line)
    }
  })

  test('still says its time and level', () => {
    expect(one('2021/04/01 13:02:31 [error] 31#31: *1 open() failed')).toMatchObject({ time: Date.UTC(2021, 3, 1, 13, 2, 31), level: 'error' })
  })

  test('blank lines are no error', () => {
    for (const record of parse(['', '  '])) expect([record.error, { ...record.readFields }]).toEqual([null, {}])
  })

  test('a megabyte of it takes no longer than other text', () => {
    const quotes = [`"${'\\"'.repeat(500_000)}`, `"${'" '.repeat(500_000)}`, `"${'\\'.repeat(1_000_000)}" 200 5`, `"${'\\x41'.repeat(250_000)}" 200 5`, `"GET /${'\\x41 \\'.repeat(150_000)} HTTP/1.1" 200 5`, `"GET /" 200 5 "${'" "'.repeat(300_000)}`]
    for (const line of [...quotes.map((tail) => `${HEAD} ${tail}`), 'a, '.repeat(300_000), ' ['.repeat(500_000), `a, ${'b '.repeat(500_000)}[`]) {
      const began = performance.now()
      one(line)
      expect(performance.now() - began).toBeLessThan(2_000)
    }
  })
})

test('common reads what combined reads', () => {
  const lines = [`${HEAD} "GET /a HTTP/1.1" 200 5`, `${HEAD} "GET /a HTTP/1.1" 200 5 "r" "a"`, 'nonsense']
  const records = recordsOf(lines)
  host(common).parse.get('common')?.call(batchOf(records))
  const seen = (record: LogRecord): unknown[] => [record.time, record.level, record.error, { ...record.readFields }]
  expect(records.map(seen)).toEqual(parse(lines).map(seen))
})

test('a rendered record gives its parts back', { timeout: propertyMs }, () => {
  const printable = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\p{Cc}\u{fffd}]/u.test(text))
  const word = fc.stringMatching(/^[\w.:-]{1,12}$/).filter((text) => text !== '-')
  const value = printable.filter((text) => text !== '' && text !== '-')
  const entry = fc.record({
    client: word, identity: fc.option(word), user: fc.option(word), time: fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), method: fc.stringMatching(/^[A-Z]{3,8}$/),
    path: printable.map((text) => `/${text.replaceAll('?', '')}`), query: fc.option(value), protocol: fc.constantFrom('HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0'),
    status: fc.integer({ min: 100, max: 599 }), size: fc.option(fc.nat()), referrer: fc.option(value), agent: fc.option(value),
  })
  fc.assert(fc.property(entry, fc.boolean(), ({ time, ...parts }, apache) => {
    const quote = (text: string): string => (apache ? text.replaceAll(/["\\]/g, String.raw`\$&`) : text.replaceAll(/["\\]|[^\x20-\x7e]+/g, (some) => Buffer.from(some).toString('hex').replaceAll(/../g, String.raw`\x$&`)))
    const [, day, month, year] = time.toUTCString().split(' ')
    const request = quote(`${parts.method} ${parts.path}${parts.query === null ? '' : `?${parts.query}`} ${parts.protocol}`)
    const line = `${parts.client} ${parts.identity ?? '-'} ${parts.user ?? '-'} [${day}/${month}/${year}:${time.toISOString().slice(11, 19)} +0000] "${request}" ${parts.status} ${parts.size ?? '-'} "${quote(parts.referrer ?? '-')}" "${quote(parts.agent ?? '-')}"`
    const record = one(line)
    expect(record.error).toBe(null)
    expect(record.time).toBe(Math.floor(time.getTime() / 1000) * 1000)
    expect({ ...record.readFields }).toEqual({ ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null)), message: request })
  }), propertyRuns)
})

const FIXTURE = fileURLToPath(new URL('../../fixtures/logs/apache-combined/access.log', import.meta.url))

for (const [folder, path] of [['the fixture', FIXTURE], ...['apache-combined', 'nginx-access'].map((name) => [name, sharedData(`logs/${name}/access.log`)])] as [string, string | null][]) {
  test.skipIf(path === null)(`the real lines of ${folder} are read whole, with their times${path === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
    const lines = readFileSync(path as string, 'utf8').split(/\r?\n/).filter((line) => line !== '')
    const records = parse(lines)
    const share = (found: (record: LogRecord) => boolean): number => records.filter(found).length / records.length
    expect(share(({ error }) => error === null)).toBeGreaterThan(0.99)
    expect(share(({ guessed }) => !guessed.includes('time'))).toBeGreaterThan(0.99)
    expect(share(({ readFields: { status, method } }) => typeof status === 'number' && method !== undefined)).toBeGreaterThan(0.99)
    expect(share(({ readFields: { extra } }) => extra === undefined)).toBe(1)
  })
}
