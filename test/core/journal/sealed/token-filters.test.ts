// Never a wrong no, few wrong yeses, and no more bytes than that takes, whatever the sizes of the blocks.
import { expect, test } from 'vitest'
import { mix, type TokenHash } from '../../../../core/journal/sealed/token-hash.ts'
import { buildFilters, filterBytes, type FilterShape, pruneBlocks, windowOf } from '../../../../core/journal/sealed/token-filters.ts'
import { randomFrom } from '../../../random-from.ts'

const random = randomFrom(7)
const lane = (): number => random(2 ** 32) | 0
const block = (tokens: number): Int32Array => Int32Array.from({ length: 2 * tokens }, lane)
const tokenOf = (high: number, low: number): TokenHash => ({ high: mix(high), low: mix(low) })

function blocksWith({ shape, bytes }: { shape: FilterShape; bytes: Buffer }, token: TokenHash): Uint8Array {
  const may = new Uint8Array(shape.columns.length).fill(1)
  const { start, length } = windowOf(shape, token)
  pruneBlocks(bytes.subarray(start, start + length), shape, token, may)
  return may
}

/** Share of blocks that seem to hold a token that none holds. */
function wrong(filters: ReturnType<typeof buildFilters>, asked: number): number {
  let passed = 0
  for (let n = 0; n < asked; n++) for (const may of blocksWith(filters, tokenOf(lane(), lane()))) passed += may
  return passed / (asked * filters.shape.columns.length)
}

const sizes: Record<string, number[]> = {
  'none': [],
  'an empty one': [0],
  'one of a token': [1],
  'one': [17_000],
  'many of a size': Array.from({ length: 64 }, (_, n) => 12_000 + n),
  'small ones and an empty one': [3, 0, 40, 700, 9],
  'of two sizes': Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 5000 : 15_000)),
  'one of rubbish among others': [...Array.from({ length: 30 }, () => 4000), 200_000],
  'of rubbish': [150_000, 180_000],
}

test.each(Object.entries(sizes))('blocks, %s: every token is found, others nearly never', (_, tokens) => {
  const pairs = tokens.map(block)
  const filters = buildFilters(pairs)
  for (const [b, hashes] of pairs.entries()) {
    const step = 2 * Math.max(1, Math.floor((hashes.length * tokens.length) / 60_000))
    for (let i = 0; i < hashes.length; i += step) expect(blocksWith(filters, tokenOf(hashes[i] as number, hashes[i + 1] as number))[b]).toBe(1)
  }
  if (tokens.length > 0) expect(wrong(filters, Math.ceil(300_000 / tokens.length))).toBeLessThan(1e-4)
  expect(filters.bytes).toHaveLength(filterBytes(filters.shape))
})

test('take 17 bits a token, and little more where one block holds rubbish', () => {
  const bits = (tokens: number[]): number => (8 * buildFilters(tokens.map(block)).bytes.length) / tokens.reduce((a, b) => a + b, 0)
  expect(bits(sizes['many of a size'] as number[])).toBeLessThan(17.3)
  expect(bits(sizes['of two sizes'] as number[])).toBeLessThan(18.6)
  expect(bits(sizes['one of rubbish among others'] as number[])).toBeLessThan(18.6)
  expect(bits(sizes['of rubbish'] as number[])).toBeLessThan(19.5)
})

test('are the same bytes each time', () => {
  const pairs = [block(500), block(2000)]
  expect(buildFilters(pairs).bytes.equals(buildFilters(pairs).bytes)).toBe(true)
})
