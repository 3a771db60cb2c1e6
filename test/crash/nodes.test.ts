import Database from 'better-sqlite3'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mountTmpfs, tmpfsMissing } from '../e2e/tmpfs.ts'
import { countJsonl, countSqlite } from './count-stores.ts'
import { nodeRounds } from './node-rounds.ts'

/** `npm run crash` sets these for the full runs. */
const full = process.env['SAWLOG_CRASH_SECONDS'] !== undefined
const seconds = Number(process.env['SAWLOG_CRASH_SECONDS'] ?? 8)
const seed = Number(process.env['SAWLOG_CRASH_SEED'] ?? Date.now() % 1_000_000)
const mode = process.env['SAWLOG_CRASH_MODE'] ?? 'plain'
const needsDisk = mode === 'disk' ? tmpfsMissing : ''

/** Everything the storage keeps must fit 64 MiB beside what fills it: 300 s of 120 lines/s are 40 MB there. */
const LINES_PER_SECOND = mode === 'disk' ? 120 : 2400
const AROUND = { plain: '', proxy: ', through a proxy that cuts, delays, refuses and repeats', disk: ', the disk of the storage filled and freed again and again' }[mode] ?? ''

describe.skipIf(needsDisk !== '')(`three nodes${needsDisk}`, () => {
  it(`logger, collector and storage, one of them killed every 1 to 3 s${AROUND}: every line is everywhere exactly once, those of the logger's own rotated file as well`, { timeout: 420_000 + seconds * 2000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sawlog-crash-'))
    const say = (text: string) => process.stdout.write(`${text}\n`)
    const report = await nodeRounds({
      folder, seconds, seed, linesPerSecond: LINES_PER_SECOND, calmMs: full ? 1000 : 400, proxied: mode === 'proxy',
      ...(mode === 'disk' ? { smallDisk: mountTmpfs('size=64M') } : {}), ...(full ? { progress: say } : {}),
    })
    const { kills, lines, stores, wanted, fates } = report
    const sum = (what: 'lost' | 'doubled'): number => Object.values(stores).reduce((total, store) => total + store[what], 0)
    const killed = Object.values(kills).reduce((total, count) => total + count, 0)
    say(`seed ${seed}; killed: logger ${kills['logger']}, collector ${kills['collector']}, storage ${kills['storage']}; ${report.rotations} rotations by the writers`)
    if (fates !== null) say(`requests: ${Object.entries(fates).map(([fate, count]) => `${fate} ${count}`).join(', ')}`)
    if (mode === 'disk') say(`the disk was filled ${report.fills} times; the storage was found to be not ready for it ${report.refusals} times`)
    say(`kills ${killed}, lines ${lines}, lost ${sum('lost')}, doubled ${sum('doubled')}`)
    const whole = Object.fromEntries(Object.entries(wanted).map(([store, seen]) => [store, { seen, lost: 0, doubled: 0, strange: 0, examples: [] }]))
    expect({ strays: report.strays, ...stores }, `seed ${seed}; everything is kept in ${folder}`).toEqual({ strays: [], ...whole })
    // The run must have met what it is about.
    expect(killed).toBeGreaterThan(seconds / 3)
    if (mode !== 'disk' || seconds >= 100) expect(report.rotations).toBeGreaterThan(1)
    expect(Object.entries(kills).filter(([, count]) => count === 0)).toEqual([])
    if (full && fates !== null) expect(Object.entries(fates).filter(([, count]) => count === 0)).toEqual([])
    if (full && mode === 'disk') expect([report.fills, report.refusals].every((count) => count > 5)).toBe(true)
    if (mode !== 'disk') await countsWhatIsDoctored(join(folder, 'storage'), lines)
    rmSync(folder, { recursive: true })
  })
})

/** A count that finds nothing must be one that would. */
async function countsWhatIsDoctored(storage: string, lines: number): Promise<void> {
  const expected = { copytruncate: Math.floor((seconds * LINES_PER_SECOND) / 4) }
  const path = join(storage, 'collected.jsonl')
  const [first, second, ...rest] = readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('"via":"copytruncate"'))
  writeFileSync(path, [second, second, ...rest, ''].join('\n'))
  expect(first).not.toBe(second)
  expect(await countJsonl(path, expected)).toMatchObject({ lost: 1, doubled: 1, strange: 0 })
  const db = new Database(join(storage, 'collected.db'))
  db.exec('DELETE FROM records WHERE rowid = (SELECT max(rowid) FROM records)')
  db.close()
  expect(countSqlite(join(storage, 'collected.db'), {})).toMatchObject({ seen: lines - 1 })
}
