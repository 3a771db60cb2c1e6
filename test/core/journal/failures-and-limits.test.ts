import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { realDisk } from '../../../core/journal/disk.ts'
import { append, freshDirectory, openAt, readAll, recordLines, segmentFiles } from './journal-at.ts'

const numbers = (from: number, count: number): object[] => Array.from({ length: count }, (_, index) => ({ n: from + index }))
const seen = (lines: Array<{ value: { body: unknown } }>): unknown[] => lines.map((line) => (line.value.body as { n?: number }).n)

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

  test('a segment that a full disk did not let begin leaves no file behind', async () => {
    const directory = freshDirectory()
    let full = true
    const disk = { ...realDisk, write: (fd: number, bytes: Buffer, position: number) => (full ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : realDisk.write(fd, bytes, position)) }
    const { journal } = await openAt(directory, { disk })
    const later = append(journal, 'a/x', 0, numbers(0, 2))
    await expect.poll(() => journal.stalled).not.toBeNull()
    await expect.poll(() => segmentFiles(directory)).toEqual([])
    full = false
    await later
    expect(segmentFiles(directory)).toHaveLength(1)
    expect(seen(await readAll(journal))).toEqual([0, 1])
    await journal.close()
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
    while (journal.admission.hasRoom()) await append(journal, 'a/x', at, numbers(at++, 1))
    expect(journal.stalled).toContain('max_size')
    expect(await journal.admission.room(10, 50)).toBe(false)
    const admitted = journal.admission.room(10, null)
    const plan = await journal.retention().deleteBefore({ bytes: 1500 })
    expect(plan.segments).toBeGreaterThan(0)
    expect(await admitted).toBe(true)
    await journal.close()
  })

  test('who waits is let in by the very commit that makes room', async () => {
    const { journal } = await openAt(freshDirectory(), { maxPendingBytes: 100 })
    const durable = append(journal, 'a/x', 0, numbers(0, 10))
    expect(journal.admission.hasRoom()).toBe(false)
    // Far less than the second after which it would be looked at anyway.
    expect(await journal.admission.room(10, 300)).toBe(true)
    await durable
    await journal.close()
  })

  test('drop_oldest deletes closed segments, says who loses, and goes on', async () => {
    const { journal, reports } = await openAt(freshDirectory(), { segmentBytes: 1024, maxBytes: 3000, onFull: 'drop_oldest' })
    let lost = 0
    journal.onLost = (outputs, records) => void (lost += outputs.length * records)
    journal.needed = () => ({ segment: 1, outputs: ['slow'] })
    for (let i = 0; i < 60; i++) {
      expect(journal.admission.hasRoom()).toBe(true)
      await append(journal, 'a/x', i, numbers(i, 1))
    }
    expect(journal.disk().bytes).toBeLessThan(5000)
    expect(reports.some((report) => report.includes('slow had not yet delivered'))).toBe(true)
    expect(lost).toBe(60 - (await readAll(journal)).length)
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
