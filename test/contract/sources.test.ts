// The built-in sources keep the contract of sources.
import { appendFileSync, closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import exec from '../../plugins/sources/exec.ts'
import file from '../../plugins/sources/file.ts'
import generator from '../../plugins/sources/generator.ts'
import heartbeat from '../../plugins/sources/heartbeat.ts'
import http from '../../plugins/sources/http.ts'
import stdin from '../../plugins/sources/stdin.ts'
import syslog from '../../plugins/sources/syslog.ts'
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

testSource({ test, expect }, syslog, {
  restart: 'none',
  options: () => ({ address: '127.0.0.1:0', max_line: '1MiB' }),
  valid: [{}, { address: '[::1]:0' }, { address: '0.0.0.0:514', allow_from: 'all' }, { address: '[::]:514', allow_from: ['10.0.0.0/8', '2001:db8::/32', '::1'] }, { mode: 'udp' }, { mode: 'tls', tls: { cert: 'a', key: 'b' } }],
  invalid: [
    { address: '0.0.0.0:514' }, { address: 'web1:514' }, { allow_from: [] }, { allow_from: ['10.0.0.0/33'] }, { allow_from: ['web1'] }, { mode: 'tls' }, { tls: { cert: 'a', key: 'b' } },
    { mode: 'tls', tls: { cert: 'a' } }, { max_line: 1 }, { max_connections: 0 }, { idle_timeout: 30 },
  ],
  feed: async (_directory, lines, host) => {
    const port = Number(/:(\d+)\.$/.exec(host.logs.find((line) => line.includes('Listening')) ?? '')?.[1])
    await new Promise<void>((resolve, reject) => connect({ port, host: '127.0.0.1' }).once('error', reject).end(lines.map((line) => `${line}\n`).join(''), resolve))
  },
})
