import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { realDisk } from '../../../core/journal/disk.ts'
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

describe('write failure', () => {
  test('a full disk keeps what was promised, waits, and goes on by itself', async () => {
    const directory = freshDirectory()
    let full = false
    const disk = {
      ...realDisk,
      async write(fd: number, bytes: Buffer, position: number) {
        if (!full) return realDisk.write(fd, bytes, position)
        await realDisk.write(fd, bytes.subarray(0, Math.floor(bytes.length / 2)), position) // a short write, as a full disk makes it
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      },
    }
    const { journal, reports } = await openAt(directory, { disk })
    await append(journal, 'a/x', 0, numbers(0, 2))
    full = true
    const later = append(journal, 'a/x', 2, numbers(2, 2))
    await expect.poll(() => journal.stalled).toContain('is full')
    expect(seen(await readAll(journal))).toEqual([0, 1])
    full = false
    await later
    expect(journal.stalled).toBeNull()
    expect(seen(await readAll(journal))).toEqual([0, 1, 2, 3])
    expect(reports.filter((report) => report.includes('is full'))).toHaveLength(1)
    await journal.close()
    expect(recordLines(directory)).toHaveLength(4)
  })

  test('after a failed fdatasync the segment is given up and unacknowledged frames are written again, once', async () => {
    const directory = freshDirectory()
    let failures = 1
    const disk = {
      ...realDisk,
      async sync(fd: number) {
        if (failures > 0 && recordLines(directory).length > 2) {
          failures--
          throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
        }
        await realDisk.sync(fd)
      },
      // The truncation of the given-up segment fails as well: only the next segment's first line can say where it ends.
      truncate: () => Promise.reject(new Error('EIO: i/o error, ftruncate')),
    }
    const { journal, reports } = await openAt(directory, { disk })
    await append(journal, 'a/x', 0, numbers(0, 2))
    await append(journal, 'a/x', 2, numbers(2, 2))
    expect(reports.some((report) => report.includes('cannot trust segment 1'))).toBe(true)
    expect(segmentFiles(directory)).toHaveLength(2)
    expect(seen(await readAll(journal))).toEqual([0, 1, 2, 3])
    await journal.close()
    const again = await openAt(directory)
    expect(seen(await readAll(again.journal))).toEqual([0, 1, 2, 3])
    expect(recordLines(directory)).toHaveLength(4)
    await again.journal.close()
  })

  test('scenario 33: a stop while the disk is full fails what waits and keeps what was acknowledged', async () => {
    const directory = freshDirectory()
    let full = false
    const disk = { ...realDisk, write: (fd: number, bytes: Buffer, position: number) => (full ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : realDisk.write(fd, bytes, position)) }
    const { journal } = await openAt(directory, { disk })
    await append(journal, 'a/x', 0, numbers(0, 2))
    full = true
    const never = append(journal, 'a/x', 2, numbers(2, 2))
    const outcome = expect(never).rejects.toThrow('stopped before it could be stored')
    await expect.poll(() => journal.stalled).not.toBeNull()
    await journal.close()
    await outcome
    const again = await openAt(directory)
    expect(seen(await readAll(again.journal))).toEqual([0, 1])
    expect(again.journal.positions.get('a/x')).toEqual({ offset: 2 })
    await again.journal.close()
  })
})

describe('limits', () => {
  test('room is given in turn, and at max_size nothing is taken until there is space', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory, { segmentBytes: 1024, maxBytes: 3000, maxPendingBytes: 1000 })
    let at = 0
    while (journal.hasRoom()) await append(journal, 'a/x', at, numbers(at++, 1))
    expect(journal.stalled).toContain('max_size')
    expect(await journal.room(10, 50)).toBe(false)
    const admitted = journal.room(10, null)
    const plan = await journal.retention().deleteBefore({ bytes: 1500 })
    expect(plan.segments).toBeGreaterThan(0)
    expect(await admitted).toBe(true)
    await journal.close()
  })

  test('drop_oldest deletes closed segments, says who loses, and goes on', async () => {
    const { journal, reports } = await openAt(freshDirectory(), { segmentBytes: 1024, maxBytes: 3000, onFull: 'drop_oldest' })
    journal.needed = () => ({ segment: 1, outputs: ['slow'] })
    for (let i = 0; i < 60; i++) {
      expect(journal.hasRoom()).toBe(true)
      await append(journal, 'a/x', i, numbers(i, 1))
    }
    expect(journal.disk().bytes).toBeLessThan(5000)
    expect(reports.some((report) => report.includes('slow had not yet delivered'))).toBe(true)
    await journal.close()
  })

  test('retention never deletes what an output needs', async () => {
    const { journal } = await openAt(freshDirectory(), { segmentBytes: 1024 })
    for (let i = 0; i < 40; i++) await append(journal, 'a/x', i, numbers(i, 1))
    journal.needed = () => ({ segment: 3, outputs: ['slow'] })
    const plan = await journal.retention().deleteBefore({ bytes: 0 })
    expect(plan.segments).toBe(2)
    expect(plan.heldBy).toEqual(['slow'])
    expect((await readAll(journal))[0]?.segment).toBe(3)
    await journal.close()
  })
})

describe('answers to keyed requests', () => {
  test('a key survives a closed segment; the same key with another body is a conflict', async () => {
    const directory = freshDirectory()
    const first = await openAt(directory)
    expect(first.journal.answers.begin('k1', 'h').state).toBe('new')
    first.journal.draft.keys.push({ id: 'k1', hash: 'h', answer: { accepted: 1 } })
    await append(first.journal, 'a/x', 0, numbers(0, 1))
    first.journal.answers.finish('k1', { accepted: 1 })
    expect(first.journal.answers.begin('k1', 'h')).toEqual({ state: 'done', answer: { accepted: 1 } })
    await first.journal.close()
    const second = await openAt(directory)
    expect(second.journal.answers.begin('k1', 'h')).toEqual({ state: 'done', answer: { accepted: 1 } })
    expect(second.journal.answers.begin('k1', 'other')).toEqual({ state: 'conflict' })
    await second.journal.close()
  })

  test('keys of a segment that was never closed are recovered from its frames', async () => {
    const directory = freshDirectory()
    const first = await openAt(directory)
    first.journal.draft.keys.push({ id: 'k2', hash: 'h', answer: 7 })
    await append(first.journal, 'a/x', 0, numbers(0, 1))
    const bytes = readFileSync(segmentFiles(directory)[0] as string)
    await first.journal.close()
    rmSync(join(directory, 'state.db'))
    rmSync(join(directory, 'catalog.db'))
    writeFileSync(segmentFiles(directory)[0] as string, bytes)
    const second = await openAt(directory)
    expect(second.journal.id).toBe(first.journal.id)
    expect(second.journal.answers.begin('k2', 'h')).toEqual({ state: 'done', answer: 7 })
    await second.journal.close()
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
