// The parsers that read fields out of lines of text keep the contract of parsers.
import { expect, test } from 'vitest'
import combined from '../../plugins/parsers/combined.ts'
import common from '../../plugins/parsers/common.ts'
import csv from '../../plugins/parsers/csv.ts'
import keyValue from '../../plugins/parsers/key-value.ts'
import logfmt from '../../plugins/parsers/logfmt.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)

testParser({ test, expect }, logfmt, {
  lines: [
    { line: 'ts=2026-11-01T00:00:00.013Z level=error msg="card declined" status=402', time: TIME, level: 'error', guessed: [], fields: { ts: '2026-11-01T00:00:00.013Z', level: 'error', msg: 'card declined', status: 402 } },
    { line: 'a=1 b', guessed: ['time', 'level'], fields: { a: 1, b: '' }, body: 'a=1 b' },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['not logfmt at all', 'a="open', '=b'],
  detect: [
    { lines: ['ts=2026-11-01T00:00:00Z level=info msg=a', 'level=warn msg="b c"'], wanted: true },
    { lines: ['Nov  1 00:00:00 host app: user=bob action=login', 'more text a=b c=d'], wanted: false },
    { lines: ['a=b', 'the answer=42'], wanted: false },
  ],
  valid: [{}, { timezone: 'Europe/Paris' }],
  invalid: [{ timezone: 'Mars' }, { nonsense: 1 }],
})

const ACCESS = '192.0.2.1 - ann [01/Nov/2026:00:00:00 +0000] "GET /cart?id=7 HTTP/1.1" 500 2326'
const PARTS = { client: '192.0.2.1', user: 'ann', message: 'GET /cart?id=7 HTTP/1.1', method: 'GET', path: '/cart', query: 'id=7', protocol: 'HTTP/1.1', status: 500, size: 2326 }
const APACHE_ERROR = '[01/Nov/2026:00:00:00 +0000] [ab:alert] [pid 4803:tid 3814] [client 192.0.2.1:24259] a message'
const NGINX_ERROR = '2026/11/01 00:00:00 [error] 31#31: *1 open() "/x" failed (2: No such file or directory), client: 192.0.2.1, request: "GET / HTTP/1.1"'

for (const [parser, own, other] of [[combined, `${ACCESS} "-" "curl/8.5"`, ACCESS], [common, ACCESS, null]] as const) {
  testParser({ test, expect }, parser, {
    lines: [
      { line: ACCESS, time: TIME - 13, level: 'error', guessed: ['level'], fields: PARTS, body: ACCESS },
      { line: `${ACCESS} "https://shop.example/" "curl/8.5"`, time: TIME - 13, guessed: ['level'], fields: { ...PARTS, referrer: 'https://shop.example/', agent: 'curl/8.5' } },
      { line: '', guessed: ['time', 'level'], fields: {} },
    ],
    refused: ['plain text', APACHE_ERROR, NGINX_ERROR, '192.0.2.1 - - [01/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1"'],
    detect: [
      { lines: [own, own], wanted: true },
      ...(other === null ? [] : [{ lines: [other, other], wanted: false }]),
      { lines: ['- - - - - - -', '- - - - - - -'], wanted: false },
      { lines: [APACHE_ERROR, APACHE_ERROR], wanted: false },
      { lines: [NGINX_ERROR, NGINX_ERROR], wanted: false },
    ],
    valid: [{}, { timezone: '+02:00' }],
    invalid: [{ timezone: 'Mars' }, { nonsense: 1 }],
  })
}

testParser({ test, expect }, csv, {
  options: { columns: ['time', 'level', 'service', 'message', 'latency_ms'] },
  lines: [
    { line: '2026-11-01T00:00:00.013Z,error,payment,"card declined, again",310', time: TIME, level: 'error', guessed: [], fields: { time: '2026-11-01T00:00:00.013Z', level: 'error', service: 'payment', message: 'card declined, again', latency_ms: 310 } },
    { line: ',,x', guessed: ['time', 'level'], fields: { service: 'x' }, body: ',,x' },
    { line: 'time,level,service,message,latency_ms', guessed: ['time', 'level'], fields: {} },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['no row', 'a,"b', 'a,"b"c,d'],
  detect: [
    { lines: ['time,level,service,message,latency_ms', '2026-11-01T00:00:00.013Z,error,payment,"a, b",310'], wanted: true },
    { lines: ['a text, with commas', 'and more, of them, here'], wanted: false },
  ],
  valid: [{}, { columns: ['a'] }, { header: true }, { header: false, delimiter: ';', quote: "'" }, { columns: ['a', 'b'], time_column: 'a', level_column: 'b' }, { delimiter: '\t' }],
  invalid: [{ columns: [] }, { columns: ['a', 'a'] }, { columns: [''] }, { columns: ['a'], header: true }, { delimiter: '' }, { delimiter: ',,' }, { delimiter: '"' }, { delimiter: '\n' }, { columns: ['a'], time_column: 'b' }, { nonsense: 1 }],
})

testParser({ test, expect }, keyValue, {
  options: { value_separator: ':', pair_separator: ';' },
  lines: [
    { line: 'time: 2026-11-01T00:00:00.013Z; level: error; user: "ann; b"; attempts: 3', time: TIME, level: 'error', guessed: [], fields: { time: '2026-11-01T00:00:00.013Z', level: 'error', user: 'ann; b', attempts: 3 } },
    { line: 'a:1;b', guessed: ['time', 'level'], fields: { a: 1, b: true }, body: 'a:1;b' },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['no pair at all', ':', ';;'],
  detect: [{ lines: ['a: 1; b: 2', 'a: 1; b: 2'], wanted: false }],
  valid: [{}, { pair_separator: '||', value_separator: '--' }, { timezone: 'UTC' }],
  invalid: [{ pair_separator: '' }, { pair_separator: '=' }, { value_separator: 1 }, { nonsense: 1 }],
})
