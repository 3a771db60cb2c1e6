// The built-in sources keep the contract of sources.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import file from '../../plugins/sources/file.ts'
import generator from '../../plugins/sources/generator.ts'
import http from '../../plugins/sources/http.ts'
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

testSource({ test, expect }, http, {
  restart: 'none',
  options: () => ({}),
  feed: async (_directory, lines, host) => {
    const response = await host.routes().request('/ingest?source=app', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: lines.map((line) => `${line}\n`).join('') })
    expect([response.status, await response.json()]).toEqual([200, { accepted: lines.length, rejected: 0, errors: [] }])
  },
})
