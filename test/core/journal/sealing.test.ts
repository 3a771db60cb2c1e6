import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runTask, type SealRunner, type SealTask } from '../../../core/journal/sealed/seal-task.ts'
import { append, freshDirectory, openAt, readAll, segmentFiles } from './journal-at.ts'
import { fill, forgetCatalog, inline, journalFiles, numbers, openSealing, range, sealed, sealedFiles, seen, withSealing } from './sealing-at.ts'

describe('sealing', () => {
  test('leaves ordinary gzip files with every record once, each with its index, and nothing else', async () => {
    const directory = await sealed()
    expect(segmentFiles(directory)).toEqual([])
    expect(sealedFiles(directory).length).toBeGreaterThan(4)
    const lines = sealedFiles(directory).flatMap((file) => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n'))
    expect(lines.map((line) => (JSON.parse(line) as { body: { n: number } }).body.n)).toEqual(range(0, 100))
    expect(journalFiles(directory, '.idx')).toHaveLength(sealedFiles(directory).length)
    expect(journalFiles(directory, '.tmp')).toEqual([])
  })

  test('changes nothing of what readers, positions and totals say, also after a start without a catalog', async () => {
    const directory = await sealed()
    for (const lose of [() => undefined, forgetCatalog]) {
      lose(directory)
      const { journal, reports } = await openSealing(directory)
      expect(reports).toEqual([])
      const lines = await readAll(journal)
      expect(seen(lines)).toEqual(range(0, 100))
      expect(lines.filter((line) => line.record === 0).length).toBe(sealedFiles(directory).length)
      expect(journal.positions.get('a/x')).toEqual({ offset: 100 })
      expect(journal.totals.records).toBe(100)
      expect(journal.disk().segments).toBe(sealedFiles(directory).length)
      await journal.close()
    }
    const { journal } = await openSealing(directory)
    await append(journal, 'a/x', 100, numbers(100, 105))
    expect(journal.totals.records).toBe(105)
    expect(seen(await readAll(journal))).toEqual(range(0, 105))
    await journal.close()
    const again = await openSealing(directory)
    expect(seen(await readAll(again.journal))).toEqual(range(0, 105))
    await again.journal.close()
  })

  test('lets a reader in the middle of a segment go on exactly, and start anywhere in a sealed one', async () => {
    const directory = freshDirectory()
    const { journal } = await openSealing(directory, { segmentBytes: 1e6 })
    await fill(journal, 0, 200)
    const readers = await Promise.all([0, 1, 77, 199, 200].map(async (skip) => {
      const reader = journal.reader(journal.beginning())
      if (skip > 0) expect((await reader.read(skip, 1e9)).lines).toHaveLength(skip)
      return { reader, skip }
    }))
    const lagBefore = journal.lag(readers[2]?.reader as never, { segment: 1, record: 77 })
    await journal.seal()
    await append(journal, 'a/x', 200, numbers(200, 205))
    for (const { reader, skip } of readers) {
      const bodies: unknown[] = []
      for (let read = await reader.read(13, 4096); read.lines.length > 0; read = await reader.read(13, 4096)) bodies.push(...seen(read.lines))
      expect(bodies, `from ${skip}`).toEqual(range(skip, 205))
      expect(journal.lag(reader, reader)).toEqual({ records: 0, bytes: 0 })
      await reader.close()
    }
    expect(lagBefore.records).toBe(123)
    for (const record of [0, 3, 199, 200]) {
      const reader = journal.reader({ segment: 1, record })
      expect(seen((await reader.read(2, 1e6)).lines)[0]).toBe(record === 200 ? 200 : record)
      const { records, bytes } = journal.lag(reader, reader)
      expect(records).toBe(205 - reader.record - (reader.segment === 2 ? 200 : 0))
      expect(bytes / Math.max(1, records)).toBeLessThan(400)
      await reader.close()
    }
    await journal.close()
  })

  test('goes on when the segment is deleted meanwhile', async () => {
    const directory = freshDirectory()
    let sealNow: (during: () => Promise<unknown>) => void = () => undefined
    const gate = new Promise<() => Promise<unknown>>((resolve) => {
      sealNow = resolve
    })
    const runner: SealRunner = {
      ...inline,
      async run(task) {
        const answer = runTask(task)
        if (task.kind === 'seal' && task.options.segment === 1) await (await gate)()
        return answer
      },
    }
    const { journal, reports } = await openAt(directory, { segmentBytes: 2000, ...withSealing(runner) })
    await fill(journal, 0, 100)
    sealNow(() => journal.retention().deleteBefore({ records: 80 }))
    await journal.seal()
    expect(reports).toEqual([])
    const left = seen(await readAll(journal))
    expect(left.length).toBeLessThan(100)
    expect(left).toEqual(range(100 - left.length, 100))
    expect(readdirSync(join(directory, 'journal')).filter((name) => name.startsWith('000000000001'))).toEqual([])
    await journal.close()
  })

  test('waits on a full disk, says so once, keeps the segments and goes on by itself', async () => {
    const directory = freshDirectory()
    let full = 2
    const tasks: SealTask[] = []
    const runner: SealRunner = {
      ...inline,
      async run(task) {
        tasks.push(task)
        if (full > 0) {
          full--
          if (task.kind === 'seal') writeFileSync(task.out.data, 'half')
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
        }
        return runTask(task)
      },
    }
    const { journal, reports } = await openAt(directory, { segmentBytes: 2000, ...withSealing(runner) })
    await fill(journal, 0, 50)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(sealedFiles(directory)).toEqual([])
    expect(journalFiles(directory, '.tmp')).toEqual([])
    const end = Date.now() + 10_000
    while (segmentFiles(directory).length > 1 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(reports.filter((report) => report.includes('disk is full'))).toHaveLength(1)
    expect(reports.at(-1)).toContain('can seal segments again')
    expect(seen(await readAll(journal))).toEqual(range(0, 50))
    await journal.close()
  })

  test('that cannot keep up makes sources wait', async () => {
    const directory = freshDirectory()
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const runner: SealRunner = { ...inline, run: async (task) => gate.then(() => runTask(task)) }
    const { journal } = await openAt(directory, { segmentBytes: 2000, ...withSealing(runner, 5000) })
    await fill(journal, 0, 100)
    expect(journal.admission.hasRoom()).toBe(false)
    expect(journal.stalled).toBeNull()
    const admitted = journal.admission.room(100, null)
    release()
    expect(await admitted).toBe(true)
    await journal.close()
  })

  test('asked for while records come without a break, ends with those that were there', { timeout: 20_000 }, async () => {
    const { journal } = await openSealing(freshDirectory())
    await fill(journal, 0, 20)
    let n = 20
    const enough = new AbortController()
    const feeding = (async () => {
      for (; !enough.signal.aborted; n += 5) {
        void append(journal, 'a/x', n, numbers(n, n + 5))
        if (n % 50 === 0) await new Promise((resolve) => { setImmediate(resolve) })
      }
    })()
    await journal.seal()
    expect(journal.segments().filter(({ kind }) => kind === 'sealed').reduce((sum, { records }) => sum + records, 0)).toBeGreaterThanOrEqual(20)
    enough.abort()
    await feeding
    await journal.close()
  })
  test('leaves a segment with a bad frame as it is; the next start mends it and what is intact is sealed', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory, { segmentBytes: 2000 })
    await fill(journal, 0, 100)
    await journal.close()
    const [, victim] = segmentFiles(directory) as [string, string]
    const bytes = readFileSync(victim)
    const at = bytes.indexOf('"n":')
    bytes[at + 12] = 35
    writeFileSync(victim, bytes)
    const second = await openSealing(directory)
    await expect(second.journal.seal()).resolves.toBeUndefined()
    expect(second.reports.join()).toMatch(/cannot seal segment 000000000002\.jsonl: the frame that ends before byte \d+ has a wrong checksum/)
    // The one behind it shows what is missing.
    expect(segmentFiles(directory)).toEqual([victim, victim.replace('2.jsonl', '3.jsonl')])
    await second.journal.close()
    const third = await openSealing(directory)
    expect(third.reports.join()).toContain('is damaged at byte')
    await third.journal.seal()
    expect(segmentFiles(directory)).toEqual([])
    const bodies = seen(await readAll(third.journal))
    expect(bodies).toHaveLength(100)
    expect(bodies.filter((n) => n !== undefined).length).toBe(95)
    expect(third.journal.gaps).toHaveLength(1)
    await third.journal.close()
  })
})
