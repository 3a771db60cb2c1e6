// The parsers that read fields out of lines of text keep the contract of parsers.
import { expect, test } from 'vitest'
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
