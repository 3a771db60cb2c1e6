import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalRecords, startSawlog, until } from './sawlog.ts'

/** The logger service: its four variables, with small numbers. */
const LOGGER = `sources:
  - { type: heartbeat, name: logger, every: '\${LOG_FREQUENCY:-5}', level: '\${LOG_LEVEL:-INFO}' }
outputs:
  - { type: console, format: '\${LOG_FORMAT:-[%(asctime)s] %(levelname)s: %(message)s}', start: beginning }
  - { type: file, path: '\${LOG_FILE:-logs/app.log}', format: '\${LOG_FORMAT:-[%(asctime)s] %(levelname)s: %(message)s}', max_size: 1KiB, backups: 3, start: beginning }
`

test('a heartbeat goes to the console and to a rotated file in the same format, by environment variables', async () => {
  const sawlog = await startSawlog(LOGGER, { env: { LOG_FREQUENCY: '0.02', LOG_LEVEL: 'WARNING', LOG_FILE: 'out/beats.log' } })
  const file = (n: string): string => join(sawlog.directory, `out/beats.log${n}`)
  await until(() => existsSync(file('.3')), 'three backups')
  await until(() => !existsSync(file('.4')) && journalRecords(sawlog.directory).length > 100, 'no more than three')
  expect(await sawlog.stop()).toBe(0)
  const line = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] WARNING: heartbeat$/
  const lines = ['.3', '.2', '.1', ''].flatMap((n) => readFileSync(file(n), 'utf8').trimEnd().split('\n'))
  expect(lines.filter((one) => !line.test(one))).toEqual([])
  const printed = sawlog.log().split('\n').filter((one) => line.test(one))
  expect(printed.length).toBe(journalRecords(sawlog.directory).length)
  expect(printed.slice(-lines.length)).toEqual(lines)
  const beats = journalRecords(sawlog.directory).map(({ fields }) => fields?.['beat'])
  expect(beats).toEqual(beats.map((_, at) => at + 1))
}, 60_000)

test('the level is changed at run time, survives kill -9, and gives way to a new configuration', async () => {
  const config = (level: string): string => `sources: [{ type: heartbeat, every: '20ms', level: ${level} }]\n`
  const first = await startSawlog(config('info'))
  const levels = (): string[] => journalRecords(first.directory).map(({ level }) => level)
  await until(() => levels().includes('info'), 'it beats')
  const url = (base: string): string => `${base}/api/sources/heartbeat/level`
  expect(await (await fetch(url(first.url))).json()).toEqual({ level: 'info' })
  expect(await (await fetch(url(first.url), { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"level":"DEBUG"}' })).json()).toEqual({ level: 'debug' })
  await until(() => levels().at(-1) === 'debug', 'it beats at the new level')
  const wrong = await fetch(url(first.url), { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"level":"loud"}' })
  expect((await fetch(url(first.url).replace('heartbeat', 'other'))).status).toBe(404)
  const form = await fetch(`${first.url}/config/level`, { method: 'POST', body: new URLSearchParams({ source: 'heartbeat', level: 'warn' }), redirect: 'manual' })
  expect([form.status, await (await fetch(url(first.url))).json()]).toEqual([303, { level: 'warn' }])
  expect([wrong.status, ((await wrong.json()) as { detail: string }).detail]).toEqual([400, expect.stringContaining('"loud" is none')])
  await until(() => levels().at(-1) === 'warn', 'it beats at the level of the page')
  await first.kill()
  const second = await startSawlog(config('info'), { directory: first.directory })
  const before = levels().length
  await until(() => levels().length > before, 'it beats again')
  expect(levels().slice(before - 1).every((level) => level === 'warn')).toBe(true)
  await second.kill()
  await startSawlog(config('error'), { directory: first.directory })
  await until(() => levels().at(-1) === 'error', 'the configuration has changed')
}, 60_000)
