import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { mountRetentionApi } from '../../../core/http/retention-api.ts'
import type { ReadModel } from '../../../core/read-model.ts'
import { busyModel, fixtureModel } from '../../fixture-model.ts'

async function retention(model: ReadModel): Promise<unknown> {
  const app = new Hono()
  mountRetentionApi(app, model)
  const response = await app.request('/api/retention')
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  return response.json()
}

it('says what goes, what is held, and when limits are reached', async () => {
  expect(await retention(busyModel())).toMatchObject({
    segments: 46, growth_a_day: { bytes: 503_316_480, records: 2_005_000 }, full: { by: 'size', days: 9.2, then_oldest_go: true }, suspended: null,
    rules: [{ name: 'size', type: 'size', limit: 'bytes', when: null, goes_now: { segments: 0, bytes: 0, records: 0 }, held_by: [], reached_in_days: 9.2, erased: null }],
  })
})

it('answers before the first record', async () => {
  expect(await retention(fixtureModel())).toEqual({ segments: 0, bytes: 0, records: 0, oldest: null, growth_a_day: null, full: null, suspended: null, rules: [] })
})
