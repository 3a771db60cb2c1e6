// Does what a search thread is asked to; runs in a worker, and in tests without one.
import { readSync } from 'node:fs'
import { compressionOf } from '../../journal/sealed/block-table.ts'
import { DamagedBlock } from '../../journal/sealed/format.ts'
import type { BlockRow } from '../../journal/sealed/index-header.ts'
import { readBlockSync } from '../../journal/sealed/read-block.ts'
import { releaseBytes } from '../../journal/sealed/release-bytes.ts'
import { askIndex, type Question } from '../plan/ask-index.ts'
import { pickLines } from './pick-lines.ts'
import { surveyCell } from './raw-cells.ts'
import { BlockScanner } from './scan-block.ts'
import { SegmentFiles } from './segment-files.ts'
import { Stopped } from './stopped.ts'
import type { Asked, BlockPlace, Lines, LinePick, Scanned, SealedFile, Task, TaskQuery, TaskResults } from './task.ts'

/** Queries remembered as compiled: those of the searches that run at the same time, and a dashboard's. */
const MAX_SCANNERS = 32

export class TaskPerformer {
  readonly #files = new SegmentFiles()
  readonly #scanners = new Map<string, BlockScanner>()

  /** Throws Stopped once the flag is set, before the next file or block. */
  perform(task: Task, flag: Int32Array): TaskResults[keyof TaskResults] {
    goOn(flag)
    switch (task.kind) {
      case 'ask': return task.files.map((file) => {
        goOn(flag)
        return this.#ask(file, task.query, task.question)
      })
      case 'scan': {
        const scanner = this.#scanner(task.query)
        return task.blocks.map((block): Scanned => {
          goOn(flag)
          const bytes = this.#read(block)
          if (bytes === null || typeof bytes === 'string') return bytes
          const found = scanner.scan({ bytes, segment: block.segment, first: block.first, whole: block.whole, oddNumbers: block.oddNumbers }, task.want, task.query.from, task.query.to)
          releaseBytes(bytes)
          return found
        })
      }
      case 'survey': return task.cells.map((cell) => surveyCell(task.fd, task.bytes, cell))
      case 'lines': return this.#lines(task.block, task.pick)
      case 'blocks': {
        const known = this.#files.index(task.file)
        return known === null ? null : { identity: known.identity, entries: known.index.blocks.map(entryOf) }
      }
    }
  }

  #ask(file: SealedFile, { query, from, to }: TaskQuery, question: Question): Asked {
    const known = this.#files.index(file)
    if (known === null) return null
    const { index, identity, fileBytes, problem } = known
    const filters = known.filters === null ? null : (tokens: readonly string[]) => this.#files.blocksWithTokens(file, known, tokens)
    const { read, pruned, count, slots, names } = askIndex(index, filters, query, from, to, question)
    const rows = read.flatMap((block) => index.blocks[block] as BlockRow)
    return { pruned, count, slots, names, rows, identity, fileBytes, blocks: index.blocks.length, indexed: known.filters !== null, problem }
  }

  #lines(block: BlockPlace, pick: LinePick): Lines | string | null {
    const bytes = this.#read(block)
    return bytes === null || typeof bytes === 'string' ? bytes : pickLines(bytes, block.first, pick)
  }

  /** A text says why it cannot be read; null: it is no longer there. */
  #read(block: BlockPlace): Buffer | string | null {
    if (block.kind === 'raw') {
      const bytes = Buffer.allocUnsafeSlow(block.length)
      return bytes.subarray(0, readSync(block.fd, bytes, 0, block.length, block.offset))
    }
    try {
      const fd = this.#files.descriptor(block.path, block.identity)
      if (fd === null) return null
      const known = this.#files.isIntact(block.identity, block.offset)
      const bytes = readBlockSync(fd, block, compressionOf(block.path), known ? 'known' : null)
      if (!known) this.#files.noteIntact(block.identity, block.offset)
      return bytes
    } catch (error) {
      // What the disk or its permissions refuse (it has a code) is as far away as what is damaged.
      if (error instanceof DamagedBlock || (error as NodeJS.ErrnoException).code !== undefined) return `a block of segment ${block.segment} with ${block.records} records cannot be read: ${(error as Error).message}`
      throw error
    }
  }

  #scanner({ key, query }: TaskQuery): BlockScanner {
    const known = this.#scanners.get(key)
    if (known !== undefined) return known
    const oldest = this.#scanners.keys().next()
    if (this.#scanners.size >= MAX_SCANNERS && !oldest.done) this.#scanners.delete(oldest.value)
    const scanner = new BlockScanner(query)
    this.#scanners.set(key, scanner)
    return scanner
  }
}

function goOn(flag: Int32Array): void {
  if (Atomics.load(flag, 0) !== 0) throw new Stopped()
}

function entryOf([offset, length, raw, records, first]: BlockRow): BlockPlaceEntry {
  return { offset, length, raw, records, first }
}

type BlockPlaceEntry = Pick<BlockPlace, 'offset' | 'length' | 'raw' | 'records' | 'first'>
