import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until } from './sawlog.ts'
import { mountTmpfs, remountTmpfs, tmpfsMissing } from './tmpfs.ts'
import { unprivileged } from './unprivileged.ts'

/** Segments of 4 KiB, so that a few hundred lines make many. */
const CONFIG = 'journal: { segment_size: 4KiB, reserve: 0KiB }\nsources: [{ type: http }, { type: file, name: app, paths: [app.log], sweep: 50ms }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n'

const catalogFiles = (directory: string): string[] => readdirSync(join(directory, 'data')).filter((name) => name.startsWith('catalog.db')).map((name) => join(directory, 'data', name))

/** Two runs of 200 posted and 200 tailed lines each. Gives the directory, and the catalog as it was between them. */
async function twoRuns(): Promise<{ directory: string; old: string }> {
  const directory = freshDirectory()
  const old = join(directory, 'old.db')
  for (const run of [0, 1]) {
    writeFileSync(join(directory, 'app.log'), numbered('file', run * 200, run * 200 + 200), { flag: 'a' })
    const sawlog = await startSawlog(CONFIG, { directory })
    for (let n = run * 200; n < run * 200 + 200; n += 20) expect((await sawlog.post(numbered('http', n, n + 20))).status).toBe(200)
    await until(async () => {
      const { total, outputs } = await sawlog.stats()
      return total === (run + 1) * 400 && outputs[0]?.lag === 0
    }, 'all is delivered')
    expect(await sawlog.stop()).toBe(0)
    if (run === 0) copyFileSync(join(directory, 'data/catalog.db'), old)
  }
  return { directory, old }
}

/** Each is done to the same directory in turn, with 100 more lines from each side after it. */
const DAMAGE: ReadonlyArray<readonly [name: string, spoil: (directory: string, old: string) => void, said: RegExp | null]> = [
  ['garbage', (directory) => writeFileSync(join(directory, 'data/catalog.db'), Buffer.alloc(20_000, 'garbage!')), /cannot read .*catalog\.db/],
  ['a torn page', (directory) => {
    const file = join(directory, 'data/catalog.db')
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xa5)]))
  }, /cannot read .*catalog\.db/],
  ['cut short', (directory) => truncateSync(join(directory, 'data/catalog.db'), 5000), /cannot read .*catalog\.db/],
  ['empty', (directory) => truncateSync(join(directory, 'data/catalog.db'), 0), null],
  ['gone', (directory) => catalogFiles(directory).forEach((file) => rmSync(file)), null],
  ['older than the segments', (directory, old) => {
    for (const file of catalogFiles(directory)) rmSync(file)
    copyFileSync(old, join(directory, 'data/catalog.db'))
  }, null],
]

describe('scenario 24: corrupt or old catalog', () => {
  test('it is made anew from the segments; every line once, in the journal and in the output', { timeout: 60_000 }, async () => {
    const { directory, old } = await twoRuns()
    let lines = 400
    for (const [name, spoil, said] of DAMAGE) {
      spoil(directory, old)
      writeFileSync(join(directory, 'app.log'), numbered('file', lines, lines + 100), { flag: 'a' })
      const sawlog = await startSawlog(CONFIG, { directory })
      if (said !== null) {
        const problem = await sawlog.problem(said)
        expect([name, problem.component, problem.level, problem.remedy]).toEqual([name, 'journal', 'warn', expect.stringMatching(/catalog\.db\.damaged and is rebuilt from the segments/)])
      }
      expect((await sawlog.post(numbered('http', lines, lines + 100))).status).toBe(200)
      lines += 100
      const { disk } = await until(async () => {
        const stats = await sawlog.stats()
        return stats.total === 2 * lines && stats.outputs[0]?.lag === 0 && stats
      }, `all is delivered after: ${name}`)
      // Sealed, or not yet, or both for a moment.
      const segments = new Set(readdirSync(join(directory, 'data/journal')).flatMap((file) => /^(\d{12})\.json/.exec(file)?.[1] ?? []))
      expect([name, disk.segments]).toEqual([name, segments.size])
      expect(await sawlog.stop()).toBe(0)
      const expected = { file: lines, http: lines }
      expect([name, countNumbered(journalRecords(directory), expected)]).toEqual([name, exactlyOnce(2 * lines)])
      expect([name, await countJsonl(join(directory, 'out.jsonl'), expected)]).toEqual([name, exactlyOnce(2 * lines)])
    }
  })

  test('a damaged state.db is refused and left as it is: it cannot be made anew', { timeout: 60_000 }, async () => {
    const { directory } = await twoRuns()
    const file = join(directory, 'data/state.db')
    const whole = readFileSync(file)
    for (const bad of [Buffer.alloc(20_000, 'garbage!'), Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 0xa5)])]) {
      writeFileSync(file, bad)
      const { code, output } = await runSawlog(CONFIG, { directory })
      expect(code).toBe(1)
      expect(output).toMatch(/Cannot read .*state\.db: .*It holds where each output stands.*Restore it from a backup, or move it away/)
      expect(output).not.toMatch(/\n\s+at /)
      expect(readFileSync(file).equals(bad)).toBe(true)
    }
    // What the message advises works: outputs then begin at the end.
    rmSync(file)
    const sawlog = await startSawlog(CONFIG, { directory })
    expect((await sawlog.post(numbered('http', 400, 500))).status).toBe(200)
    await until(async () => (await sawlog.stats()).outputs[0]?.lag === 0, 'the new lines are delivered')
    expect(await sawlog.stop()).toBe(0)
    expect(countNumbered(journalRecords(directory), { file: 400, http: 500 })).toEqual(exactlyOnce(900))
  })
})

describe('scenario 25: a data directory that cannot be written', () => {
  const refused = async (directory: string, said: RegExp, command?: readonly string[]): Promise<void> => {
    const { code, output } = await runSawlog(CONFIG, { directory, ...(command === undefined ? {} : { command }) })
    expect([code, output]).toEqual([1, expect.stringMatching(said)])
    expect(output).not.toMatch(/\n\s+at /)
    expect(output.trimEnd().split('\n')).toHaveLength(1)
  }

  test('a file in its place', async () => {
    const directory = freshDirectory()
    writeFileSync(join(directory, 'data'), 'precious')
    await refused(directory, /Cannot use \S*data as data directory: it is not a directory\. Name a directory in data: or with --data\./)
    expect(readFileSync(join(directory, 'data'), 'utf8')).toBe('precious')
    mkdirSync(join(directory, 'elsewhere'))
    writeFileSync(join(directory, 'elsewhere/data'), '')
    const { code, output } = await runSawlog(CONFIG, { directory, args: ['--data', 'elsewhere/data/below'] })
    expect([code, output]).toEqual([1, expect.stringMatching(/Cannot use .*as data directory: it is not a directory/)])
  })

  test('a directory in the place of a segment', async () => {
    const directory = freshDirectory()
    mkdirSync(join(directory, 'data/journal/000000000007.json.gz'), { recursive: true })
    await refused(directory, /Cannot use the journal: \S*000000000007\.json\.gz has the name of a segment and is a directory\. Move it out of the journal\./)
  })

  test.skipIf(unprivileged.missing !== '')(`no permission${unprivileged.missing}`, async () => {
    const directory = freshDirectory()
    chmodSync(directory, 0o500) // config.yaml is written by root, before its rights are dropped
    await refused(directory, /Cannot write to the data directory \S*data: .*Give this user write permission, or name another directory in data: or with --data\./, unprivileged.command)
    mkdirSync(join(directory, 'data'), { mode: 0o500 })
    await refused(directory, /Cannot write to the data directory/, unprivileged.command)
  })

  test.skipIf(unprivileged.missing !== '')(`one that was filled by another user${unprivileged.missing}`, async () => {
    const { directory } = await twoRuns()
    const files = readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const file of files) chmodSync(file, 0o400)
    for (const folder of ['data/journal', 'data']) chmodSync(join(directory, folder), 0o500)
    const before = journalRecords(directory).length
    await refused(directory, /Cannot write to the data directory/, unprivileged.command)
    expect(journalRecords(directory)).toHaveLength(before)
  })

  test.skipIf(tmpfsMissing !== '')(`a read-only mount, new or with records in it${tmpfsMissing}`, async () => {
    const mounted = mountTmpfs('size=8M')
    const directory = freshDirectory()
    const run = (): ReturnType<typeof runSawlog> => runSawlog(CONFIG, { directory, args: ['--data', join(mounted, 'data')] })
    remountTmpfs(mounted, 'ro')
    const empty = await run()
    expect([empty.code, empty.output]).toEqual([1, expect.stringMatching(/Cannot write to the data directory .*(read-only|EROFS).*Give this user write permission, or name another directory/i)])
    remountTmpfs(mounted, 'rw')
    const sawlog = await startSawlog(CONFIG, { directory, args: ['--data', join(mounted, 'data')] })
    expect((await sawlog.post(numbered('http', 0, 100))).status).toBe(200)
    expect(await sawlog.stop()).toBe(0)
    remountTmpfs(mounted, 'ro')
    const full = await run()
    expect([full.code, full.output]).toEqual([1, expect.stringMatching(/Cannot write to the data directory /)])
    expect(full.output).not.toMatch(/\n\s+at /)
    expect(countNumbered(journalRecords(mounted), { http: 100 })).toEqual(exactlyOnce(100))
  })

  test.skipIf(unprivileged.missing !== '')(`one that stops being writable while the server runs: it says so, waits, and goes on by itself${unprivileged.missing}`, async () => {
    const sawlog = await startSawlog(CONFIG, { command: unprivileged.command })
    const { directory } = sawlog
    expect((await sawlog.post(numbered('http', 0, 100))).status).toBe(200) // more than a segment: the next frame needs a new file
    chmodSync(join(directory, 'data/journal'), 0o500)
    writeFileSync(join(directory, 'app.log'), numbered('file', 0, 100))
    const problem = await sawlog.problem(/cannot store records: cannot write to .*data\/journal: EACCES/)
    expect([problem.component, problem.level]).toEqual(['journal', 'error'])
    expect(problem.remedy).toMatch(/Mend the disk or its permissions/)
    const ready = await fetch(`${sawlog.url}/readyz`)
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/cannot take records: cannot write to .*EACCES/)])
    const waiting = sawlog.post(numbered('http', 100, 200))
    chmodSync(join(directory, 'data/journal'), 0o700)
    expect((await waiting).status).toBe(200)
    await until(async () => (await fetch(`${sawlog.url}/readyz`)).status === 200, 'it is ready again')
    await until(async () => (await sawlog.stats()).total === 300, 'the file is read')
    expect(await sawlog.stop()).toBe(0)
    expect(countNumbered(journalRecords(directory), { http: 200, file: 100 })).toEqual(exactlyOnce(300))
  })
})

test('a second process on the same data directory is refused and told what to do; the first runs on, and its lock dies with it', async () => {
  const directory = freshDirectory()
  const first = await startSawlog(CONFIG, { directory })
  const second = await runSawlog(CONFIG, { directory })
  expect([second.code, second.output]).toEqual([1, expect.stringMatching(/Cannot use the data directory \S*data: another Sawlog holds it\. Stop the other process, or give this one its own directory with --data\./)])
  expect((await first.post(numbered('http', 0, 10))).status).toBe(200)
  await first.kill()
  expect(existsSync(join(directory, 'data/lock.db'))).toBe(true)
  const third = await startSawlog(CONFIG, { directory })
  expect((await third.post(numbered('http', 10, 20))).status).toBe(200)
  expect(await third.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { http: 20 })).toEqual(exactlyOnce(20))
})
