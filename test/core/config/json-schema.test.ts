import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../../../core/config/json-schema.ts'
import { Registry } from '../../../core/registry.ts'
import { samplePlugins } from './sample-plugins.ts'

const schema = jsonSchema(new Registry(samplePlugins))
const validator = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)))

test('is plain JSON of the 2020-12 dialect', () => {
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
})

test.each([
  [{}, true],
  [{ server: { port: 80, auth: 'none' } }, true],
  [{ server: { port: '${PORT:-80}', auth: { password: 'x' } } }, true],
  [{ server: { port: '80' } }, false],
  [{ server: { portt: 80 } }, false],
  [{ source: [] }, false],
  [{ sources: [{ type: 'file', paths: ['a'], name: 'x', parser: 'json', max_line: '1MiB' }] }, true],
  [{ sources: [{ type: 'file' }] }, false],
  [{ sources: [{ type: 'file', paths: ['a'], when: 'x' }] }, false],
  [{ sources: [{ type: 'fiel', paths: ['a'] }] }, false],
  [{ sources: [{ type: './mine.mjs', anything: 1 }] }, true],
  [{ outputs: null }, true],
  [{ outputs: [{ type: 'jsonl', path: 'p', when: 'x', batch: { records: 5, wait: '1s' } }] }, true],
  [{ outputs: [{ type: 'jsonl', path: 'p', batch: { record: 5 } }] }, false],
  [{ outputs: [{ type: 'jsonl', path: 'p', start: 'begining' }] }, false],
])('%j is valid: %s', (value, want) => {
  expect(validator.safeParse(value).success).toBe(want)
})

test('every key has a description and secrets are write-only', () => {
  const missing: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    const properties: unknown = Reflect.get(value, 'properties')
    if (typeof properties === 'object' && properties !== null && /^(server|log|journal|data|plugins)?/.test(path)) {
      for (const [key, property] of Object.entries(properties)) {
        if (typeof property !== 'object' || property === null || !('description' in property)) missing.push(`${path}.${key}`)
      }
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, `${path}/${key}`)
  }
  const { sources: _s, parsers: _p, taggers: _t, filters: _f, outputs: _o, retention: _r, ...settings } = schema.properties ?? {}
  walk({ properties: settings }, '')
  expect(missing).toEqual([])
  expect(JSON.stringify(settings['server'])).toMatch(/"password":\{[^{}]*"writeOnly":true/)
})
