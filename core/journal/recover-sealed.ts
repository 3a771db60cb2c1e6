// What a start does with the sealed segments it finds: finishes a sealing that a crash cut short, enters files that the catalog does not know,
// names those that are damaged. It reads no block unless something is wrong: 10,000 segments cost a `stat` each.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProblemLevel } from '../problem.ts'
import { type Catalog, fileBytes, fileOf, type SegmentRow } from './catalog.ts'
import { type BlockTable, readBlockTable, readSealedState } from './sealed/block-table.ts'
import type { Compression } from './sealed/format.ts'
import { indexSealed } from './sealed/index-sealed.ts'
import { readIndexHeader } from './sealed/read-index.ts'
import { sealedRow } from './sealed-row.ts'
import { indexName, sealedName, segmentFile, type SegmentFileKind, segmentName } from './segment-name.ts'
import { syncDirectory } from './sync-directory.ts'

export interface SealedOptions {
  readonly directory: string
  readonly catalog: Catalog
  readonly journal: string
  problem(level: ProblemLevel, message: string, remedy: string): void
}

/** Which files there are of each segment. */
export type Files = Map<number, Set<SegmentFileKind>>

export function filesIn(names: readonly string[]): Files {
  const files: Files = new Map()
  for (const name of names) {
    const file = segmentFile(name)
    if (file === null) continue
    const kinds = files.get(file.number)
    if (kinds === undefined) files.set(file.number, new Set([file.kind]))
    else kinds.add(file.kind)
  }
  return files
}

/** Afterwards every sealed file that can be read has its row, and no segment is there twice. What it removes it takes out of `files`. */
export function recoverSealed(options: SealedOptions, files: Files): void {
  const { directory, catalog } = options
  for (const [number, kinds] of files) {
    const sealed = (['gzip', 'zstd'] as const).filter((kind) => kinds.has(kind))
    if (sealed.length === 0) {
      // Renamed before its segment was, or left behind by it.
      if (kinds.has('index')) rmSync(join(directory, indexName(number)), { force: true })
      continue
    }
    const row = catalog.get(number)
    const compression = sealed.find((kind) => kind === row?.compression) ?? (sealed[0] as Compression)
    for (const other of sealed) if (other !== compression) options.problem('warn', `segment ${number} is there twice: ${sealedName(number, other)} is not used`, 'Move it away.')
    const bytes = statSync(join(directory, sealedName(number, compression))).size
    if (!kinds.has('jsonl') && row?.compression === compression && fileBytes(row) === bytes) checkIndex(options, row, kinds.has('index'))
    else takeIn(options, number, compression, bytes, kinds)
  }
}

/** A missing index is no loss: the row says that there is none, and it is made anew in the background. One that is damaged is found by who reads it. */
function checkIndex({ catalog }: SealedOptions, row: SegmentRow, there: boolean): void {
  if (!there && row.indexBytes > 0) catalog.put({ ...row, bytes: fileBytes(row), indexBytes: 0 })
}

/** The catalog does not know the file as it is, or the segment is there unsealed as well. */
function takeIn(options: SealedOptions, number: number, compression: Compression, bytes: number, kinds: Set<SegmentFileKind>): void {
  const { directory, catalog, journal, problem } = options
  const path = join(directory, sealedName(number, compression))
  const known = catalog.get(number)
  // Beside a `.jsonl` it must be whole, or that one is what counts.
  const table = kinds.has('jsonl') ? readBlockTable(path) : null
  const state = table === null ? readSealedState(path) : table.damage.length === 0 ? table.state : null
  if (kinds.has('jsonl')) {
    if (state === null || state.journal !== journal || state.segment !== number) {
      setAside(options, sealedName(number, compression))
      kinds.delete(compression)
      problem('warn', `segment ${sealedName(number, compression)} was not used: it is not whole, or not of this journal`, 'It was moved to quarantine; what it should hold is still there unsealed.')
      rmSync(join(directory, indexName(number)), { force: true })
      if (known?.state === 'sealed') catalog.remove(number)
      return
    }
    // The crash may have come before its new name was durable; only then may what it was made of go.
    syncDirectory(directory)
    catalog.put(sealedRow(number, state, journal, { compression, bytes, indexBytes: indexBytesOf(directory, number, bytes) }))
    rmSync(join(directory, segmentName(number)))
    kinds.delete('jsonl')
    return
  }
  if (state === null) {
    takeDamaged(options, number, compression, readBlockTable(path), kinds)
    return
  }
  const row = sealedRow(number, state, journal, { compression, bytes, indexBytes: indexBytesOf(directory, number, bytes) })
  if (row.journal !== null) {
    const lost = known !== undefined && known.journal === null
    if (lost) problem('error', `cannot find segment ${fileOf(known)} with ${known.records} records: another journal's file has its name`, 'Put the file back if it was moved; otherwise its records are gone.')
    problem('info', `segment ${sealedName(number, compression)} belongs to another journal (${row.journal})`, 'It is searched like the others and never delivered to outputs.')
  }
  catalog.put(row)
}

/** Its end is missing. What blocks there are can be read; whose they are is only known of a file that the catalog knew. */
function takeDamaged(options: SealedOptions, number: number, compression: Compression, { blocks, damage, bytes }: BlockTable, kinds: Set<SegmentFileKind>): void {
  const { directory, catalog, problem } = options
  const name = sealedName(number, compression)
  const known = catalog.get(number)
  const last = blocks.at(-1)
  if (last === undefined) {
    problem('error', `cannot read segment ${name}: nothing in it is a block of a sealed segment`, known === undefined ? 'Move it away; what is no segment of Sawlog is not searched.' : `It was moved to quarantine. Restore it from a backup; otherwise its ${known.records} records are gone.`)
    if (known === undefined) return
    setAside(options, name)
    kinds.delete(compression)
    rmSync(join(directory, indexName(number)), { force: true })
    catalog.remove(number)
    return
  }
  problem('error', `segment ${name} is damaged: ${damage.join('; ')}`, `Restore it from a backup if there is one; the records of ${blocks.length} intact blocks can be read.`)
  const index = join(directory, indexName(number))
  const { indexBytes } = indexSealed(join(directory, name), index, number)
  const rows = readIndexHeader(index, bytes).blocks.filter((row) => row[5] <= row[6])
  const { mtimeMs } = statSync(join(directory, name))
  catalog.put({
    number, bytes: bytes + indexBytes, indexBytes, rawBytes: blocks.reduce((sum, block) => sum + block.raw, 0), records: known?.records ?? last.first + last.records,
    firstTime: rows.length === 0 ? null : Math.min(...rows.map((row) => row[5])), lastTime: rows.length === 0 ? null : Math.max(...rows.map((row) => row[6])),
    firstCommit: known?.firstCommit ?? Math.floor(mtimeMs), lastCommit: known?.lastCommit ?? Math.floor(mtimeMs),
    state: 'sealed', compression, journal: known === undefined ? 'unknown' : known.journal, sources: known?.sources ?? '{}',
  })
}

function indexBytesOf(directory: string, number: number, fileBytes: number): number {
  const path = join(directory, indexName(number))
  try {
    readIndexHeader(path, fileBytes)
    return statSync(path).size
  } catch {
    return 0 // it is made anew
  }
}

function setAside({ directory }: SealedOptions, name: string): void {
  mkdirSync(join(directory, 'quarantine'), { recursive: true })
  renameSync(join(directory, name), join(directory, 'quarantine', name))
}
