import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, type Stats, until } from '../e2e/sawlog.ts'
import { composeText, SECRETS } from './deploy-files.ts'
import { buildImage, checkout, filesUnder, type Image } from './image.ts'
import { readCompose } from './read-compose.ts'
import { startServices, type Stopped } from './start-services.ts'

/** `npm run deploy:try` sets it: build as the Dockerfile does, instead of taking the checkout. */
const full = process.env['SAWLOG_DEPLOY_TRY'] === '1'
const say = (text: string): void => void (full && process.stdout.write(`${text}\n`))

/** The file rotates every 2.5 s, so that the collector may be 7 s late before lines are gone. LOG_LEVEL as low as it goes: no number is left out. */
const ENV = { ...SECRETS, LOG_RATE: '3000', LOG_FREQUENCY: '0.5', LOG_LEVEL: 'DEBUG', MAX_FILE_SIZE: '1MiB' }
/** 1 MB is 7,300 lines; the full run sees old files go, beyond the three that are kept. */
const LINES = full ? 80_000 : 12_000

const password = { Authorization: `Basic ${btoa(`anybody:${SECRETS.SAWLOG_PASSWORD}`)}` }

test('the three services of compose.yaml: every line of the rotated file comes to the storage once, and all end with 0 on SIGTERM', { timeout: full ? 1_200_000 : 240_000 }, async () => {
  // What the full run leaves when it fails is worth a look, and too much to be removed within the time of a hook.
  const folder = full ? mkdtempSync(join(tmpdir(), 'sawlog-deploy-')) : freshDirectory()
  chmodSync(folder, 0o755)
  const image: Image = full ? buildImage(folder, say) : checkout()
  if (full) say(`the image holds ${filesUnder(image.app).length} files`)
  const services = await startServices(folder, image, readCompose(composeText, ENV), 'logger')
  const { logger, collector, storage } = services
  if (logger === undefined || collector === undefined || storage === undefined) throw new Error('compose.yaml lacks a service')

  const stats = async (): Promise<Stats> => (await fetch(`${storage.url}/api/stats`, { headers: password })).json() as Promise<Stats>
  await until(async () => (await stats()).total >= LINES, `${LINES} lines in the storage`, full ? 120_000 : 45_000)
  expect((await fetch(`${storage.url}/metrics`)).status).toBe(401)
  expect((await fetch(`${storage.url}/ingest`, { method: 'POST', body: 'x' })).status).toBe(401)
  const page = await fetch(`${storage.url}/metrics`, { headers: { ...password, Accept: 'text/html' } })
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])

  expect(await storage.sawlog('search', 'level:error', '--limit', '2')).toMatch(/^(?:.* ERROR .*\n){2}$/)

  const stopped = { logger: await logger.stop(), collector: { code: -1, ms: 0 } as Stopped, storage: { code: -1, ms: 0 } as Stopped }
  const logs = join(folder, 'volumes/logs')
  const kept = readdirSync(logs).filter((file) => file.startsWith('shop')).sort()
  expect(kept).toEqual(['shop.log', 'shop.log.1', 'shop.log.2', 'shop.log.3'].slice(0, full ? 4 : Math.max(2, kept.length)))
  const beats = readFileSync(join(logs, 'app.log'), 'utf8').trimEnd().split('\n')
  expect(beats.filter((line) => !/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] DEBUG: heartbeat$/.test(line))).toEqual([])
  const written = Math.max(...kept.map((file) => lastNumber(join(logs, file))))
  await until(async () => (await stats()).total >= written + beats.length, `all ${written} lines and ${beats.length} heartbeats are in the storage`, 45_000)
  expect(Object.keys((await stats()).tags).sort()).toEqual(['api', 'auth', 'general', 'payment'])
  stopped.collector = await collector.stop()
  stopped.storage = await storage.stop()
  expect(Object.values(stopped).map(({ code }) => code)).toEqual([0, 0, 0])

  const records = journalRecords(storage.directory)
  expect(records.filter(({ body }) => typeof body === 'string').map(({ body }) => body)).toEqual(beats)
  const numbers = records.filter(({ body }) => typeof body === 'object').map(({ body }) => (body as { seq: number }).seq)
  const distinct = new Set(numbers)
  const lost = Array.from({ length: written }, (_, index) => index + 1).filter((seq) => !distinct.has(seq))
  expect({ lost: lost.length, doubled: numbers.length - distinct.size }).toEqual({ lost: 0, doubled: 0 })
  say(`lines ${written}, lost 0, doubled 0; stopped in ${Object.entries(stopped).map(([name, { ms }]) => `${name} ${Math.round(ms)} ms`).join(', ')}`)
  if (full) await rm(folder, { recursive: true })
})

function lastNumber(file: string): number {
  return Number(/.*"seq":(\d+)/s.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
}
