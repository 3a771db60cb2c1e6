// Mends a data directory that no server uses: what a start would mend, and what a start leaves alone because it takes time or costs records.
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileBytes, fileOf, type SegmentRow } from '../journal/catalog.ts'
import { emptyCounts } from '../journal/counts.ts'
import { type Data, openData, type Report } from '../journal/open-data.ts'
import { journalIdOf, recover } from '../journal/recover.ts'
import { replaceSegment } from '../journal/replace-segment.ts'
import { readSealedState } from '../journal/sealed/block-table.ts'
import { indexSealed } from '../journal/sealed/index-sealed.ts'
import { sealedRow } from '../journal/sealed-row.ts'
import { indexName, sealedName, segmentName } from '../journal/segment-name.ts'
import type { Finding } from './finding.ts'
import { mendBlocks, type MendOptions } from './mend-blocks.ts'
import { syncDirectory } from '../journal/sync-directory.ts'

/** Blocks that are made anew are few: they may be as small as they become. */
const LEVEL = 6

export interface RepairOptions {
  readonly directory: string
  /** What the check found. */
  readonly findings: readonly Finding[]
  now(): number
  /** Called for each thing that was done. */
  report: Report
}

/** Holds the directory meanwhile. Throws DataError when a server does. Whatever interrupts it, it can be run again. */
export function repairData(options: RepairOptions): void {
  const data = openData(options.directory, options.report)
  try {
    new Repair(options, data).run()
  } finally {
    data.close()
  }
}

class Repair {
  readonly #options: RepairOptions
  readonly #data: Data
  readonly #journal: string

  constructor(options: RepairOptions, data: Data) {
    this.#options = options
    this.#data = data
    this.#journal = data.store.identity(() => journalIdOf(data.segments), options.now()).id
  }

  run(): void {
    const { catalog } = this.#data
    for (const number of this.#numbers('row')) catalog.remove(number)
    for (const number of this.#numbers('frames')) {
      const row = catalog.get(number)
      // What is marked so is looked at from end to end.
      if (row?.state === 'closed') catalog.put({ ...row, state: 'suspect' })
    }
    const blocks = this.#numbers('blocks')
    for (const number of blocks) if (existsSync(join(this.#data.segments, segmentName(number)))) this.#unseal(number)
    // What the catalog knows before recovery, which gives up a file without any whole block; the others afterwards.
    const known = blocks.filter((number) => catalog.get(number)?.state === 'sealed')
    for (const number of known) this.#sealed(number, (row) => this.#mend(row))
    this.#recover()
    for (const number of blocks) if (!known.includes(number)) this.#sealed(number, (row) => this.#mend(row))
    for (const number of this.#numbers('index')) if (!blocks.includes(number)) this.#sealed(number, (row) => this.#index(row))
  }

  #numbers(kind: 'row' | 'frames' | 'blocks' | 'index'): number[] {
    return [...new Set(this.#options.findings.flatMap(({ repair }) => (repair?.kind === kind ? [repair.segment] : [])))]
  }

  #sealed(number: number, mend: (row: SegmentRow) => void): void {
    const row = this.#data.catalog.get(number)
    if (row?.state === 'sealed') mend(row)
  }

  /** What a damaged sealed file was made of is still there: that is what counts. */
  #unseal(number: number): void {
    const { segments: directory, catalog } = this.#data
    mkdirSync(join(directory, 'quarantine'), { recursive: true })
    for (const compression of ['gzip', 'zstd'] as const) {
      const name = sealedName(number, compression)
      if (existsSync(join(directory, name))) renameSync(join(directory, name), join(directory, 'quarantine', name))
    }
    catalog.remove(number)
    this.#options.report('info', `segment ${number} goes on unsealed: its sealed file is damaged`, 'That was moved to quarantine; the server seals the segment again.')
  }

  /** As a start does it. The idempotency keys it finds are left to that start. */
  #recover(): void {
    const { directory: _, now, report: problem } = this.#options
    const { store, catalog, segments: directory } = this.#data
    const { keysThrough, fold } = store.identity(() => this.#journal, now())
    recover({ directory, catalog, keysThrough, fold, journal: this.#journal, now, problem })
  }

  #index(row: SegmentRow): void {
    const { segments: directory, catalog } = this.#data
    const path = join(directory, indexName(row.number))
    const { indexBytes } = indexSealed(join(directory, fileOf(row)), `${path}.tmp`, row.number)
    renameSync(`${path}.tmp`, path)
    syncDirectory(directory)
    catalog.put({ ...row, bytes: fileBytes(row) + indexBytes, indexBytes })
    this.#options.report('info', `made ${indexName(row.number)} anew`, 'Nothing to do.')
  }

  /** Its files are durable before they get their names, and the catalog speaks of them last. */
  #mend(row: SegmentRow): void {
    const { segments: directory, catalog } = this.#data
    const name = fileOf(row)
    const path = join(directory, name)
    const index = join(directory, indexName(row.number))
    const { state, bytes, indexBytes, lost, kept } = mendBlocks({
      number: row.number, path, out: { data: `${path}.tmp`, index: `${index}.tmp`, name }, directory, lastKnown: this.#lastKnown(row), level: LEVEL, now: this.#options.now,
    })
    replaceSegment({ directory, catalog }, row, { data: `${path}.tmp`, index: `${index}.tmp`, bytes, indexBytes, state })
    catalog.put(sealedRow(row.number, state, this.#journal, { compression: row.compression ?? 'gzip', bytes, indexBytes }))
    const where = kept.length === 0 ? 'Nothing to do.' : `What could not be read is in ${kept.join(', ')}.`
    this.#options.report(lost === 0 ? 'info' : 'error', lost === 0 ? `mended ${name}: no record is lost` : `mended ${name}: ${lost} records are lost, their numbers are kept`, where)
  }

  /** For when the end of the file is missing: what the catalog says of it, and where streams stood at the end of the newest segment before it that says so. */
  #lastKnown({ number, journal, records, firstTime, lastTime, firstCommit, lastCommit }: SegmentRow): MendOptions['lastKnown'] {
    const { store, catalog, segments: directory } = this.#data
    const { keysThrough, fold } = store.identity(() => this.#journal, this.#options.now())
    const own = journal === null
    const before = catalog.all().findLast((row) => row.number < number && row.state === 'sealed' && row.journal === null)
    const known = (own && number === keysThrough ? fold : null) ?? (own && before !== undefined ? readSealedState(join(directory, fileOf(before))) : null)
    const { positions, gaps, totals, frame } = known ?? { positions: {}, gaps: [], totals: emptyCounts(), frame: 0 }
    return { v: 1, journal: journal ?? this.#journal, segment: number, created: firstCommit, sealed: this.#options.now(), records, firstTime, lastTime, firstCommit, lastCommit, positions, gaps, totals, frame, supersedes: [] }
  }
}
