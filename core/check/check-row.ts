// Compares what the catalog says of a segment with what its file turned out to hold.
import type { CatalogRow } from './catalog-row.ts'
import { type Finding, REPAIR } from './finding.ts'
import type { SegmentFacts } from './segment-facts.ts'

/** `own`: id of the directory's journal, null where it is unknown. */
export function checkRow(row: CatalogRow, facts: SegmentFacts, own: string | null): Finding[] {
  const findings: Finding[] = []
  const differs = (what: string): void => {
    findings.push({ level: 'problem', where: 'catalog.db', what: `segment ${facts.number}: ${what}`, remedy: `${REPAIR} enters it anew from its file.`, repair: { kind: 'row', segment: facts.number } })
  }
  const compare = (name: string, says: number | null, is: number | null): void => {
    if (says !== is) differs(`it says ${name} ${says ?? 'unknown'}, the file says ${is ?? 'unknown'}`)
  }
  if (row.state === 'deleting') return [{ level: 'problem', where: 'catalog.db', what: `segment ${facts.number} was being deleted`, remedy: `The next start finishes it, and so does ${REPAIR}.`, repair: { kind: 'recover' } }]
  const kind = row.compression ?? 'jsonl'
  if (kind !== facts.kind) {
    differs(`it says ${kind}, the file is ${facts.kind}`)
    return findings
  }
  // What is damaged is told as such; the row then remembers better than the file.
  if (!facts.whole) return findings
  compare('bytes', row.bytes - row.index_bytes, facts.bytes)
  compare('records', row.records, facts.records)
  compare('first time', row.first_time, facts.firstTime)
  compare('last time', row.last_time, facts.lastTime)
  compare('first commit', row.first_commit, facts.firstCommit ?? row.first_commit)
  compare('last commit', row.last_commit, facts.lastCommit ?? row.last_commit)
  const ours = own === null || (facts.journal === own && facts.writtenAs === facts.number)
  if (ours !== (row.journal === null)) differs(ours ? 'it says that it is of another journal' : 'it takes it for a segment of this journal')
  return findings
}
