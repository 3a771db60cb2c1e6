// Verifies state.db: that it is whole, and that outputs stand in segments there are.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './finding.ts'
import { readDatabase } from './read-database.ts'
import type { SegmentFacts } from './segment-facts.ts'

const WHERE = 'state.db'

interface Cursor {
  readonly output: string
  readonly segment: number
  readonly record: number
}

export interface State {
  /** The journal's id; null where it is not known. */
  readonly journal: string | null
  readonly cursors: readonly Cursor[]
  readonly nextSegment: number
}

/** What state.db says, and what is wrong with it itself. */
export function readState(directory: string, found: (finding: Finding) => void): State {
  const nothing = { journal: null, cursors: [], nextSegment: 0 }
  const file = join(directory, WHERE)
  if (!existsSync(file)) {
    found({ level: 'problem', where: WHERE, what: 'it is missing', remedy: 'Restore it from a backup, or start without: outputs then begin at the end of the journal.', repair: null })
    return nothing
  }
  const read = readDatabase(file, (db) => {
    const row = db.prepare('SELECT id, next_segment AS nextSegment FROM journal').get() as { id: string; nextSegment: number } | undefined
    const cursors = db.prepare('SELECT output, segment, record FROM cursors').all() as Cursor[]
    return { journal: row?.id ?? null, nextSegment: row?.nextSegment ?? 0, cursors }
  })
  if ('value' in read) return read.value
  found({ level: 'problem', where: WHERE, what: `it cannot be read: ${read.problem}`, remedy: 'It holds where each output stands, so it is not replaced silently. Restore it from a backup, or move it away: outputs then begin at the end of the journal.', repair: null })
  return nothing
}

/** `segments`: those of this journal, ascending. */
export function checkCursors({ cursors, nextSegment }: State, segments: readonly SegmentFacts[], found: (finding: Finding) => void): void {
  const end = Math.max(segments.at(-1)?.number ?? 0, nextSegment)
  for (const { output, segment, record } of cursors) {
    const facts = segments.find(({ number }) => number === segment)
    const where = `output ${output} stands at record ${record} of segment ${segment}`
    if (segment > end) found({ level: 'problem', where: WHERE, what: `${where}, which was never written`, remedy: 'state.db is newer than the journal: restore both from the same backup. As it is, the output waits until the journal has come so far.', repair: null })
    else if (facts?.whole === true && record > facts.records) found({ level: 'problem', where: WHERE, what: `${where}, which has only ${facts.records}`, remedy: 'The output goes on with the next segment. If the segment was restored from an older backup, records in between may be missing.', repair: null })
    else if (facts === undefined && segment > 0 && segment < end) found({ level: 'note', where: WHERE, what: `${where}, which is no longer there`, remedy: 'The output goes on with the next one.', repair: null })
  }
}
