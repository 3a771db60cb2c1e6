import { expect, test } from 'vitest'
import sample from '../../../plugins/filters/sample.ts'
import { batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i}`)

test('without a key keeps the first of every `rate`, over batches', () => {
  const { filter } = host(sample, { rate: 3 })
  const kept = [4, 1, 5].flatMap((count) => filter.call(batchOf(recordsOf(lines(count)))).records.map(({ line, fields }) => [line, fields['sample_rate']]))
  expect(kept).toEqual([['line 0', 3], ['line 3', 3], ['line 1', 3], ['line 4', 3]])
})

test('with a key keeps all records of a value or none, the same ones everywhere, about one value in `rate`', () => {
  for (const rate of [2, 8, 10, 100]) {
    const keptBy = (): Map<string, number> => {
      const { filter } = host(sample, { rate, key: 'user.id' })
      const kept = new Map<string, number>()
      for (const turn of [0, 1, 2]) {
        const records = Array.from({ length: 20_000 }, (_, i) => objectRecord({ turn, user: { id: `u${i}` } }))
        for (const { body } of filter.call(batchOf(records)).records) {
          const { id } = (body as { user: { id: string } }).user
          kept.set(id, (kept.get(id) ?? 0) + 1)
        }
      }
      return kept
    }
    const kept = keptBy()
    expect([...kept.values()].filter((times) => times !== 3)).toEqual([])
    expect(kept.size).toBeGreaterThan((20_000 / rate) * 0.8)
    expect(kept.size).toBeLessThan((20_000 / rate) * 1.2)
    expect(keptBy()).toEqual(kept)
  }
})

test('counts records that have no such field like those without a key', () => {
  const { filter } = host(sample, { rate: 2, key: 'id' })
  expect(filter.call(batchOf(recordsOf(lines(4)))).records.map(({ line }) => line)).toEqual(['line 0', 'line 2'])
})

test('counts what it dropped', () => {
  const counts: Array<[string, number]> = []
  const { filter } = host(sample, { rate: 10 }, 'sample', (what, by) => void counts.push([what, by]))
  filter.call(batchOf(recordsOf(lines(25))))
  filter.call(batchOf([]))
  expect(counts).toEqual([['sampled_out', 22]])
})
