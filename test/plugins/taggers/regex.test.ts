import { expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import regex from '../../../plugins/taggers/regex.ts'
import json from '../../../plugins/parsers/json.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

function check(options: object, line: string, tags: string[], fields: object = {}): void {
  const batch = batchOf(recordsOf([line]))
  if (line.startsWith('{')) host(json).parse.get('json')?.call(batch)
  host(regex, options).tag.call(batch)
  const record = batch.records[0] as LogRecord
  expect([record.tags, { ...record.readFields }], line).toEqual([tags, fields])
}

test('all tags whose patterns match, in the order of the config', () => {
  const rules = { slow: 'took \\d{4,}ms', any: ['(?i)LOGIN', '^x'], last: 'x' }
  check({ rules }, 'login took 1234ms', ['slow', 'any'])
  check({ rules }, 'xx', ['any', 'last'])
  check({ rules }, 'none', [])
  check({ rules, default: 'other' }, 'none', ['other'])
  check({ rules, default: 'other' }, 'xx', ['any', 'last'])
})

test('named groups become fields; of several patterns of a tag the first that matches counts', () => {
  const rules = { login: ['(?P<user>\\w+) logged in', 'login of (?<user>\\w+)(?: from (?<ip>\\S+))?'], n: '(?P<n>\\d+)' }
  check({ rules }, 'ann logged in, login of bob', ['login'], { user: 'ann' })
  check({ rules }, 'login of bob from ::1 7', ['login', 'n'], { user: 'bob', ip: '::1', n: '1' })
  check({ rules }, 'login of bob', ['login'], { user: 'bob' })
  check({ rules: { p: '(?P<__proto__>x)' } }, 'x', ['p'], Object.fromEntries([['__proto__', 'x']]))
})

test('a field narrows what is looked at; without it nothing matches', () => {
  check({ rules: { five: '^5' }, field: 'req.status' }, '{"msg":"5","req":{"status":503}}', ['five'])
  check({ rules: { five: '^5' }, field: 'req.status', default: 'none' }, '{"msg":"5"}', ['none'])
})
