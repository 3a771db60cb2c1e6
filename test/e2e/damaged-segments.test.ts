// The server with sealed segments that are damaged, missing, or none: each is named, everything else is delivered and found, and it goes on.
import { copyFileSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }]\noutputs: [{ type: jsonl, path: out.jsonl, start: beginning }]\njournal: { segment_size: 128KiB, reserve: 0 }\n'
const LATE = CONFIG.replace('outputs: [', 'outputs: [{ type: jsonl, name: late, path: late.jsonl, start: beginning }, ')

const sealed = (directory: string): string[] => readdirSync(join(directory, 'data/journal')).filter((name) => name.endsWith('.json.gz')).sort()
const file = (directory: string, name: string): string => join(directory, 'data/journal', name)
const recordsIn = (path: string): number => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n').length

async function delivered(sawlog: Started): Promise<void> {
  await until(async () => (await sawlog.stats()).outputs.every(({ lag }) => lag === 0), 'all is delivered', 30_000)
}

/** A stopped server's directory with so many sealed segments; lines 0 to the returned number. */
async function fill(directory: string, segments: number, via = 'http'): Promise<number> {
  const sawlog = await startSawlog(CONFIG, { directory })
  let n = 0
  while (sealed(directory).length < segments) expect((await sawlog.post(numbered(via, n, (n += 200), 150))).status).toBe(200)
  await delivered(sawlog)
  expect(await sawlog.stop()).toBe(0)
  return n
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] as number) ^ 0x10
  writeFileSync(path, bytes)
}

async function count(sawlog: Started, query: string): Promise<number> {
  const answer = (await (await fetch(`${sawlog.url}/api/logs?q=${encodeURIComponent(query)}&limit=100000`)).json()) as { records: unknown[] }
  return answer.records.length
}

test('segments damaged in every way: each is named, the others are delivered and found, new records are taken', { timeout: 120_000 }, async () => {
  const directory = freshDirectory()
  const total = await fill(directory, 10)
  const names = sealed(directory)
  const damages: Array<[damage: (path: string) => void, told: (number: number) => RegExp, keeps: boolean]> = [
    [(path) => flip(path, 600), (n) => new RegExp(`cannot read \\d+ records of segment 0*${n}\\.json\\.gz from number 0 on`), false],
    [(path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)), (n) => new RegExp(`cannot read segment 0*${n}\\.json\\.gz: nothing in it is`), false],
    [(path) => truncateSync(path, 0), (n) => new RegExp(`cannot read segment 0*${n}\\.json\\.gz: nothing in it is`), false],
    // Without an index blocks are found by their headers.
    [(path) => (flip(path, 17), rmSync(path.replace('.json.gz', '.idx'))), (n) => new RegExp(`cannot read \\d+ records of segment 0*${n}\\.json\\.gz from number 0 on`), false],
    [(path) => rmSync(path), (n) => new RegExp(`cannot find segment 0*${n}\\.json\\.gz with \\d+ records`), false],
    [(path) => writeFileSync(path, gzipSync('{"some":"other file"}\n')), (n) => new RegExp(`cannot read segment 0*${n}\\.json\\.gz: nothing in it is`), false],
    [(path) => writeFileSync(path, Buffer.alloc(10_000, 'rubbish ')), (n) => new RegExp(`cannot read segment 0*${n}\\.json\\.gz: nothing in it is`), false],
    [(path) => truncateSync(path, readFileSync(path).length - 20), (n) => new RegExp(`segment 0*${n}\\.json\\.gz is damaged: .*its end is missing`), true],
  ]
  let lost = 0
  for (const [i, [damage, , keeps]] of damages.entries()) {
    const path = file(directory, names[i] as string)
    if (!keeps) lost += recordsIn(path)
    damage(path)
  }
  const sawlog = await startSawlog(LATE, { directory })
  for (const [i, [, told]] of damages.entries()) expect((await sawlog.problem(told(i + 1))).level, `damage ${i + 1}`).toBe('error')
  expect((await sawlog.post(numbered('more', 0, 50))).status).toBe(200)
  await delivered(sawlog)
  expect(await count(sawlog, 'message:"line"')).toBe(total - lost + 50)
  expect(await sawlog.stop()).toBe(0)
  const late = await countJsonl(join(directory, 'late.jsonl'), { http: total, more: 50 })
  expect([late.lost, late.doubled, late.strange]).toEqual([lost, 0, 0])
  expect(await countJsonl(join(directory, 'out.jsonl'), { http: total, more: 50 })).toEqual(exactlyOnce(total + 50))
  // What was no segment is kept for a person to look at.
  expect(readdirSync(join(directory, 'data/journal/quarantine')).length).toBe(4)
})

test('an index that is missing or damaged costs no answer and is made anew', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const total = await fill(directory, 4)
  const indexes = readdirSync(join(directory, 'data/journal')).filter((name) => name.endsWith('.idx')).sort()
  const whole = indexes.map((name) => readFileSync(file(directory, name)))
  rmSync(file(directory, indexes[0] as string))
  flip(file(directory, indexes[1] as string), 30)
  truncateSync(file(directory, indexes[2] as string), 100)
  const sawlog = await startSawlog(CONFIG, { directory })
  expect(await count(sawlog, 'message:"line"')).toBe(total)
  expect(await count(sawlog, 'n:17')).toBe(1)
  await until(() => indexes.every((name, i) => {
    try {
      return readFileSync(file(directory, name)).equals(whole[i] as Buffer)
    } catch {
      return false
    }
  }), 'all indexes are as they were')
  expect(await sawlog.stop()).toBe(0)
})

test('a segment of another journal is searched and never delivered; one that was deleted and is put back as well', { timeout: 120_000 }, async () => {
  const other = freshDirectory()
  const theirs = await fill(other, 3, 'theirs')
  const directory = freshDirectory()
  const ours = await fill(directory, 3)
  const theirName = sealed(other)[1] as string
  const within = recordsIn(file(other, theirName))
  const cursor = readFileSync(join(directory, 'out.jsonl')).length

  // Under a number that nobody has, between ours; and without its index.
  copyFileSync(file(other, theirName), file(directory, '000000000500.json.gz'))
  let sawlog = await startSawlog(LATE, { directory })
  expect(await sawlog.problem(/segment 000000000500\.json\.gz belongs to another journal/)).toMatchObject({ level: 'info', remedy: expect.stringMatching(/searched like the others and never delivered/) as string })
  expect(await count(sawlog, 'via:theirs')).toBe(within)
  expect((await sawlog.post(numbered('more', 0, 50))).status).toBe(200)
  await delivered(sawlog)
  expect(await count(sawlog, 'via:more')).toBe(50)
  const before = (await sawlog.stats()).total
  expect(before).toBe(ours + 50)

  // While it runs: found when the configuration is read again.
  cpSync(file(other, sealed(other)[0] as string), file(directory, '000000000600.json.gz'))
  const both = within + recordsIn(file(other, sealed(other)[0] as string))
  sawlog.process.kill('SIGHUP')
  await until(async () => (await count(sawlog, 'via:theirs')) === both, 'both are searched')
  expect((await sawlog.post(numbered('more', 50, 60))).status).toBe(200)
  await delivered(sawlog)
  expect(await sawlog.stop()).toBe(0)
  sawlog = await startSawlog(LATE, { directory })
  expect(await count(sawlog, 'via:theirs')).toBe(both)
  expect((await sawlog.post(numbered('more', 60, 70))).status).toBe(200)
  await delivered(sawlog)
  expect(await sawlog.stop()).toBe(0)
  for (const name of ['out.jsonl', 'late.jsonl']) expect(await countJsonl(join(directory, name), { http: ours, more: 70 })).toEqual(exactlyOnce(ours + 70))
  expect(cursor).toBeGreaterThan(0)
  expect(theirs).toBeGreaterThan(within)
  // It went on with its own numbers.
  expect(countNumbered(journalRecords(directory).filter(({ body }) => (body as { via?: string }).via !== 'theirs'), { http: ours, more: 70 })).toEqual(exactlyOnce(ours + 70))
})

test('a segment put back after it was deleted is searched and not delivered again', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const total = await fill(directory, 4)
  const [first] = sealed(directory) as [string]
  const within = recordsIn(file(directory, first))
  renameSync(file(directory, first), join(directory, 'backup'))
  let sawlog = await startSawlog(CONFIG, { directory })
  await sawlog.problem(/cannot find segment 0*1\.json\.gz/)
  expect(await count(sawlog, 'via:http')).toBe(total - within)
  expect(await sawlog.stop()).toBe(0)

  renameSync(join(directory, 'backup'), file(directory, first))
  sawlog = await startSawlog(CONFIG, { directory })
  await until(async () => (await count(sawlog, 'via:http')) === total, 'it is searched again')
  expect((await sawlog.post(numbered('more', 0, 5))).status).toBe(200)
  await delivered(sawlog)
  expect(await sawlog.stop()).toBe(0)
  expect(await countJsonl(join(directory, 'out.jsonl'), { http: total, more: 5 })).toEqual(exactlyOnce(total + 5))
})
