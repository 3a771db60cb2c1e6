// The parsers of what containers write keep the contract of parsers. What each reads in detail is tested beside it.
import { expect, test } from 'vitest'
import cri from '../../plugins/parsers/cri.ts'
import docker from '../../plugins/parsers/docker.ts'
import klog from '../../plugins/parsers/klog.ts'
import { testParser } from './test-parser.ts'

const TIME = Date.UTC(2026, 10, 1, 0, 0, 0, 13)

testParser({ test, expect }, cri, {
  lines: [
    { line: '2026-11-01T00:00:00.013456789Z stdout F ERROR card declined', time: TIME, level: 'error', guessed: [], body: 'ERROR card declined', fields: { 'log.iostream': 'stdout' } },
    { line: '2026-11-01T00:00:00.013456789Z stderr F {"level":"warn"}', time: TIME, level: 'warn', guessed: [], body: { level: 'warn' }, fields: { 'log.iostream': 'stderr' } },
    { line: '2026-11-01T00:00:00.013456789Z stdout P half a mess', guessed: ['level'], body: 'half a mess', fields: { 'log.iostream': 'stdout', 'log.partial': true } },
  ],
  refused: ['plain text', '2026-11-01T00:00:00Z stdin F x', '2026-11-01T00:00:00 stdout F x', '{"log":"x"}'],
  detect: [
    { lines: ['2026-11-01T00:00:00.013456789Z stdout F x', '2026-11-01T00:00:00.013456789+02:00 stderr P {"a":1}'], wanted: true },
    { lines: ['2026-11-01T00:00:00.013456789Z INFO stdout F x'], wanted: false },
  ],
})

testParser({ test, expect }, docker, {
  lines: [
    { line: '{"log":"ERROR card declined\\n","stream":"stdout","time":"2026-11-01T00:00:00.013456789Z"}', time: TIME, level: 'error', guessed: [], body: 'ERROR card declined', fields: { 'log.iostream': 'stdout' } },
    { line: '{"log":"{\\"level\\":\\"warn\\"}\\n","stream":"stderr","attrs":{"tag":"a"},"time":"2026-11-01T00:00:00.013456789Z"}', time: TIME, level: 'warn', guessed: [], body: { level: 'warn' }, fields: { 'log.iostream': 'stderr', attrs: { tag: 'a' } } },
    { line: '{"level":"error","time":"2026-11-01T00:00:00.013Z"}', time: TIME, level: 'error', guessed: [], body: { level: 'error', time: '2026-11-01T00:00:00.013Z' }, fields: {} },
  ],
  refused: ['plain text', '{"log":"x'],
  detect: [
    { lines: ['{"log":"x\\n","stream":"stdout","time":"2026-11-01T00:00:00.013456789Z"}'], wanted: true },
    { lines: ['{"log":"x\\n","stream":"stdout","time":"2026-11-01T00:00:00.013456789Z","kubernetes":{}}', '{"a":1}'], wanted: false },
  ],
})

testParser({ test, expect }, klog, {
  options: { timezone: 'UTC' },
  lines: [
    { line: 'E20261101 00:00:00.013456 28133 pay.go:70] card declined', time: TIME, level: 'error', guessed: [], fields: { pid: 28133, file: 'pay.go', line: 70, message: 'card declined' } },
    { line: 'I1101 00:00:00.013456   28133 pay.go:70] "Card declined" order=17', time: TIME, level: 'info', guessed: ['time'], fields: { pid: 28133, file: 'pay.go', line: 70, message: 'Card declined', order: 17 } },
  ],
  refused: ['plain text', 'X1101 00:00:00.013456 28133 pay.go:70] x', 'I1301 00:00:00.013456 28133 pay.go:70] x'],
  invalid: [{ timezone: 'Mars/Olympus' }],
  detect: [
    { lines: ['I1101 00:00:00.013456   28133 pay.go:70] x', 'goroutine 1 [running]:', 'F20261101 00:00:00.013456 28133 pay.go:70] x'], wanted: true },
    { lines: ['I1101 is an id', 'E, [2026-11-01T00:00:00.013456 #1] ERROR -- : x'], wanted: false },
  ],
})
