// The memory of blocks: kept for those who follow each other closely, given back after that, and never taken from one who waits.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import type { SegmentRow } from '../../../../core/journal/catalog.ts'
import { sealedRow } from '../../../../core/journal/sealed-row.ts'
import { readBlockTable } from '../../../../core/journal/sealed/block-table.ts'
import { SealedBlocks } from '../../../../core/journal/sealed/sealed-blocks.ts'
import { sealedFrom, storedLine } from './segment-at.ts'

const BLOCKS = 8

/** Eight blocks of about a megabyte. */
function scene(): { blocks: SealedBlocks; row: SegmentRow; entries: ReturnType<typeof readBlockTable>['blocks'] } {
  const line = (n: number): string => storedLine({ body: `${n} ${'x'.repeat(100_000)}` })
  const { data, state, bytes, indexBytes } = sealedFrom([Array.from({ length: BLOCKS * 10 }, (_, n) => line(n))])
  expect(statSync(data).size).toBe(bytes)
  const row = sealedRow(7, state, 'a-journal', { compression: 'gzip', bytes, indexBytes })
  const { blocks: entries } = readBlockTable(data)
  expect(entries).toHaveLength(BLOCKS)
  return { blocks: new SealedBlocks(dirname(data), () => row, (message) => expect.fail(message)), row, entries }
}

const begins = (bytes: Buffer, first: number): boolean => bytes.toString('latin1', 0, 200).includes(`"body":"${first} xxx`)

test('blocks are given back once later ones were read, and read anew', async () => {
  const { blocks, row, entries } = scene()
  const held: Buffer[] = []
  for (const entry of entries) {
    const bytes = await blocks.lines(row, entry)
    expect(begins(bytes, entry.first)).toBe(true)
    held.push(bytes)
  }
  expect(held.map((bytes) => bytes.length > 0)).toEqual([false, false, false, false, true, true, true, true])
  // Those who follow closely get the same memory, others the same lines.
  expect(await blocks.lines(row, entries[7] as typeof entries[0])).toBe(held[7])
  expect(begins(await blocks.lines(row, entries[0] as typeof entries[0]), 0)).toBe(true)
})

test('whoever waits for a block gets it whole, however many are read at the same time', async () => {
  const { blocks, row, entries } = scene()
  const seen = await Promise.all([...entries, ...entries.toReversed(), ...entries].map(async (entry) => begins(await blocks.lines(row, entry), entry.first)))
  expect(seen).toEqual(Array.from(seen, () => true))
})
