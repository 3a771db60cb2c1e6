// The built-in sources keep the contract of sources.
import { appendFileSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import exec from '../../plugins/sources/exec.ts'
import file from '../../plugins/sources/file.ts'
import generator from '../../plugins/sources/generator.ts'
import heartbeat from '../../plugins/sources/heartbeat.ts'
import http from '../../plugins/sources/http.ts'
import stdin from '../../plugins/sources/stdin.ts'
import { standardInput } from '../../core/standard-input.ts'
import { testSource } from './test-source.ts'

testSource({ test, expect }, file, {
  restart: 'exactly-once',
  options: (directory) => ({ paths: [join(directory, '*.log')], sweep: '20ms' }),
  invalid: [{}, { paths: [] }, { paths: 'x' }],
  feed: async (directory, lines) => appendFileSync(join(directory, 'a.log'), lines.map((line) => `${line}\n`).join('')),
})

testSource({ test, expect }, generator, {
  restart: 'none',
  options: () => ({ rate: 100 }),
  valid: [{}, { rate: 0.5 }, { rate: 10, limit: 3 }],
  invalid: [{ rate: 0 }, { rate: -1 }, { limit: 0 }],
})

testSource({ test, expect }, heartbeat, {
  restart: 'none',
  options: () => ({ every: '50ms' }),
  valid: [{}, { every: 5 }, { every: '2.5' }, { every: '1m', level: 'WARNING', message: 'alive' }],
  invalid: [{ every: 0 }, { every: '5d' }, { every: 'often' }, { level: 'loud' }, { message: '' }],
})

testSource({ test, expect }, http, {
  restart: 'none',
  options: () => ({}),
  feed: async (_directory, lines, host) => {
    const response = await host.routes().request('/ingest?source=app', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: lines.map((line) => `${line}\n`).join('') })
    expect([response.status, await response.json()]).toEqual([200, { accepted: lines.length, rejected: 0, errors: [] }])
  },
})

const input = { stream: new PassThrough() }
standardInput.open = () => input.stream

testSource({ test, expect }, stdin, {
  restart: 'none',
  options: () => {
    input.stream = new PassThrough()
    return {}
  },
  valid: [{}, { framing: 'octet_counted', max_line: '64KiB', multiline: ['cri', 'java'] }],
  invalid: [{ framing: 'x' }, { max_line: 1 }, { multiline: 'cobol' }, { multiline: [] }, { multiline: {} }, { multiline: { start: '(' } }, { multiline: { preset: 'java', start: 'x' } }],
  feed: async (_directory, lines) => void input.stream.write(lines.map((line) => `${line}\n`).join('')),
})

testSource({ test, expect }, exec, {
  restart: 'none',
  options: (directory) => {
    if (directory !== 'data') closeSync(openSync(join(directory, 'lines'), 'a'))
    return { command: ['tail', '-n', '+1', '-f', join(directory, 'lines')] }
  },
  invalid: [{}, { command: '' }, { command: [] }, { command: 'x', restart: 'sometimes' }, { command: 'x', env: { A: 1 } }],
  feed: async (directory, lines) => appendFileSync(join(directory, 'lines'), lines.map((line) => `${line}\n`).join('')),
})
