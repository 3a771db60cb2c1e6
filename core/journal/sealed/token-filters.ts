// The token filters of all blocks of a segment, side by side: one token costs one small read however many blocks there are.
//
// Each block has a column (a block of rubbish has several, each for a share of its tokens), each column is a ribbon filter, and all have the same
// number of rows, so that a token's equation spans the same rows of all: at 64 blocks 64 rows of 120 bytes, 7.7 KB.
import { coefficientsOf, lowestBit, RibbonBuilder, ROW_BITS, rowsFor, startOf, WIDTH } from './ribbon.ts'
import { mix, type TokenHash } from './token-hash.ts'

export interface FilterShape {
  readonly rows: number
  /** Of each block. */
  readonly columns: readonly number[]
}

/** A column is made for at least so many: as many rows as one equation spans are there in any case. */
const MIN_COLUMN_TOKENS = 64
/** Tokens of a column at most: up to here it was measured how often one is wrong. */
const MAX_COLUMN_TOKENS = 32_768
/** Blocks that are tried as the measure of a column. */
const TRIED_BLOCKS = 64
/** A block is divided by so many to find the measure: a segment of few large and many small ones is then smaller. */
const TRIED_COLUMNS = 4
/** Rows of so many bytes are filled up to whole words of four: at most 5 % more. */
const WORDS_FROM = 60
const VALUE_MASK = (1 << ROW_BITS) - 1

/** `pairs`: the distinct tokens of each block, high and low lane unmixed as `TokenSet` hands them out. */
export function buildFilters(pairs: readonly Int32Array[]): { shape: FilterShape; bytes: Buffer } {
  const shape = shapeFor(pairs.map((tokens) => tokens.length / 2))
  const rowBytes = bytesOfRow(shape)
  const bytes = Buffer.alloc(filterBytes(shape))
  const builder = new RibbonBuilder(shape.rows)
  let column = 0
  for (const [block, tokens] of pairs.entries()) {
    for (const share of shares(tokens, shape.columns[block] as number)) {
      for (let i = 0; i < share.length; i += 2) builder.add({ high: mix(share[i] as number), low: mix(share[i + 1] as number) })
      write(builder.solve(column), bytes, rowBytes, column, shape.rows)
      column++
    }
  }
  return { shape, bytes }
}

export function filterBytes(shape: FilterShape): number {
  return shape.rows * bytesOfRow(shape)
}

/** Where the rows of the token's equation lie within the filters. */
export function windowOf(shape: FilterShape, token: TokenHash): { start: number; length: number } {
  const rowBytes = bytesOfRow(shape)
  return { start: startOf(token, shape.rows) * rowBytes, length: WIDTH * rowBytes }
}

/** Clears in `may` (one byte a block) the blocks that do not hold the token, given the bytes of its window. */
export function pruneBlocks(window: Uint8Array, shape: FilterShape, token: TokenHash, may: Uint8Array): void {
  const rowBytes = bytesOfRow(shape)
  const [first, second] = coefficientsOf(token)
  // Two bytes more, so that the value of the last column can be read as three.
  const sum = new Uint8Array((rowBytes + 2 + 3) & ~3)
  // By words 64 blocks take 3 us a token, by bytes 8.5.
  const words = rowBytes % 4 === 0 && window.byteOffset % 4 === 0
  const [rows, into, length] = words ? [new Int32Array(window.buffer, window.byteOffset, window.length >>> 2), new Int32Array(sum.buffer), rowBytes >>> 2] : [window, sum, rowBytes]
  addRows(into, rows, length, first, 0)
  addRows(into, rows, length, second, 32)
  let column = 0
  for (const [block, columns] of shape.columns.entries()) {
    const bit = (columns === 1 ? column : column + shareOf(token, columns)) * ROW_BITS
    const at = bit >>> 3
    const three = (sum[at] as number) | ((sum[at + 1] as number) << 8) | ((sum[at + 2] as number) << 16)
    if (((three >>> (bit & 7)) & VALUE_MASK) !== 0) may[block] = 0
    column += columns
  }
}

/** XORs into `sum` the rows that the bits of `word` name. */
function addRows(sum: Uint8Array | Int32Array, rows: Uint8Array | Int32Array, length: number, word: number, from: number): void {
  for (let left = word; left !== 0; left &= left - 1) {
    const row = (from + lowestBit(left)) * length
    for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) ^ (rows[row + i] as number)
  }
}

/** Which of its block's columns a token belongs to. */
function shareOf({ high, low }: TokenHash, columns: number): number {
  return Math.floor((mix(high ^ Math.imul(low, 0x85ebca6b)) * columns) / 2 ** 32)
}

/** The pairs of each column. */
function shares(pairs: Int32Array, columns: number): Array<Int32Array | number[]> {
  if (columns === 1) return [pairs]
  const parts = Array.from({ length: columns }, (): number[] => [])
  for (let i = 0; i < pairs.length; i += 2) {
    const [high, low] = [pairs[i] as number, pairs[i + 1] as number]
    parts[shareOf({ high: mix(high), low: mix(low) }, columns)]?.push(high, low)
  }
  return parts
}

function bytesOfRow({ columns }: FilterShape): number {
  let sum = 0
  for (const n of columns) sum += n
  const bytes = Math.ceil((sum * ROW_BITS) / 8)
  return bytes < WORDS_FROM ? bytes : Math.ceil(bytes / 4) * 4
}

function write(values: Uint16Array, bytes: Buffer, rowBytes: number, column: number, rows: number): void {
  const bit = column * ROW_BITS
  const shift = bit & 7
  // A value ends within its row, but not always in its third byte.
  const length = (shift + ROW_BITS + 7) >>> 3
  for (let row = 0, at = bit >>> 3; row < rows; row++, at += rowBytes) {
    const value = (values[row] as number) << shift
    bytes[at] = (bytes[at] as number) | (value & 255)
    bytes[at + 1] = (bytes[at + 1] as number) | ((value >>> 8) & 255)
    if (length === 3) bytes[at + 2] = (bytes[at + 2] as number) | (value >>> 16)
  }
}

/** The measure of a column with which all take least. */
function shapeFor(tokens: readonly number[]): FilterShape {
  const sorted = tokens.toSorted((a, b) => a - b)
  const step = Math.max(1, sorted.length / TRIED_BLOCKS)
  let best: FilterShape = { rows: rowsFor(0), columns: [] }
  let least = Infinity
  for (let i = sorted.length - 1; i >= 0; i -= step) {
    for (let columns = 1; columns <= TRIED_COLUMNS; columns++) {
      const measure = within(MIN_COLUMN_TOKENS, MAX_COLUMN_TOKENS, largestShare(sorted[Math.floor(i)] as number, columns))
      const shape = { rows: rowsFor(measure), columns: tokens.map((n) => columnsFor(n, measure)) }
      if (filterBytes(shape) >= least) continue
      best = shape
      least = filterBytes(shape)
    }
  }
  return best
}

function within(least: number, most: number, n: number): number {
  return Math.min(most, Math.max(least, n))
}

/** Hashes divide unevenly: four standard deviations of a binomial distribution. */
function largestShare(tokens: number, columns: number): number {
  return columns === 1 ? tokens : Math.ceil(tokens / columns + 4 * Math.sqrt(tokens / columns))
}

/** So many that none has a larger share than `measure`. */
function columnsFor(tokens: number, measure: number): number {
  return tokens <= measure ? 1 : Math.ceil(tokens / (Math.sqrt(4 + measure) - 2) ** 2)
}
