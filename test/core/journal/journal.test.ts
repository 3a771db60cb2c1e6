import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../../core/journal/open-data.ts'
import { append, freshDirectory, openAt, readAll, recordLines, segmentFiles } from './journal-at.ts'

const numbers = (from: number, count: number): object[] => Array.from({ length: count }, (_, index) => ({ n: from + index }))
const seen = (lines: Array<{ value: { body: unknown } }>): unknown[] => lines.map((line) => (line.value.body as { n?: number }).n)

describe('append and read', () => {
  test('a stored line is the envelope around the bytes of the body', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    await append(journal, 'a/x', 0, [{ n: 1, big: 'é' }])
    await journal.close()
    expect(recordLines(directory)).toEqual(['{"time":"2023-11-14T22:13:20.000Z","level":"info","source":"test","host":"host","tags":[],"body":{"n":1,"big":"é"},"guessed":["time","level"]}'])
  })

  test('what waited for the frame before goes into one frame', async () => {
    const { journal, commits } = await openAt(freshDirectory())
    await Promise.all([append(journal, 'a/x', 0, numbers(0, 3)), append(journal, 'a/y', 0, numbers(3, 3)), append(journal, 'a/x', 3, numbers(6, 1))])
    expect(commits).toHaveLength(1)
    expect(commits[0]?.counts.records).toBe(7)
    expect([...(commits[0]?.positions ?? [])]).toEqual([['a/x', { offset: 4 }], ['a/y', { offset: 3 }]])
    await journal.close()
  })

  test('a reader goes over segment borders and starts anywhere', async () => {
    const { journal } = await openAt(freshDirectory(), { segmentBytes: 4096 })
    for (let i = 0; i < 20; i++) await append(journal, 'a/x', i * 10, numbers(i * 10, 10))
    const all = await readAll(journal)
    expect(seen(all)).toEqual(Array.from({ length: 200 }, (_, n) => n))
    expect(new Set(all.map((line) => line.segment)).size).toBeGreaterThan(3)
    for (const at of [1, 50, 117, 199]) {
      const line = all[at] as (typeof all)[number]
      expect(seen(await readAll(journal, line))[0]).toBe(at)
    }
    await journal.close()
  })

  test('a record longer than the read buffer is read whole', async () => {
    const { journal } = await openAt(freshDirectory())
    await append(journal, 'a/x', 0, [{ n: 1 }, { n: 2, long: 'x'.repeat(3_000_000) }, { n: 3 }])
    const all = await readAll(journal)
    expect(seen(all)).toEqual([1, 2, 3])
    await journal.close()
  })
})

describe('recovery', () => {
  test('positions, totals and numbers go on after a clean stop', async () => {
    const directory = freshDirectory()
    const first = await openAt(directory)
    await append(first.journal, 'a/x', 0, numbers(0, 5))
    await first.journal.close()
    const second = await openAt(directory)
    expect(second.journal.id).toBe(first.journal.id)
    expect(second.journal.positions.get('a/x')).toEqual({ offset: 5 })
    expect(second.journal.totals.records).toBe(5)
    await append(second.journal, 'a/x', 5, numbers(5, 1))
    expect(segmentFiles(directory)).toHaveLength(2)
    expect(seen(await readAll(second.journal))).toEqual([0, 1, 2, 3, 4, 5])
    await second.journal.close()
  })

  test('scenario 28: a torn last frame is dropped at every length, and nothing before it', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    await append(journal, 'a/x', 0, numbers(0, 3))
    const file = segmentFiles(directory)[0] as string
    const whole = statSync(file).size
    await append(journal, 'a/x', 3, numbers(3, 3))
    const bytes = readFileSync(file)
    await journal.close()
    for (let length = whole; length < bytes.length; length += 7) {
      rmSync(join(directory, 'catalog.db'))
      for (const other of segmentFiles(directory)) rmSync(other)
      writeFileSync(file, bytes.subarray(0, length))
      const again = await openAt(directory)
      expect(again.journal.positions.get('a/x')).toEqual({ offset: 3 })
      expect(seen(await readAll(again.journal))).toEqual([0, 1, 2])
      expect(statSync(file).size).toBe(whole)
      await again.journal.close()
    }
  })

  test('scenario 29: a bad checksum in the middle is quarantined, later frames survive, the gap is named', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    await append(journal, 'a/x', 0, numbers(0, 3))
    const file = segmentFiles(directory)[0] as string
    const start = statSync(file).size
    await append(journal, 'a/x', 3, numbers(3, 2))
    await append(journal, 'a/x', 5, numbers(5, 2))
    await append(journal, 'a/y', 0, numbers(7, 1))
    await journal.close()
    const bytes = readFileSync(file)
    bytes[start + 20] = (bytes[start + 20] as number) ^ 1
    writeFileSync(file, bytes)
    rmSync(join(directory, 'catalog.db'))
    const again = await openAt(directory)
    expect(again.reports.some((report) => report.startsWith('error: segment 000000000001.jsonl is damaged'))).toBe(true)
    const lines = await readAll(again.journal)
    expect(seen(lines)).toEqual([0, 1, 2, undefined, undefined, 5, 6, 7])
    expect(lines.map((line) => line.record)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(again.journal.gaps).toEqual([{ stream: 'a/x', from: 3, to: 5 }])
    expect(again.journal.positions.get('a/x')).toEqual({ offset: 7 })
    expect(existsSync(join(directory, 'journal/quarantine', `000000000001-${start}.bad`))).toBe(true)
    // The source reads the stretch again; half of it, then the process dies.
    again.journal.draft.move('a/x', { from: 3, to: { offset: 4 }, gap: true })
    await again.journal.submit()
    await again.journal.close()
    const third = await openAt(directory)
    expect(third.journal.gaps).toEqual([{ stream: 'a/x', from: 4, to: 5 }])
    expect(third.journal.positions.get('a/x')).toEqual({ offset: 7 })
    await third.journal.close()
  })

  test('a flipped bit anywhere in a frame never throws and never loses another frame', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    for (let i = 0; i < 5; i++) await append(journal, 'a/x', i, numbers(i, 1))
    await journal.close()
    const file = segmentFiles(directory)[0] as string
    const bytes = readFileSync(file)
    for (let at = 0; at < bytes.length; at += 37) {
      for (const other of segmentFiles(directory)) rmSync(other)
      rmSync(join(directory, 'catalog.db'))
      const broken = Buffer.from(bytes)
      broken[at] = (broken[at] as number) ^ 4
      writeFileSync(file, broken)
      const again = await openAt(directory)
      const lines = await readAll(again.journal)
      expect(seen(lines).filter((n) => n !== undefined).length, `byte ${at}`).toBeGreaterThanOrEqual(4)
      await again.journal.close()
    }
  }, 60_000)

  test('scenario 30: segments without catalog are found again, a catalog row without its segment is reported', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory, { segmentBytes: 1024 })
    for (let i = 0; i < 30; i++) await append(journal, 'a/x', i, numbers(i, 1))
    await journal.close()
    rmSync(join(directory, 'catalog.db'))
    const second = await openAt(directory, { segmentBytes: 1024 })
    expect(seen(await readAll(second.journal))).toEqual(Array.from({ length: 30 }, (_, n) => n))
    expect(second.journal.totals.records).toBe(30)
    await second.journal.close()
    rmSync(segmentFiles(directory)[1] as string)
    const third = await openAt(directory)
    expect(third.reports.some((report) => report.includes('cannot find segment 000000000002.jsonl'))).toBe(true)
    expect((await readAll(third.journal)).length).toBeLessThan(30)
    await third.journal.close()
  })

  test('scenario 24: a corrupt or old catalog is moved aside and rebuilt', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    await append(journal, 'a/x', 0, numbers(0, 5))
    await journal.close()
    for (const rubbish of [Buffer.from('not a database, '.repeat(1000)), Buffer.concat([readFileSync(join(directory, 'catalog.db')).subarray(0, 5000), Buffer.alloc(7000, 0xff)])]) {
      writeFileSync(join(directory, 'catalog.db'), rubbish)
      const again = await openAt(directory)
      expect(again.reports.some((report) => report.includes('catalog.db'))).toBe(true)
      expect(seen(await readAll(again.journal))).toEqual([0, 1, 2, 3, 4])
      await again.journal.close()
    }
  })

  test('a segment of another journal is left alone', async () => {
    const [mine, other] = [freshDirectory(), freshDirectory()]
    const a = await openAt(mine)
    await append(a.journal, 'a/x', 0, numbers(0, 2))
    await a.journal.close()
    const b = await openAt(other)
    await append(b.journal, 'a/x', 0, numbers(50, 2))
    await b.journal.close()
    writeFileSync(join(mine, 'journal/000000000007.jsonl'), readFileSync(segmentFiles(other)[0] as string))
    const again = await openAt(mine)
    expect(again.reports.some((report) => report.includes('belongs to another journal'))).toBe(true)
    expect(seen(await readAll(again.journal))).toEqual([0, 1])
    await append(again.journal, 'a/x', 2, numbers(2, 1))
    expect(seen(await readAll(again.journal))).toEqual([0, 1, 2])
    await again.journal.close()
  })

  test('a second process is kept out, and told so', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory)
    await expect(openAt(directory)).rejects.toThrow(DataError)
    await expect(openAt(directory)).rejects.toThrow('another Sawlog holds it')
    await journal.close()
  })
})

test('truncating a segment file under a stopped journal costs only the frames beyond', async () => {
  const directory = freshDirectory()
  const { journal } = await openAt(directory)
  await append(journal, 'a/x', 0, numbers(0, 2))
  const file = segmentFiles(directory)[0] as string
  const size = statSync(file).size
  await append(journal, 'a/x', 2, numbers(2, 2))
  await journal.close()
  truncateSync(file, size + 30)
  const again = await openAt(directory)
  expect(seen(await readAll(again.journal))).toEqual([0, 1])
  await again.journal.close()
})
