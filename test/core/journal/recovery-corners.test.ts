// Starts after two things went wrong at once, and listeners that fail when everything went well.
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { realDisk } from '../../../core/journal/disk.ts'
import type { JournalOptions } from '../../../core/journal/journal-options.ts'
import { append, freshDirectory, openAt, readAll, recordLines, segmentFiles } from './journal-at.ts'

const numbers = (from: number, to: number): object[] => Array.from({ length: to - from }, (_, index) => ({ n: from + index }))
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
const seen = (lines: Array<{ value: { body: unknown } }>): unknown[] => lines.map((line) => (line.value.body as { n?: number }).n)

/** Twelve numbers, in as many segments as that takes. */
async function filled(options: Partial<JournalOptions> = {}): Promise<string> {
  const directory = freshDirectory()
  const { journal } = await openAt(directory, { segmentBytes: 300, ...options })
  for (let from = 0; from < 12; from += 2) await append(journal, 'a/x', from, numbers(from, from + 2))
  await journal.close()
  return directory
}

describe('a start', () => {
  test('does not bring back what a given-up segment held beyond its end, also when the segment after it was closed since', async () => {
    let failures = 1
    const directory: string = freshDirectory()
    const disk = {
      ...realDisk,
      async sync(fd: number) {
        if (failures > 0 && recordLines(directory).length > 2) {
          failures--
          throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
        }
        await realDisk.sync(fd)
      },
      truncate: () => Promise.reject(new Error('EIO: i/o error, ftruncate')),
    }
    const { journal } = await openAt(directory, { disk, segmentBytes: 600 })
    for (let from = 0; from < 40; from += 2) await append(journal, 'a/x', from, numbers(from, from + 2))
    await journal.close()
    expect(segmentFiles(directory).length).toBeGreaterThan(3)
    const again = await openAt(directory)
    expect(seen(await readAll(again.journal))).toEqual(range(0, 40))
    await again.journal.close()
  })

  test('refuses a segment of a newer format and leaves it as it is', async () => {
    const directory = await filled()
    const file = segmentFiles(directory).at(-1) as string
    const text = JSON.stringify({ v: 2 })
    const content = `#state ${crc32(text).toString(16).padStart(8, '0')} ${text}\nsomething this version cannot read\n`
    writeFileSync(file, content)
    await expect(openAt(directory)).rejects.toThrow(/written by another version \(format 2/)
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  test('says so and keeps a copy when nothing of a closed segment can be read, and has its lines read again', async () => {
    const directory = await filled()
    writeFileSync(segmentFiles(directory)[1] as string, Buffer.alloc(5000, 'A'))
    const { journal, reports } = await openAt(directory)
    expect(reports.filter((report) => report.startsWith('error')).join()).toContain('000000000002.jsonl')
    expect(readdirSync(join(directory, 'journal', 'quarantine'))).toHaveLength(1)
    expect(seen(await readAll(journal))).toEqual([0, 1, ...range(4, 12)])
    expect(journal.gaps).toEqual([{ stream: 'a/x', from: 2, to: 4 }])
    await journal.close()
  })

  test('does not find a gap again that was filled, when the catalog is made anew', async () => {
    const directory = await filled({ segmentBytes: 1500 })
    const first = segmentFiles(directory)[0] as string
    truncateSync(first, readFileSync(first).lastIndexOf('#commit'))
    const { journal } = await openAt(directory)
    const [gap] = journal.gaps
    expect(gap).toMatchObject({ stream: 'a/x' })
    const { from, to } = gap as { from: number; to: number }
    journal.draft.move('a/x', { from, to: { offset: to }, gap: true })
    await journal.submit()
    expect(journal.gaps).toEqual([])
    await journal.close()
    for (const name of readdirSync(directory)) if (name.startsWith('catalog.db')) rmSync(join(directory, name))
    const again = await openAt(directory)
    expect(again.journal.gaps).toEqual([])
    expect(again.journal.positions.get('a/x')).toEqual({ offset: 12 })
    await again.journal.close()
  })
})

test('a listener that fails when a frame is durable does not have it written again', async () => {
  let failures = 3
  const { journal, reports } = await openAt(freshDirectory(), { committed: () => {
    if (failures-- > 0) throw new Error('no luck')
  } })
  await append(journal, 'a/x', 0, numbers(0, 2))
  await append(journal, 'a/x', 2, numbers(2, 4))
  expect(seen(await readAll(journal))).toEqual([0, 1, 2, 3])
  expect(journal.stalled).toBeNull()
  expect(reports.some((report) => report.includes('no luck'))).toBe(true)
  await journal.close()
})
