// How long a start takes: the limits are what is promised, several times over, for machines that do other things as well.
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Catalog, type SegmentRow } from '../../../core/journal/catalog.ts'
import { indexName, sealedName } from '../../../core/journal/segment-name.ts'
import { append, freshDirectory, openAt } from './journal-at.ts'
import { forgetCatalog, journalFiles, openSealing, sealed, sealedFiles } from './sealing-at.ts'

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const began = performance.now()
  const result = await work()
  return { result, ms: performance.now() - began }
}

test('10,000 sealed segments: 500 ms are promised with a catalog', { timeout: 120_000 }, async () => {
  const directory = await sealed()
  forgetCatalog(directory)
  const { journal } = await openSealing(directory)
  await journal.close()
  const [first] = sealedFiles(directory) as [string]
  const [index] = journalFiles(directory, '.idx') as [string]
  const catalog = new Catalog(join(directory, 'catalog.db'), (error) => {
    throw error as Error
  })
  const row = catalog.get(1) as SegmentRow
  mkdirSync(join(directory, 'journal'), { recursive: true })
  const newest = (catalog.newest as SegmentRow).number
  catalog.transaction(() => {
    for (let number = newest + 1; number <= 10_000; number++) {
      copyFileSync(first, join(directory, 'journal', sealedName(number, 'gzip')))
      copyFileSync(index, join(directory, 'journal', indexName(number)))
      catalog.put({ ...row, number })
    }
  })
  catalog.close()
  const { result, ms } = await timed(() => openSealing(directory))
  process.stdout.write(`start with 10,000 sealed segments: ${Math.round(ms)} ms\n`)
  expect(result.journal.disk().segments).toBe(10_000)
  expect(ms).toBeLessThan(2500)
  await result.journal.close()
})

test('a full active segment of 64 MiB after a crash: 1 s is promised', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const { journal } = await openAt(directory, { segmentBytes: 1e9, fsync: 'never' })
  const body = { message: 'user login succeeded', pad: 'x'.repeat(150) }
  for (let n = 0; n < 240_000; n += 1200) await append(journal, 'a/x', n, Array.from({ length: 1200 }, (_, i) => ({ ...body, n: n + i })))
  const active = join(directory, 'journal/000000000001.jsonl')
  expect(statSync(active).size).toBeGreaterThan(64 * 2 ** 20)
  // As it is on disk while the first process still runs: nothing was closed.
  const copy = freshDirectory()
  mkdirSync(join(copy, 'journal'))
  copyFileSync(active, join(copy, 'journal/000000000001.jsonl'))
  await journal.close()
  readFileSync(join(copy, 'journal/000000000001.jsonl'))
  const { result, ms } = await timed(() => openAt(copy))
  process.stdout.write(`recovery of ${Math.round(statSync(active).size / 2 ** 20)} MiB: ${Math.round(ms)} ms\n`)
  expect(result.journal.totals.records).toBe(240_000)
  expect(ms).toBeLessThan(5000)
  await result.journal.close()
})
