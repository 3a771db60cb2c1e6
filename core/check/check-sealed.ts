// Verifies a sealed segment: every member's header, checksum and length, the records each block says it holds, and the state at its end.
import { closeSync, openSync } from 'node:fs'
import { type BlockTable, compressionOf, readBlockTable } from '../journal/sealed/block-table.ts'
import { type BlockEntry, DamagedBlock } from '../journal/sealed/format.ts'
import { readBlockSync } from '../journal/sealed/read-block.ts'
import { zstd } from '../journal/sealed/zstd.ts'
import { type Finding, REPAIR } from './finding.ts'
import type { SegmentFacts } from './segment-facts.ts'

export interface SealedOptions {
  readonly number: number
  readonly path: string
  /** As it is called in findings. */
  readonly where: string
  /** The catalog knows it as a sealed segment of ours. */
  readonly known: boolean
  /** Gets each block that is intact, in order. Its bytes are valid during the call. */
  block(entry: BlockEntry, lines: Buffer): void
}

const NEWLINE = 10
const BRACE = 123

/** Memory is bounded by the largest block. Throws what reading throws. */
export function checkSealed(options: SealedOptions, found: (finding: Finding) => void): SegmentFacts {
  const { number, path, where, known } = options
  const compression = compressionOf(path)
  const table = readBlockTable(path)
  const facts = { number, kind: compression, bytes: table.bytes, ...factsOf(table) }
  if (table.blocks.length === 0 && table.state === null) {
    const what = 'nothing in it is a whole block of a sealed segment'
    if (known) found({ level: 'problem', where, what, remedy: `Restore it from a backup if there is one; ${REPAIR} keeps what can be read of it and the numbers of its records.`, repair: { kind: 'blocks', segment: number } })
    else found({ level: 'problem', where, what, remedy: 'Move it away: what is no segment of Sawlog is not searched.', repair: null })
    return { ...facts, whole: false }
  }
  if (compression === 'zstd' && zstd === null) {
    found({ level: 'note', where, what: 'its blocks cannot be read: this Node.js has no Zstandard', remedy: 'Check with Node.js 22.15 or later.', repair: null })
    return { ...facts, whole: table.damage.length === 0 }
  }
  let whole = true
  const problem = (what: string, remedy = `${REPAIR} moves the bad bytes to quarantine and keeps every other block; record numbers stay.`): void => {
    whole = false
    found({ level: 'problem', where, what, remedy, repair: { kind: 'blocks', segment: number } })
  }
  for (const damage of table.damage) problem(damage)
  const fd = openSync(path, 'r')
  try {
    for (const entry of table.blocks) {
      const wrong = checkBlock(fd, entry, options)
      if (wrong !== null) problem(`the block at byte ${entry.offset} with records ${entry.first} to ${entry.first + entry.records - 1} is damaged: ${wrong}`)
    }
  } finally {
    closeSync(fd)
  }
  if (whole) for (const wrong of disagreements(table)) problem(wrong)
  return { ...facts, whole }
}

/** What is wrong with it, or null. */
function checkBlock(fd: number, entry: BlockEntry, { path, block }: SealedOptions): string | null {
  let bytes: Buffer
  try {
    bytes = readBlockSync(fd, entry, compressionOf(path))
  } catch (error) {
    if (!(error instanceof DamagedBlock)) throw error
    return error.message
  }
  let lines = 0
  for (let at = 0; at < bytes.length; lines++) {
    if (bytes[at] !== BRACE) return `its line ${lines + 1} is no record`
    const newline = bytes.indexOf(NEWLINE, at)
    if (newline === -1) return 'its last line is cut off'
    at = newline + 1
  }
  if (lines !== entry.records) return `it holds ${lines} records instead of ${entry.records}`
  block(entry, bytes)
  return null
}

function factsOf({ state, blocks }: BlockTable): Omit<SegmentFacts, 'number' | 'kind' | 'bytes' | 'whole'> {
  const last = blocks.at(-1)
  if (state === null) return { journal: null, writtenAs: null, records: last === undefined ? 0 : last.first + last.records, firstTime: null, lastTime: null, firstCommit: null, lastCommit: null, supersedes: [] }
  const { journal, segment, records, firstTime, lastTime, firstCommit, lastCommit, supersedes } = state
  return { journal, writtenAs: segment, records, firstTime, lastTime, firstCommit, lastCommit, supersedes }
}

/** Where the state at the end says something else than the blocks, all of which are intact. */
function disagreements({ state, blocks }: BlockTable): string[] {
  if (state === null) return []
  const wrong: string[] = []
  let records = 0
  let raw = 0
  for (const block of blocks) {
    records += block.records
    raw += block.raw
  }
  if (records !== state.records) wrong.push(`its end speaks of ${state.records} records, its blocks hold ${records}`)
  if (raw !== state.bytes) wrong.push(`its end speaks of ${state.bytes} bytes of records, its blocks hold ${raw}`)
  return wrong
}
