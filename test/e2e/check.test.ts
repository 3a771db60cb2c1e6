// `sawlog check` over data that the built server wrote: finds every kind of damage, mends it, and leaves what can be read.
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { checkData } from '../../core/check/check-data.ts'
import { repairData } from '../../core/check/repair-data.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const CONFIG = 'sources: [{ type: http }]\noutputs: [{ type: jsonl, path: out.jsonl, start: beginning }]\njournal: { segment_size: 256KiB, reserve: 0 }\n'
/** 10 posts of 590 lines, then 2 of 50, which stay unsealed. */
const LINES = 6000

const home = mkdtempSync(join(tmpdir(), 'sawlog-check-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function check(directory: string, args: readonly string[] = [], env: Record<string, string> = {}): { code: number | null; lines: string[]; signal: string | null } {
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, [CLI, 'check', '--data', join(directory, 'data'), ...args], { encoding: 'utf8', env: { ...process.env, ...env } })
  return { code: status, signal, lines: (stdout + stderr).trim().split('\n') }
}

const files = (directory: string): string[] => readdirSync(join(directory, 'data/journal')).filter((name) => name !== 'quarantine').sort()
const file = (directory: string, name: string): string => join(directory, 'data/journal', name)

/** A copy of what a server left that was stopped: sealed segments, and a last one that is not sealed. */
async function sample(): Promise<string> {
  if (!existsSync(join(home, 'data'))) {
    const sawlog = await startSawlog(CONFIG, { directory: home })
    for (let n = 0; n < LINES - 100; n += 590) expect((await sawlog.post(numbered('http', n, n + 590, 150))).status).toBe(200)
    await until(() => files(home).filter((name) => name.endsWith('.json.gz')).length >= 5 && files(home).filter((name) => name.endsWith('.jsonl')).length < 2, 'all but the last segment are sealed')
    for (let n = LINES - 100; n < LINES; n += 50) expect((await sawlog.post(numbered('http', n, n + 50))).status).toBe(200)
    await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'all is delivered')
    expect(await sawlog.stop()).toBe(0)
  }
  const directory = freshDirectory()
  cpSync(home, directory, { recursive: true })
  return directory
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] as number) ^ 0x10
  writeFileSync(path, bytes)
}

/** Repairs, and expects that nothing is left to find, and that `lost` records are tombstones and all others where they were. */
function mended(directory: string, lost: number | 'some'): void {
  const repair = check(directory, ['--repair'])
  expect([repair.code, repair.lines.at(-1)], repair.lines.join('\n')).toEqual([0, expect.stringMatching(/^segments \d+, records 6000, problems 0 \(\d+ mended\)$/)])
  whole(directory, lost)
}

function whole(directory: string, lost: number | 'some', expected: Record<string, number> = { http: LINES }): void {
  const records = journalRecords(directory)
  const tally = countNumbered(records, expected)
  const tombstones = records.filter(({ erased }) => erased).length
  expect([tally.doubled, tally.strange, tally.lost]).toEqual([0, 0, tombstones])
  if (lost === 'some') expect(tombstones).toBeGreaterThan(0)
  else expect(tombstones).toBe(lost)
}

/** A server starts with what was mended, finds nothing to complain of, takes new records and delivers. */
async function goesOn(directory: string, lost: number | 'some'): Promise<void> {
  const sawlog = await startSawlog(CONFIG, { directory })
  expect((await sawlog.stats()).problems.filter(({ level }) => level !== 'info')).toEqual([])
  expect((await sawlog.post(numbered('more', 0, 10))).status).toBe(200)
  await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'outputs go on')
  expect(await sawlog.stop()).toBe(0)
  whole(directory, lost, { http: LINES, more: 10 })
}

test('finds nothing in whole data, changes nothing, and says what it read', { timeout: 60_000 }, async () => {
  const directory = await sample()
  const before = readdirSync(join(directory, 'data'), { recursive: true })
  expect(check(directory)).toEqual({ code: 0, signal: null, lines: [`segments ${files(directory).filter((name) => !name.endsWith('.idx')).length}, records ${LINES}, problems 0`] })
  expect(readdirSync(join(directory, 'data'), { recursive: true })).toEqual(before)
  expect(check(directory, ['--repair']).code).toBe(0)
  expect(countNumbered(journalRecords(directory), { http: LINES })).toEqual(exactlyOnce(LINES))
})

type Damage = [name: string, damage: (directory: string) => void, finding: RegExp, lost: number | 'some']

const DAMAGES = [
  ['an index with a flipped bit in its filters', (d: string) => flip(file(d, '000000000002.idx'), -100), /000000000002\.idx: the checksum of its token filters is wrong/, 0],
  ['an index with a flipped bit in its head', (d: string) => flip(file(d, '000000000002.idx'), 40), /000000000002\.idx: /, 0],
  ['a missing index', (d: string) => rmSync(file(d, '000000000002.idx')), /000000000002\.idx: it is missing/, 0],
  ['the index of another segment', (d: string) => cpSync(file(d, '000000000003.idx'), file(d, '000000000002.idx')), /000000000002\.idx: it is the index of /, 0],
  ['a flipped bit in a block header', (d: string) => flip(file(d, '000000000002.json.gz'), 17), /000000000002\.json\.gz: .*bytes 0 to \d+ are no block/, 0],
  ['a flipped bit in compressed data', (d: string) => flip(file(d, '000000000002.json.gz'), 600), /000000000002\.json\.gz: the block at byte 0 with records 0 to \d+ is damaged/, 'some'],
  ['a flipped bit in the state at the end', (d: string) => flip(file(d, '000000000002.json.gz'), -60), /000000000002\.json\.gz: its end is missing/, 0],
  ['a sealed segment cut in two', (d: string) => truncateSync(file(d, '000000000002.json.gz'), Math.floor(readFileSync(file(d, '000000000002.json.gz')).length / 2)), /000000000002\.json\.gz: nothing in it is a whole block/, 'some'],
  ['a sealed segment of no length', (d: string) => truncateSync(file(d, '000000000002.json.gz'), 0), /000000000002\.json\.gz: nothing in it is a whole block/, 'some'],
  ['an index without a segment', (d: string) => writeFileSync(file(d, '000000000077.idx'), 'x'), /000000000077\.idx: it is the index of a segment that is not there/, 0],
  ['what an interrupted step left', (d: string) => writeFileSync(file(d, '000000000003.json.gz.tmp'), 'x'), /000000000003\.json\.gz\.tmp: it was left behind/, 0],
  ['a missing catalog', (d: string) => rmSync(join(d, 'data/catalog.db')), /catalog\.db: it is missing/, 0],
  ['a catalog that is none', (d: string) => writeFileSync(join(d, 'data/catalog.db'), 'x'.repeat(5000)), /catalog\.db: it cannot be read/, 0],
  ['a catalog that counts wrong', (d: string) => sql(d, 'catalog.db', 'UPDATE segments SET records = 1 WHERE number = 2'), /catalog\.db: segment 2: it says records 1, the file says \d+/, 0],
  ['a segment the catalog does not know', (d: string) => sql(d, 'catalog.db', 'DELETE FROM segments WHERE number = 2'), /catalog\.db: it does not know segment 2/, 0],
  ['a bad frame in a closed segment', (d: string) => flip(file(d, files(d).find((name) => name.endsWith('.jsonl')) as string), 3000), /\.jsonl: it is damaged: the frame that ends before byte \d+ has a wrong checksum/, 'some'],
] satisfies Damage[]

test.each(DAMAGES)('%s is found and mended', { timeout: 60_000 }, async (_, damage, finding, lost) => {
  const directory = await sample()
  const data = join(directory, 'data')
  damage(directory)
  const { findings } = checkData(data)
  const lines = findings.map(({ where, what }) => `${where}: ${what}`)
  expect(lines.filter((line) => finding.test(line)), lines.join('\n')).toHaveLength(1)
  repairData({ directory: data, findings, now: Date.now, report: () => undefined })
  expect(checkData(data)).toMatchObject({ findings: [], records: LINES })
  whole(directory, lost)
})

test('all of it at once, and a server goes on with what is left', { timeout: 60_000 }, async () => {
  const directory = await sample()
  rmSync(join(directory, 'data/catalog.db'))
  flip(file(directory, '000000000002.idx'), -100)
  flip(file(directory, '000000000002.json.gz'), 600)
  flip(file(directory, '000000000003.json.gz'), 17)
  flip(file(directory, '000000000004.json.gz'), -60)
  rmSync(file(directory, '000000000005.idx'))
  writeFileSync(file(directory, '000000000077.idx'), 'x')
  expect(check(directory).code).toBe(1)
  mended(directory, 'some')
  expect(check(directory).code).toBe(0)
  await goesOn(directory, 'some')
})

function sql(directory: string, name: string, statement: string): void {
  const db = new Database(join(directory, 'data', name))
  db.exec(statement)
  db.close()
}

test('a segment that is missing is named with how many records it had, and forgotten by --repair', { timeout: 60_000 }, async () => {
  const directory = await sample()
  rmSync(file(directory, '000000000002.json.gz'))
  expect(check(directory).lines).toContainEqual(expect.stringMatching(/^catalog\.db: segment 2 with \d+ records has no file/))
  expect(check(directory, ['--repair']).code).toBe(0)
  expect(check(directory).code).toBe(0)
  expect(files(directory)).not.toContain('000000000002.idx')
})

test('an interrupted deletion is finished by --repair', { timeout: 60_000 }, async () => {
  const directory = await sample()
  sql(directory, 'catalog.db', "UPDATE segments SET state = 'deleting' WHERE number = 1")
  expect(check(directory).lines).toContainEqual(expect.stringMatching(/segment 1 was being deleted/))
  expect(check(directory, ['--repair']).code).toBe(0)
  expect(files(directory).filter((name) => name.startsWith('000000000001'))).toEqual([])
})

test('a sealing that was interrupted is finished; where the sealed file is damaged, the one it was made of is kept', { timeout: 60_000 }, async () => {
  const directory = await sample()
  const unsealed = files(directory).find((name) => name.endsWith('.jsonl')) as string
  const sawlog = await startSawlog(CONFIG, { directory })
  cpSync(file(directory, unsealed), join(directory, 'kept'))
  await until(() => existsSync(file(directory, unsealed.replace('.jsonl', '.json.gz'))) && !existsSync(file(directory, unsealed)), 'it is sealed')
  expect(await sawlog.stop()).toBe(0)
  renameSync(join(directory, 'kept'), file(directory, unsealed))
  const broken = freshDirectory()
  cpSync(directory, broken, { recursive: true })

  expect(check(directory).lines).toContainEqual(expect.stringMatching(/\.jsonl: the segment is there sealed as well: the sealing was interrupted/))
  expect(check(directory, ['--repair']).code).toBe(0)
  expect(files(directory)).not.toContain(unsealed)

  flip(file(broken, unsealed.replace('.jsonl', '.json.gz')), 300)
  expect(check(broken, ['--repair']).code).toBe(0)
  expect(files(broken)).toContain(unsealed)
  for (const mendedOne of [directory, broken]) expect(countNumbered(journalRecords(mendedOne), { http: LINES })).toEqual(exactlyOnce(LINES))
})

test('outputs that stand where nothing is are named', { timeout: 60_000 }, async () => {
  const directory = await sample()
  sql(directory, 'state.db', 'UPDATE cursors SET segment = 999')
  const found = check(directory)
  expect([found.code, found.lines]).toEqual([1, expect.arrayContaining([expect.stringMatching(/^state\.db: output jsonl stands at record \d+ of segment 999, which was never written\. /)])])
  writeFileSync(join(directory, 'data/state.db'), 'x'.repeat(5000))
  expect(check(directory).lines).toContainEqual(expect.stringMatching(/^state\.db: it cannot be read: .*Restore it from a backup/))
})

test('a torn tail is a note: the next start cuts it off', { timeout: 60_000 }, async () => {
  const directory = await sample()
  const last = file(directory, files(directory).find((name) => name.endsWith('.jsonl')) as string)
  appendFileSync(last, '{"time":"2026-11-01T00:00:00.000Z","level":"info"')
  sql(directory, 'catalog.db', `DELETE FROM segments WHERE state = 'closed'`)
  const found = check(directory)
  expect([found.code, found.lines[0]]).toEqual([0, expect.stringMatching(/^note: .*\.jsonl: it ends with a frame that was never finished/)])
})

test('runs beside a server that writes, seals and deletes; --repair says that the server must be stopped', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const sawlog = await startSawlog('sources: [{ type: http }]\nretention: [{ type: size, keep: 300KB }]\njournal: { segment_size: 64KiB, reserve: 0 }\n', { directory })
  let n = 0
  const over = new AbortController()
  const load = (async () => {
    while (!over.signal.aborted) {
      expect((await sawlog.post(numbered('http', n, (n += 100), 200))).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  load.catch(() => over.abort())
  // Which ones are there at a look depends on how fast they come and go.
  await until(() => files(directory).some((name) => name.endsWith('.json.gz') && name >= '000000000012'), 'segments come and go')
  for (let round = 0; round < 5; round++) {
    const { lines, code } = await checkBeside(directory)
    expect([code, lines]).toEqual([0, [expect.stringMatching(/problems 0 \(a server is running: what it is writing was passed over\)$/)]])
  }
  const repair = check(directory, ['--repair'])
  expect([repair.code, repair.lines.join('\n')]).toEqual([2, expect.stringMatching(/a server uses it\. Stop the server, run sawlog check --repair, start it again/)])
  over.abort()
  await load
  expect(await sawlog.stop()).toBe(0)
  expect(check(directory).code).toBe(0)
})

/** Not blocking this process, which feeds the server. */
async function checkBeside(directory: string): Promise<{ code: number | null; lines: string[] }> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [CLI, 'check', '--data', join(directory, 'data')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()))
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { code, lines: output.trim().split('\n') }
}

test('a repair that is killed at any step can be run again', { timeout: 90_000 }, async () => {
  for (const step of ['mend:written', 'mend:synced', 'erase:unlinked-index', 'erase:renamed', 'erase:cataloged']) {
    const directory = await sample()
    flip(file(directory, '000000000002.json.gz'), 600)
    expect(check(directory, ['--repair'], { SAWLOG_FAULT: step }).signal).toBe('SIGKILL')
    expect(check(directory, ['--repair']).code).toBe(0)
    expect(check(directory).code).toBe(0)
    whole(directory, 'some')
  }
})
