// Retention in a running server: what an output still needs stays and is told, what is delivered goes, the page knows when it is full.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freshDirectory, startSawlog, until } from './sawlog.ts'

const GATE = JSON.stringify(fileURLToPath(new URL('../fixtures/plugins/gate.mjs', import.meta.url)))

interface Retention {
  segments: number
  bytes: number
  oldest: string | null
  full: { by: string; days: number; then_oldest_go: boolean } | null
  suspended: string | null
  rules: Array<{ name: string; limit: string; value: number; goes_now: { segments: number }; held: { segments: number; records: number }; held_by: string[]; reached_in_days: number | null }>
}

test('scenario 35: nothing goes that an output still needs, and all of it once it has', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const config = `
sources: [{ type: http }]
outputs: [{ type: ${GATE}, name: slow, file: open, start: beginning }]
retention: [{ type: size, keep: 1 }, { type: age, keep: 7d }]
journal: { segment_size: 1MiB, segment_age: 1s, reserve: 0 }
`
  const server = await startSawlog(config, { directory })
  const segments = (): number => readdirSync(join(directory, 'data/journal')).filter((name) => /^\d+\.(jsonl|json\.gz)$/.test(name)).length
  const retention = async (): Promise<Retention> => (await fetch(`${server.url}/api/retention`)).json() as Promise<Retention>
  for (let n = 0; n < 4; n++) {
    expect((await server.post(Array.from({ length: 100 }, (_, i) => JSON.stringify({ n: n * 100 + i })).join('\n'))).status).toBe(200)
    const before = segments()
    await until(async () => {
      await server.post(JSON.stringify({ filler: true }))
      return segments() > before
    }, 'another segment', 20_000)
  }
  const problem = await server.problem(/^cannot delete \d+ segments? with \d+ records \(\d+ bytes\) that slow still has to deliver$/)
  expect(problem).toMatchObject({ component: 'size', level: 'warn' })
  const held = await until(async () => {
    const now = await retention()
    return now.rules.length === 2 && now
  }, 'both rules were asked')
  expect(held.rules[0]).toMatchObject({ name: 'size', limit: 'bytes', value: 1, goes_now: { segments: 0 }, held_by: ['slow'], reached_in_days: 0 })
  expect(held.rules[0]?.held.segments).toBeGreaterThanOrEqual(3)
  expect(held.rules[1]).toMatchObject({ name: 'age', limit: 'age', value: 7 * 86_400_000, held_by: [] })
  expect(held.rules[1]?.reached_in_days).toBeCloseTo(7, 1)
  expect([held.full, held.suspended]).toEqual([{ by: 'size', days: 0, then_oldest_go: true }, null])
  expect(segments()).toBeGreaterThanOrEqual(4)

  writeFileSync(join(directory, 'open'), '')
  await until(async () => (await server.stats()).outputs[0]?.lag === 0, 'everything is delivered', 30_000)
  await until(async () => {
    await server.post(JSON.stringify({ filler: true }))
    return segments() <= 2
  }, 'the delivered segments are deleted', 30_000)
  expect(await (await fetch(`${server.url}/metrics/fragment`)).text()).toMatch(/at its limit/)
  expect(await server.stop()).toBe(0)
})
