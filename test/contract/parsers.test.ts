// The built-in parsers keep the contract of parsers. What each reads in detail is tested beside it.
import { expect, test } from 'vitest'
import json from '../../plugins/parsers/json.ts'
import text from '../../plugins/parsers/text.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)

testParser({ test, expect }, json, {
  lines: [
    { line: '{"time":"2026-11-01T00:00:00.013Z","level":"error","message":"x"}', time: TIME, level: 'error', guessed: [], body: { time: '2026-11-01T00:00:00.013Z', level: 'error', message: 'x' } },
    { line: `{"level":50,"time":${TIME},"pid":1,"hostname":"h","msg":"pino"}`, time: TIME, level: 'error', guessed: [] },
    { line: '{"@timestamp":"2026-11-01T00:00:00.013Z","log.level":"warn","message":"ecs"}', time: TIME, level: 'warn', guessed: [] },
    { line: '{}', guessed: ['time', 'level'], body: {} },
  ],
  refused: ['not json', '{"a":1', '{"a":1} trailing'],
  detect: [{ lines: ['{"a":1}', '{"b":2}'], wanted: true }, { lines: ['plain text', 'more of it'], wanted: false }],
})

testParser({ test, expect }, text, {
  lines: [
    { line: '2026-11-01T00:00:00.013Z ERROR card declined', time: TIME, level: 'error', guessed: [], body: '2026-11-01T00:00:00.013Z ERROR card declined' },
    { line: 'nothing to find', guessed: ['time', 'level'], body: 'nothing to find' },
  ],
})
