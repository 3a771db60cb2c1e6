import { expect, it } from 'vitest'
import { boundRecords } from '../../../core/http/bound-records.ts'
import type { ShownRecord } from '../../../core/http/shown-record.ts'

const record = (message: string, fields: ReadonlyArray<readonly [string, string]> = []): ShownRecord => ({ id: '1-1', time: '', level: 'info', source: 'app', message, fields, moreFields: 0, error: null })
const size = (records: readonly ShownRecord[]): number => records.reduce((sum, { message, fields }) => sum + message.length + fields.reduce((total, [name, value]) => total + name.length + value.length, 0), 0)

it('leaves ordinary records as they are', () => {
  const records = Array.from({ length: 100 }, (_, i) => record(`message ${i}`, [['user.id', 'u1'], ['stack', 'at line\n'.repeat(200)]]))
  expect(boundRecords(records)).toEqual(records)
})

it('keeps a page of the longest lines within bounds, and the beginning of each', () => {
  const bounded = boundRecords(Array.from({ length: 100 }, (_, i) => record(`${i} ${'x'.repeat(1_000_000)}`, Array.from({ length: 200 }, (_, field) => [`f${field}`, 'y'.repeat(100_000)] as const))))
  expect(size(bounded)).toBeLessThan(400_000)
  for (const [i, { message }] of bounded.entries()) expect(message.slice(0, 10)).toBe(`${i} ${'x'.repeat(10)}`.slice(0, 10))
  expect(bounded.at(-1)?.message).toMatch(/^99 x{397}…$/)
})
