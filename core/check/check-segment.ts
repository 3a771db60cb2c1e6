// Verifies one segment: its file, its index, and its row in the catalog.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Compression } from '../journal/sealed/format.ts'
import { indexName, sealedName, segmentName } from '../journal/segment-name.ts'
import type { CatalogRow } from './catalog-row.ts'
import { IndexCheck } from './check-index.ts'
import { checkPlain } from './check-plain.ts'
import { checkRow } from './check-row.ts'
import { checkSealed } from './check-sealed.ts'
import type { State } from './check-state.ts'
import { type Finding, REPAIR } from './finding.ts'
import type { SegmentFacts } from './segment-facts.ts'
import type { Snapshot } from './snapshot.ts'

export interface SegmentContext {
  /** The journal's directory. */
  readonly directory: string
  readonly snapshot: Snapshot
  readonly state: State
  /** How much counts of a segment that a later one gives up. */
  readonly limit: number | undefined
  /** A server holds the directory. */
  readonly live: boolean
}

/** What its file holds, null when there is none. Throws what reading throws: ENOENT when it was sealed or deleted since the snapshot. */
export function checkSegment(number: number, context: SegmentContext, found: (finding: Finding) => void): SegmentFacts | null {
  const { snapshot: { files, rows }, state, live } = context
  const row = rows?.get(number)
  // In a moment it is gone.
  if (live && row?.state === 'deleting') return null
  const facts = readSegment(number, row, context, found)
  if (facts === null) {
    if (row !== undefined) found(missing(row))
    return null
  }
  if (row !== undefined) for (const finding of checkRow(row, facts, state.journal)) found(finding)
  // The one being written gets its row when it is closed; without a catalog each would be told.
  else if (rows !== null && facts.journal !== null && !(facts.kind === 'jsonl' && isNewest(number, files, state))) found(unknown(facts, state))
  return facts
}

function readSegment(number: number, row: CatalogRow | undefined, { directory, snapshot: { files }, state, limit, live }: SegmentContext, found: (finding: Finding) => void): SegmentFacts | null {
  const kinds = files.get(number) ?? new Map<string, number>()
  const sealed = (['gzip', 'zstd'] as const).filter((kind) => kinds.has(kind))
  const compression = sealed.find((kind) => kind === row?.compression) ?? sealed[0]
  for (const other of sealed) if (other !== compression) found({ level: 'problem', where: `journal/${sealedName(number, other)}`, what: 'the segment is there twice; this file is not used', remedy: 'Move it away.', repair: null })
  if (compression !== undefined) {
    if (kinds.has('jsonl')) found({ level: 'problem', where: `journal/${segmentName(number)}`, what: 'the segment is there sealed as well: the sealing was interrupted', remedy: `The next start finishes it, and so does ${REPAIR}.`, repair: { kind: 'recover' } })
    return readSealed(directory, number, { compression, known: row?.state === 'sealed' }, found)
  }
  if (kinds.has('index')) found({ level: 'problem', where: `journal/${indexName(number)}`, what: 'it is the index of a segment that is not there', remedy: `The next start removes it, and so does ${REPAIR}.`, repair: { kind: 'recover' } })
  if (!kinds.has('jsonl')) return null
  const name = segmentName(number)
  return checkPlain({ number, path: join(directory, name), where: `journal/${name}`, limit, newest: isNewest(number, files, state), live }, found)
}

function readSealed(directory: string, number: number, { compression, known }: { compression: Compression; known: boolean }, found: (finding: Finding) => void): SegmentFacts {
  const name = sealedName(number, compression)
  const path = join(directory, name)
  const index = new IndexCheck(join(directory, indexName(number)), { name, bytes: statSync(path).size })
  try {
    const facts = checkSealed({ number, path, where: `journal/${name}`, known, block: (entry, lines) => index.block(entry, lines) }, found)
    const wrong = facts.records === 0 ? null : index.verdict(facts.whole)
    if (wrong !== null) found({ level: 'problem', where: `journal/${indexName(number)}`, what: wrong, remedy: `Searches do without it and take longer; ${REPAIR} makes it anew.`, repair: { kind: 'index', segment: number } })
    return facts
  } finally {
    index.close()
  }
}

/** Of a number that no closed segment of this journal has, or the last there is. */
function isNewest(number: number, files: Snapshot['files'], { nextSegment }: State): boolean {
  if (number >= nextSegment) return true
  for (const other of files.keys()) if (other > number) return false
  return true
}

function missing({ number, records, state }: CatalogRow): Finding {
  if (state === 'deleting') return { level: 'problem', where: 'catalog.db', what: `segment ${number} was being deleted`, remedy: `The next start finishes it, and so does ${REPAIR}.`, repair: { kind: 'recover' } }
  return { level: 'problem', where: 'catalog.db', what: `segment ${number} with ${records} records has no file`, remedy: `Put the file back if it was moved; otherwise its records are gone, and the next start or ${REPAIR} forgets it.`, repair: { kind: 'recover' } }
}

function unknown({ number, journal, writtenAs }: SegmentFacts, state: State): Finding {
  const foreign = state.journal !== null && journal !== null && (journal !== state.journal || writtenAs !== number)
  return {
    level: foreign ? 'note' : 'problem', where: 'catalog.db', what: `it does not know segment ${number}${foreign ? `, which was copied here (written as segment ${writtenAs} of journal ${journal})` : ''}`,
    remedy: `The next start enters it, and so does ${REPAIR}.`, repair: { kind: 'recover' },
  }
}
