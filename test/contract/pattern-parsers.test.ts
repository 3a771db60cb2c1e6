// The parsers of formats of the user's own, and of JSON after a prefix, keep the contract of parsers.
import { expect, test } from 'vitest'
import embeddedJson from '../../plugins/parsers/embedded-json.ts'
import grok from '../../plugins/parsers/grok.ts'
import regex from '../../plugins/parsers/regex.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)
const LINE = '2026-11-01T00:00:00.013Z ERROR [0042] card declined after 12.5 ms'

testParser({ test, expect }, regex, {
  options: { pattern: '^(?<time>\\S+) (?P<level>\\w+) \\[(?<id>\\d*)\\] (?<message>.*?)(?: after (?<ms>[\\d.]+) ms)?$' },
  lines: [
    { line: LINE, time: TIME, level: 'error', guessed: [], body: LINE, fields: { time: '2026-11-01T00:00:00.013Z', level: 'ERROR', id: '0042', message: 'card declined', ms: 12.5 } },
    { line: '2026-11-01T00:00:00.013Z INFO [] up', time: TIME, level: 'info', guessed: [], fields: { time: '2026-11-01T00:00:00.013Z', level: 'INFO', message: 'up' } },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['plain text', 'ERROR [1] no time'],
  detect: [{ lines: [LINE, '', LINE], wanted: true }, { lines: ['plain text', LINE, 'more of it'], wanted: false }],
  valid: [{ pattern: '(?<a>x)' }, { pattern: ['(?<a>x)', 'y'], types: { a: 'int' }, time_format: '%d/%b/%Y', timezone: 'Europe/Paris' }],
  invalid: [{}, { pattern: [] }, { pattern: '(?<a>' }, { pattern: '(?<a>x)(?=y)' }, { pattern: 'no group' }, { pattern: '(?<a>x)', types: { b: 'int' } }, { pattern: '(?<a>x)', types: { a: 'hex' } }],
})

testParser({ test, expect }, grok, {
  options: { pattern: ['^%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} \\[%{ID:[order][id]}\\] %{DATA:message} after %{NUMBER:ms:float} ms$', '^%{TIMESTAMP_ISO8601:time} %{GREEDYDATA:message}'], definitions: { ID: '\\d{4}' } },
  lines: [
    { line: LINE, time: TIME, level: 'error', guessed: [], body: LINE, fields: { time: '2026-11-01T00:00:00.013Z', level: 'ERROR', order: { id: '0042' }, message: 'card declined', ms: 12.5 } },
    { line: '2026-11-01T00:00:00.013Z up', time: TIME, guessed: ['level'], fields: { time: '2026-11-01T00:00:00.013Z', message: 'up' } },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['plain text', 'ERROR [1] no time'],
  detect: [{ lines: [LINE, '', LINE], wanted: true }, { lines: ['plain text', LINE, 'more of it'], wanted: false }],
  valid: [{ pattern: '%{COMBINEDAPACHELOG}' }, { pattern: ['%{A:x:int}', '%{IP}'], definitions: { A: '%{B}', B: 'b' }, names: 'legacy' }],
  invalid: [{}, { pattern: [] }, { pattern: '%{NO_SUCH}' }, { pattern: '%{IP:a:hex}' }, { pattern: '(?<a>' }, { pattern: '%{A}', definitions: { A: '%{A}' } }, { pattern: '%{IP:a} %{IP:[a][b]}' }, { pattern: '%{IP}', names: 'both' }],
})

const OBJECT = '{"order":42,"msg":"card declined"}'
const PREFIX = '2026-11-01T00:00:00.013Z ERROR pay:'

testParser({ test, expect }, embeddedJson, {
  lines: [
    { line: `${PREFIX} ${OBJECT}`, time: TIME, level: 'error', guessed: [], body: { order: 42, msg: 'card declined' }, fields: { prefix: PREFIX } },
    { line: `app: ${OBJECT} (cut)`, guessed: ['time', 'level'], body: { order: 42, msg: 'card declined' }, fields: { prefix: 'app:', suffix: '(cut)' } },
    { line: '', guessed: ['time', 'level'], fields: {} },
  ],
  refused: ['plain text', 'app: {"a":', 'app: {a}'],
  detect: [
    { lines: [`${PREFIX} ${OBJECT}`, `${PREFIX} {}`], wanted: true },
    { lines: [OBJECT, OBJECT], wanted: false },
    { lines: [`app: ${OBJECT} and more`, 'text'], wanted: false },
  ],
  valid: [{}, { timezone: 'Europe/Paris' }],
  invalid: [{ timezone: 'Mars' }],
})
