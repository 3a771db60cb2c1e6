// The built-in taggers and filters keep their contracts. What each does in detail is tested beside it.
import { expect, test } from 'vitest'
import dedupe from '../../plugins/filters/dedupe.ts'
import drop from '../../plugins/filters/drop.ts'
import redact from '../../plugins/filters/redact.ts'
import regex from '../../plugins/filters/regex.ts'
import sample from '../../plugins/filters/sample.ts'
import throttle from '../../plugins/filters/throttle.ts'
import fieldTagger from '../../plugins/taggers/field.ts'
import keywords from '../../plugins/taggers/keywords.ts'
import levelTagger from '../../plugins/taggers/level.ts'
import regexTagger from '../../plugins/taggers/regex.ts'
import staticTagger from '../../plugins/taggers/static.ts'
import { testFilter } from './test-filter.ts'
import { testTagger } from './test-tagger.ts'

testTagger({ test, expect }, keywords, {
  valid: [{}, { tags: { a: ['b'] }, default: null }],
  invalid: [{ tags: { a: [] } }, { tags: { a: [''] } }, { tags: 'a' }],
  records: [
    { record: 'card declined', tags: ['payment'] },
    { record: 'login failed for GET /api', tags: ['auth', 'api'] },
    { record: 'nothing special', tags: ['general'] },
    { record: { body: 'refund', tags: ['payment'] }, tags: ['payment'] },
    { record: { body: { message: 'token expired' } }, tags: ['auth'] },
  ],
})

testFilter({ test, expect }, regex, {
  options: { include: 'error|payment', exclude: ['healthcheck'] },
  valid: [{ include: 'a' }, { exclude: ['a', 'b'], field: 'message' }],
  invalid: [{}, { include: '(' }, { include: '(?=a)' }, { include: 1 }],
  records: [
    { record: 'an error', kept: true },
    { record: 'a payment', kept: true },
    { record: 'GET /healthcheck error', kept: false },
    { record: 'nothing', kept: false },
    { record: { body: { msg: 'payment' } }, kept: true },
  ],
})

testTagger({ test, expect }, regexTagger, {
  options: { rules: { slow: 'took \\d{4,}ms', login: '(?P<user>\\w+) logged in' }, default: 'other' },
  valid: [{ rules: { a: 'b' } }, { rules: { a: ['b', 'c'] }, field: 'message', default: null }],
  invalid: [{}, { rules: {} }, { rules: { a: [] } }, { rules: { a: '(' } }, { rules: { a: '(?=x)' } }],
  records: [
    { record: 'took 1234ms', tags: ['slow'] },
    { record: 'ann logged in', tags: ['login'], fields: { user: 'ann' } },
    { record: { body: { msg: 'nothing' } }, tags: ['other'] },
    { record: { body: 'took 9999ms', tags: ['slow'] }, tags: ['slow'] },
  ],
})

testTagger({ test, expect }, fieldTagger, {
  options: { copy: { user: 'u.id' }, tag: 'service' },
  valid: [{ rename: { a: 'b' } }, { map: { field: 'a', values: {} } }, { host: 'a' }],
  invalid: [{}, { copy: {} }, { copy: { a: '' } }, { map: { field: 'a' } }, { map: { field: 'a', values: { a: {} } } }],
  records: [
    { record: { body: { u: { id: 7 }, service: 'cart' } }, tags: ['cart'], fields: { user: 7 } },
    { record: { body: { service: 'x'.repeat(100) } }, tags: [] },
    { record: 'text', tags: [], fields: {} },
  ],
})

testTagger({ test, expect }, staticTagger, {
  options: { tags: ['web'], fields: { env: 'prod' } },
  valid: [{ tags: ['a'] }, { fields: { a: 1, b: true } }],
  invalid: [{}, { tags: [] }, { fields: {} }, { tags: [''] }, { fields: { a: null } }],
  records: [
    { record: 'text', tags: ['web'], fields: { env: 'prod' } },
    { record: { body: { a: 1 }, tags: ['web'], fields: { env: 'old', x: 1 } }, tags: ['web'], fields: { env: 'prod', x: 1 } },
  ],
})

testTagger({ test, expect }, levelTagger, {
  options: { field: 'severity', map: { grave: 'fatal' }, rules: { error: 'panic' } },
  valid: [{ field: 'a' }, { rules: { warn: ['a', 'b'] }, overwrite: true }],
  invalid: [{}, { rules: {} }, { map: { a: 'error' } }, { field: 'a', map: { a: 'loud' } }, { rules: { loud: 'a' } }, { rules: { error: '(' } }],
  records: [
    { record: 'a panic', tags: [] },
    { record: { body: { severity: 'grave' } }, tags: [] },
  ],
})

testFilter({ test, expect }, drop, {
  valid: [{}],
  invalid: [{ when: 1 }],
  blind: true,
  records: [{ record: 'a', kept: false }, { record: { body: { a: 1 } }, kept: false }],
})

testFilter({ test, expect }, sample, {
  options: { rate: 2 },
  valid: [{ rate: 10, key: 'trace_id' }],
  invalid: [{}, { rate: 1 }, { rate: 0 }, { rate: 2.5 }],
  remembers: true,
  blind: true,
  records: [{ record: 'a', kept: true }, { record: 'b', kept: false }, { record: 'c', kept: true }],
})

testFilter({ test, expect }, dedupe, {
  valid: [{}, { window: '1m', fields: ['a', 'b'], max_keys: 5 }],
  invalid: [{ window: '0' }, { window: 5 }, { fields: [] }, { max_keys: 0 }],
  remembers: true,
  records: [{ record: 'a', kept: true }, { record: 'a', kept: false }, { record: 'b', kept: true }, { record: { body: { msg: 'a', n: 1 } }, kept: false }],
})

testFilter({ test, expect }, throttle, {
  options: { rate: 2 },
  valid: [{ rate: 0.5, per: '1m', burst: 1, key: 'user' }],
  invalid: [{}, { rate: 0 }, { rate: 1, burst: 0 }, { rate: 1, per: '0' }],
  remembers: true,
  records: [{ record: 'a', kept: true }, { record: 'b', kept: true }, { record: 'c', kept: false }],
})

testFilter({ test, expect }, redact, {
  options: { presets: ['card', 'email'], fields: ['password'] },
  valid: [{}, { patterns: { ssn: '\\d+' } }, { mode: 'hash', secret: 'sixteen characters' }],
  invalid: [{ presets: [] }, { presets: ['cards'] }, { patterns: { a: '(' } }, { patterns: { 'a b': 'x' } }, { mode: 'hash' }, { mode: 'hash', secret: 'short' }],
  records: [
    { record: 'clean', kept: true, body: 'clean' },
    { record: 'x 4111-1111-1111-1111', kept: true, body: 'x [redacted:card]' },
    { record: { body: { a: ['bob@example.com'], password: { x: 1 } } }, kept: true, body: { a: ['[redacted:email]'], password: '[redacted:password]' } },
  ],
})
