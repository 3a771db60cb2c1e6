// The wall clock of a running server is put forward and back, by less than an hour, by hours, by a day.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { countJsonl, countSqlite } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const CLOCK = fileURLToPath(new URL('shifted-clock.mjs', import.meta.url))
const HOUR = 3600_000
const DAY = 24 * HOUR
/** Lines each way in, each round. */
const LINES = 50

const CONFIG = `
sources: [{ type: http }, { type: file, name: app, paths: ["app.log*"], sweep: 50ms }]
outputs:
  - { type: jsonl, path: out/lines.jsonl, start: beginning }
  - { type: sqlite, path: out/rows.db, start: beginning }
  - { type: file, path: out/rotated.log, format: json, max_age: 1h, backups: 100, start: beginning }
retention: [{ type: age, keep: 90m }]
journal: { segment_size: 16KiB }
`

interface Scene {
  readonly directory: string
  server: Started
  lines: number
}

function setClock({ directory }: Pick<Scene, 'directory'>, shift: number): void {
  writeFileSync(join(directory, 'clock.new'), String(shift))
  renameSync(join(directory, 'clock.new'), join(directory, 'clock'))
}

const start = (directory: string): Promise<Started> => startSawlog(CONFIG, { directory, command: [process.execPath, '--import', CLOCK], env: { SAWLOG_TEST_CLOCK: join(directory, 'clock') } })

/** Enough to close a segment, after which retention looks. */
async function flow(scene: Scene): Promise<void> {
  const { directory, server, lines } = scene
  appendFileSync(join(directory, 'app.log'), numbered('file', lines, lines + LINES, 300))
  expect((await server.post(numbered('http', lines, lines + LINES, 300), { 'Idempotency-Key': `from-${lines}` })).status).toBe(200)
  scene.lines += LINES
  await until(async () => {
    const { total, outputs } = await server.stats()
    return total === 2 * scene.lines && outputs.every(({ lag }) => lag === 0)
  }, 'everything is stored and delivered')
}

const numbersOf = (records: ReadonlyArray<{ body: unknown }>, via: string): number[] => records.map(({ body }) => body as { via: string; n: number }).filter((body) => body.via === via).map(({ n }) => n)
const inOrder = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

test('the clock jumps forward and back by minutes, hours and a day, with kills in between: every line once and in order, nothing deleted before its time', { timeout: 90_000 }, async () => {
  const directory = freshDirectory()
  setClock({ directory }, 0)
  const scene: Scene = { directory, server: await start(directory), lines: 0 }
  await flow(scene)
  for (const shift of [30 * 60_000, -30 * 60_000, DAY, -2 * HOUR, -DAY]) {
    setClock(scene, shift)
    await flow(scene)
    if (shift === DAY) {
      await scene.server.problem(/nothing is deleted by age: the clock jumped forward by 24 h/)
      renameSync(join(directory, 'app.log'), join(directory, 'app.log.1'))
      await flow(scene)
      // Whoever looked only now would take a day for gone by.
      setClock(scene, 0)
      await flow(scene)
      await scene.server.problem(/the clock can be trusted again/)
    }
    if (shift === -DAY) {
      await scene.server.problem(/nothing is deleted by age: the clock jumped back by/)
      await scene.server.kill()
      scene.server = await start(directory)
      await flow(scene)
    }
  }
  setClock(scene, 0)
  await flow(scene)
  expect(await scene.server.stop()).toBe(0)

  const records = journalRecords(directory)
  const expected = { http: scene.lines, file: scene.lines }
  const whole = exactlyOnce(2 * scene.lines)
  expect(countNumbered(records, expected)).toEqual(whole)
  expect(await countJsonl(join(directory, 'out/lines.jsonl'), expected)).toEqual(whole)
  expect(await countJsonl(join(directory, 'out/rotated.log'), expected)).toEqual(whole)
  expect(countSqlite(join(directory, 'out/rows.db'), expected)).toEqual(whole)
  const written = readFileSync(join(directory, 'out/lines.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { body: unknown })
  expect(written.map(({ body }) => body)).toEqual(records.map(({ body }) => body))
  for (const via of ['http', 'file']) expect(numbersOf(records, via)).toEqual(inOrder(scene.lines))

  // Time that does go by counts: in steps that are no jumps, until 90 minutes after the latest credible commit all of that is deleted, what bears tomorrow's date included.
  scene.server = await start(directory)
  for (const minutes of [50, 100, 150]) {
    setClock(scene, minutes * 60_000)
    await flow(scene)
    // Asked what goes, retention looks at the clock: else both steps were one.
    await (await fetch(`${scene.server.url}/api/retention`)).text()
  }
  await until(() => Math.min(...numbersOf(journalRecords(directory), 'http')) >= scene.lines - 2 * LINES, 'what is older than 90 minutes is deleted')
  expect(await scene.server.stop()).toBe(0)
})
