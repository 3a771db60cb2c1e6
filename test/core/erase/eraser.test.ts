import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Eraser, type EraserDeps, type EraseRequest } from '../../../core/erase/eraser.ts'
import { CannotErase, rewriteSegment } from '../../../core/erase/rewrite-segment.ts'
import type { SegmentRow } from '../../../core/journal/catalog.ts'
import type { Journal } from '../../../core/journal/journal.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import { append, freshDirectory, openAt, readAll, type ReadLine } from '../journal/journal-at.ts'
import { inline } from '../journal/sealing-at.ts'

const AT = Date.UTC(2026, 10, 25)

interface Scene {
  readonly directory: string
  readonly journal: Journal
  readonly eraser: Eraser
  readonly reports: string[]
  forgot: number
  add(count: number): Promise<void>
  reopen(): Promise<Scene>
}

async function scene(change: Partial<EraserDeps> = {}, directory = freshDirectory()): Promise<Scene> {
  const { journal, reports } = await openAt(directory, { segmentBytes: 20_000, sealing: { compression: 'gzip', level: 1, maxUnsealedBytes: 1e9, runner: inline } })
  const self: Scene = {
    directory, journal, reports, forgot: 0,
    eraser: new Eraser({ journal, level: 1, now: () => AT, forget: () => void self.forgot++, report: (component, level, message) => void reports.push(`${level} ${component}: ${message}`), thread: () => ({ rewrite: (job) => Promise.resolve().then(() => rewriteSegment(job)), close: () => Promise.resolve() }), ...change }),
    async add(count) {
      const from = journal.positions.get('a/x')?.offset ?? 0
      for (let n = from; n < from + count; n += 10) await append(journal, 'a/x', n, Array.from({ length: 10 }, (_, i) => ({ n: n + i, who: (n + i) % 25 === 0 ? 'anna.secret' : 'ben', pad: randomUUID() })))
    },
    async reopen() {
      await journal.close()
      return scene(change, directory)
    },
  }
  return self
}

function request(text: string, change: Partial<EraseRequest> = {}): EraseRequest {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return { query: parsed.query, from: null, to: null, mode: 'delete', dryRun: false, ...change }
}

const bodies = (lines: readonly ReadLine[]): Array<number | null> => lines.map(({ value }) => (typeof value.body === 'object' ? (value.body['n'] as number) : null))

/** Every byte below the directory, segments inflated. */
function everything(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name))
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
  }).join('\n')
}

describe('erase', () => {
  test('takes the records that match out of sealed and unsealed segments, and nothing of their text is left', async () => {
    let at = await scene()
    await at.add(600)
    await at.journal.seal()
    await at.add(305)
    expect(everything(at.directory)).toContain('anna.secret')
    const before = at.journal.disk().segments
    const places = (await readAll(at.journal)).map(({ segment, record }) => `${segment}:${record}`)
    const done = await at.eraser.erase(request('who:anna.secret'))
    expect(done).toMatchObject({ records: 37, damaged: 0, failed: [], complete: true, quarantine: [] })
    expect([done.segments, done.read]).toEqual([before, before])
    const lines = await readAll(at.journal)
    expect(bodies(lines)).toEqual(Array.from({ length: 910 }, (_, n) => (n % 25 === 0 ? null : n)))
    expect(lines.map(({ segment, record }) => `${segment}:${record}`)).toEqual(places)
    expect(lines[25]?.value).toMatchObject({ body: '', error: 'erased', erased: true, at: new Date(AT).toISOString(), time: '2023-11-14T22:13:20.005Z' })
    expect([at.forgot, at.reports]).toEqual([1, []])
    at = await at.reopen()
    expect(everything(at.directory)).not.toContain('anna')
    expect(bodies(await readAll(at.journal))).toEqual(bodies(lines))
    expect([at.reports, readdirSync(join(at.directory, 'journal')).filter((name) => name.endsWith('.tmp'))]).toEqual([[], []])
    await at.journal.close()
  })

  test('the catalog knows the new sizes, also after a start', async () => {
    let at = await scene()
    await at.add(600)
    await at.eraser.erase(request('*'))
    const onDisk = (): number => readdirSync(join(at.directory, 'journal')).filter((name) => /^\d/.test(name)).reduce((sum, name) => sum + statSync(join(at.directory, 'journal', name)).size, 0)
    const { bytes } = at.journal.disk()
    expect(bytes).toBe(onDisk())
    at = await at.reopen()
    expect([at.journal.disk().bytes, at.journal.catalog.all().every(({ sources }) => sources === '{}'), at.journal.totals.records]).toEqual([bytes, true, 600])
    await at.journal.close()
  })

  test('a dry run counts and changes nothing', async () => {
    const at = await scene()
    await at.add(100)
    expect(await at.eraser.erase(request('who:anna.secret', { dryRun: true }))).toMatchObject({ records: 4, segments: 1, bytes: 0 })
    expect([everything(at.directory).includes('anna.secret'), at.forgot]).toEqual([true, 0])
    await at.journal.close()
  })

  test('reads only segments that reach into the span', async () => {
    const at = await scene()
    await at.add(100)
    const none = await at.eraser.erase(request('*', { from: Date.UTC(2024, 0, 1) }))
    expect(none).toMatchObject({ records: 0, read: 0, segments: 0 })
    await at.journal.close()
  })

  test('a reader in the middle of a block goes on with the very next record', async () => {
    const at = await scene()
    await at.add(150)
    await at.journal.seal()
    const reader = at.journal.reader(at.journal.beginning())
    const first = await reader.read(40, 1e6)
    expect(first.lines.at(-1)?.record).toBe(39)
    await at.eraser.erase(request('n:<100'))
    const next = (await reader.read(1000, 1e6)).lines.map(({ record, erased, value }) => [record, erased ? null : (value.body as { n: number }).n])
    const inFirst = at.journal.catalog.all()[0]?.records as number
    expect(next).toEqual(Array.from({ length: inFirst - 40 }, (_, i) => [40 + i, 40 + i < 100 ? null : 40 + i]))
    await reader.close()
    await at.journal.close()
  })

  test('what cannot be looked into is told', async () => {
    const at = await scene()
    await at.add(100)
    await at.journal.seal()
    const file = join(at.directory, 'journal/000000000001.json.gz')
    const bytes = readFileSync(file)
    bytes.writeUInt8((bytes[200] as number) ^ 1, 200)
    writeFileSync(file, bytes)
    mkdirSync(join(at.directory, 'journal/quarantine'))
    writeFileSync(join(at.directory, 'journal/quarantine/000000000009-7.bad'), 'x')
    const done = await at.eraser.erase(request('who:anna.secret'))
    expect(done).toMatchObject({ damaged: 1, quarantine: ['000000000009-7.bad'] })
    await at.journal.close()
  })

  test('a segment that cannot be rewritten stays as it is and is named; the others are done', async () => {
    let failures = 1
    const at = await scene({ thread: () => ({ rewrite: (job) => (failures-- > 0 ? Promise.reject(new CannotErase('its end is damaged')) : Promise.resolve(rewriteSegment(job))), close: () => Promise.resolve() }) })
    await at.add(400)
    const done = await at.eraser.erase(request('who:anna.secret'))
    expect(done.failed).toEqual([{ segment: 1, reason: 'its end is damaged' }])
    expect(done.segments).toBe(at.journal.catalog.all().length - 1)
    expect(at.reports).toEqual(['error erase: cannot erase in segment 1: its end is damaged'])
    await at.journal.close()
  })

  test('what is stored and closed meanwhile is not taken for damaged', async () => {
    const at = await scene()
    await at.add(400)
    const seal = at.journal.seal.bind(at.journal)
    at.journal.seal = async () => {
      await seal()
      const newest = at.journal.catalog.newest as SegmentRow
      at.journal.catalog.put({ ...newest, number: newest.number + 1, state: 'closed', compression: null })
    }
    expect(await at.eraser.erase(request('who:anna.secret'))).toMatchObject({ records: 16, failed: [], complete: true })
    await at.journal.close()
  })

  test('a segment whose file was taken away does not keep the others from it', async () => {
    const at = await scene()
    await at.add(800)
    await at.journal.seal()
    rmSync(join(at.directory, 'journal/000000000001.json.gz'))
    const done = await at.eraser.erase(request('who:anna.secret'))
    expect(done.failed).toEqual([{ segment: 1, reason: expect.stringContaining('ENOENT') as string }])
    expect(done.read).toBe(at.journal.disk().segments)
    expect(done.read).toBeGreaterThan(2)
    expect(everything(at.directory)).not.toContain('anna.secret')
    await at.journal.close()
  })

  test('a segment deleted meanwhile leaves nothing behind', async () => {
    const at: Scene = await scene({ thread: () => ({
      async rewrite(job) {
        const result = rewriteSegment(job)
        if (job.segment === 1) await at.journal.retention().deleteBefore({ bytes: at.journal.disk().bytes - 1 })
        return result
      },
      close: () => Promise.resolve(),
    }) })
    await at.add(400)
    await at.journal.seal()
    await at.add(10)
    await at.eraser.erase(request('who:anna.secret'))
    expect(readdirSync(join(at.directory, 'journal')).filter((name) => name.startsWith('000000000001') || name.endsWith('.tmp'))).toEqual([])
    await at.journal.close()
  })
})

describe('a rule', () => {
  const rule = (at: Scene, before = Date.now() + 1000): ReturnType<Eraser['rule']> => at.eraser.rule('who:anna.secret', before, false)

  test('looks at each segment once, also over a restart, and at new ones', async () => {
    let at = await scene()
    await at.add(400)
    await at.journal.seal()
    expect(await rule(at)).toMatchObject({ records: 16, complete: true })
    expect(await rule(at)).toMatchObject({ records: 0, complete: true })
    at = await at.reopen()
    await at.add(200)
    await at.journal.seal()
    const done = await rule(at)
    expect(done.records).toBe(8)
    expect(everything(at.directory)).not.toContain('anna')
    await at.journal.close()
  })

  test('waits until a segment is old enough, sealed, and delivered', async () => {
    const at = await scene()
    await at.add(400)
    await at.journal.seal()
    expect(await rule(at, AT - 1e12)).toMatchObject({ records: 0 })
    at.journal.needed = () => ({ segment: 2, outputs: ['slow'] })
    const first = await rule(at)
    expect(first.records).toBeGreaterThan(0)
    expect(first.records).toBeLessThan(16)
    at.journal.needed = () => null
    expect((await rule(at)).records + first.records).toBe(16)
    await at.journal.close()
  })

  test('a full disk does not make it pass over a segment', async () => {
    let full = true
    const at = await scene({ thread: () => ({ rewrite: (job) => (full ? Promise.reject(new Error('ENOSPC: no space left on device')) : Promise.resolve(rewriteSegment(job))), close: () => Promise.resolve() }) })
    await at.add(400)
    await at.journal.seal()
    expect(await rule(at)).toMatchObject({ records: 0, complete: false })
    full = false
    expect(await rule(at)).toMatchObject({ records: 16, complete: true })
    await at.journal.close()
  })
})

test('the room that each source takes goes down with its records, and adds up to the journal', async () => {
  const at = await scene()
  await at.add(400)
  await at.journal.seal()
  await at.add(50)
  const { test: before } = at.journal.catalog.bySource.with(at.journal.active)
  expect(before?.records).toBe(450)
  expect(Math.abs((before?.bytes ?? 0) - at.journal.disk().bytes)).toBeLessThan(20)
  await at.eraser.erase(request('n:<200'))
  const { test: after } = at.journal.catalog.bySource.with(at.journal.active)
  expect(after?.records).toBe(250)
  expect(after?.bytes).toBeLessThan(before?.bytes as number)
  await at.eraser.erase(request('*'))
  expect(at.journal.catalog.bySource.with(at.journal.active)).toEqual({})
  await at.journal.close()
})
