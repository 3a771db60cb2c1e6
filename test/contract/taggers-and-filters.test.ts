// The built-in taggers and filters keep their contracts. What each does in detail is tested beside it.
import { expect, test } from 'vitest'
import regex from '../../plugins/filters/regex.ts'
import keywords from '../../plugins/taggers/keywords.ts'
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
