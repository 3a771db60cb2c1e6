import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { mountStatsApi } from '../../../core/http/stats-api.ts'
import { busyModel, fixtureModel, hostileModel } from '../../fixture-model.ts'

async function stats(model = fixtureModel()): Promise<{ response: Response; text: string; body: Record<string, unknown> }> {
  const app = new Hono()
  mountStatsApi(app, model)
  const response = await app.request('/api/stats')
  const text = await response.text()
  return { response, text, body: JSON.parse(text) as Record<string, unknown> }
}

it('begins with the promised keys in the promised order', async () => {
  const { response, body } = await stats(busyModel())
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(Object.keys(body).slice(0, 8)).toEqual(['total', 'per_second', 'levels', 'tags', 'sources', 'parse_errors', 'disk', 'outputs'])
  expect(body).toMatchObject({ total: 12_431_007, per_second: 12_400, parse_errors: 1532, sources: { nginx: 3_200_000 }, disk: { segments: 46 } })
  expect(Object.keys((body['disk'] as object)).slice(0, 2)).toEqual(['bytes', 'segments'])
  expect((body['outputs'] as object[]).map((output) => Object.keys(output).slice(0, 3))).toEqual([['name', 'lag', 'errors'], ['name', 'lag', 'errors']])
  expect(body['outputs']).toMatchObject([{ name: 'archive', lag: 0, errors: 0 }, { name: 'warehouse', lag: 1204, errors: 2 }])
})

it('answers zeros and empty tables before the first record', async () => {
  const { body } = await stats()
  expect(body).toMatchObject({ total: 0, per_second: 0, levels: {}, tags: {}, sources: {}, parse_errors: 0, disk: { bytes: 0, segments: 0, oldest: null }, outputs: [], not_ready: null })
})

it('carries hostile names unharmed, __proto__ included', async () => {
  const { text, body } = await stats(hostileModel())
  expect(text).toContain('"__proto__":')
  expect(Object.keys(body['tags'] as object)).toContain('quo"te\\back\nslash')
})

it('says how much room each source takes', async () => {
  const { body } = await stats(busyModel())
  expect(body).toMatchObject({ disk: { sources: { nginx: { records: 3_200_000, bytes: 0.8 * 2 ** 30 } } } })
})
