import { expect, it } from 'vitest'
import { ReadBuffer } from '../../../core/journal/read-buffer.ts'

const MIB = 1024 * 1024

it('keeps its memory for reads of about the same size, and gives back what one long record needed', () => {
  const buffer = new ReadBuffer()
  const first = buffer.take(1)
  expect(buffer.take(first.length)).toBe(first)
  const larger = buffer.take(MIB - 5000)
  expect(larger).not.toBe(first)
  for (const bytes of [MIB, 200, MIB - 1]) expect(buffer.take(bytes)).toBe(larger)
  const huge = buffer.take(5 * MIB + 1)
  expect(huge.length).toBe(5 * MIB + 1)
  expect(buffer.take(5 * MIB)).toBe(huge)
  expect(buffer.take(200).length).toBeLessThanOrEqual(MIB)
})
