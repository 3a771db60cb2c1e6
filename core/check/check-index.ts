// Verifies the index of a sealed segment: that it is whole, describes the file beside it, and rules out no block that holds what is looked for.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { isErasedLine } from '../journal/erased-line.ts'
import { Envelopes } from '../journal/sealed/envelopes.ts'
import type { BlockEntry } from '../journal/sealed/format.ts'
import { FLAG_INCOMPLETE, type IndexHeader } from '../journal/sealed/index-header.ts'
import { addLineTokens } from '../journal/sealed/line-tokens.ts'
import { blocksWithTokens, NoIndex, readIndexHeader } from '../journal/sealed/read-index.ts'
import { filterBytes } from '../journal/sealed/token-filters.ts'
import { mix } from '../journal/sealed/token-hash.ts'
import { TokenSet } from '../journal/sealed/token-set.ts'

/** Looked at in each block: 8 lines of logs have some 60 different tokens. One token costs a read of a few KiB. */
const SAMPLE_LINES = 8
const SAMPLE_TOKENS = 64
const READ_BYTES = 1024 * 1024
const NEWLINE = 10

/** Hand it every intact block in order, then ask for the `verdict`. */
export class IndexCheck {
  readonly #fd: number | null = null
  readonly #header: IndexHeader | null = null
  /** The first thing found wrong. */
  #wrong: string | null = null
  #block = 0
  readonly #tokens = new TokenSet()
  readonly #envelopes = new Envelopes()

  /** `fileBytes`: length of the sealed file. */
  constructor(path: string, file: { readonly name: string; readonly bytes: number }) {
    if (!existsSync(path)) {
      this.#wrong = 'it is missing'
      return
    }
    try {
      this.#header = readIndexHeader(path, file.bytes)
    } catch (error) {
      if (!(error instanceof NoIndex)) throw error
      this.#wrong = error.message
      return
    }
    if (this.#header.file.name !== file.name) this.#wrong = `it is the index of ${this.#header.file.name}`
    this.#fd = openSync(path, 'r')
    if (this.#filterCrc() !== this.#header.filters.crc) this.#wrong = 'the checksum of its token filters is wrong'
  }

  block(entry: BlockEntry, bytes: Buffer): void {
    if (this.#wrong !== null || this.#header === null) return
    this.#wrong = this.#checkBlock(this.#header, entry, bytes)
    this.#block++
  }

  /** What is wrong with the index, or null. `whole`: every block was intact, so that the index may have no others. */
  verdict(whole: boolean): string | null {
    if (this.#wrong === null && whole && this.#header !== null && this.#header.blocks.length !== this.#block) return `it speaks of ${this.#header.blocks.length} blocks, there are ${this.#block}`
    return this.#wrong
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
  }

  #checkBlock(header: IndexHeader, entry: BlockEntry, bytes: Buffer): string | null {
    // Blocks that were damaged when the index was made are not in it; those that became so since are, and are not handed in here.
    while (this.#block < header.blocks.length && (header.blocks[this.#block]?.[0] as number) < entry.offset) this.#block++
    const row = header.blocks[this.#block]
    const here = `the block at byte ${entry.offset}`
    if (row === undefined) return `it does not know ${here}`
    const [offset, length, raw, records, first, minTime, maxTime, flags] = row
    if (offset !== entry.offset || length !== entry.length || raw !== entry.raw || records !== entry.records || first !== entry.first) return `it has another place or size for ${here}`
    const counted = sumOf(header.counts[this.#block])
    const erased = this.#sample(bytes, minTime, maxTime)
    if (erased === null) return `it has a time range for ${here} that leaves out one of its records`
    if ((flags & FLAG_INCOMPLETE) === 0 && counted + erased !== entry.records) return `it counts ${counted} records in ${here}, there are ${entry.records - erased}`
    return this.#missingToken(header) ? `its token filter says that ${here} does not hold a token that it holds` : null
  }

  /** Takes the tokens of some lines. Returns how many lines are erased, or null when a sampled one is outside of the times. */
  #sample(bytes: Buffer, minTime: number, maxTime: number): number | null {
    const step = bytes.length / SAMPLE_LINES
    let next = 0
    let erased = 0
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at)
      if (isErasedLine(bytes, newline)) erased++
      else if (at >= next) {
        next = at + step
        const known = this.#envelopes.read(bytes, at, newline)
        const { time, timeEnd } = this.#envelopes.head
        addLineTokens(bytes, known ? timeEnd : at, newline, this.#tokens)
        if (known && (time < minTime || time > maxTime)) return null
      }
      at = newline + 1
    }
    if (this.#envelopes.full) this.#envelopes.clear()
    return erased
  }

  #missingToken(header: IndexHeader): boolean {
    const pairs = this.#tokens.take()
    const step = Math.max(2, 2 * Math.floor(pairs.length / 2 / SAMPLE_TOKENS))
    for (let i = 0; i < pairs.length; i += step) {
      const token = { high: mix(pairs[i] as number), low: mix(pairs[i + 1] as number) }
      if (blocksWithTokens(this.#fd as number, header, [token])[this.#block] !== 1) return true
    }
    return false
  }

  #filterCrc(): number {
    const { filters } = this.#header as IndexHeader
    const end = filters.offset + filterBytes(filters)
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    let crc = 0
    for (let at = filters.offset; at < end; ) {
      const got = readSync(this.#fd as number, buffer, 0, Math.min(READ_BYTES, end - at), at)
      if (got === 0) break
      crc = crc32(buffer.subarray(0, got), crc)
      at += got
    }
    return crc
  }
}

/** Every fourth number of a list of quads is a count. */
function sumOf(quads: readonly number[] | undefined): number {
  let sum = 0
  for (let i = 3; i < (quads?.length ?? 0); i += 4) sum += quads?.[i] as number
  return sum
}
