// Seals a data directory that no server uses.
import { sealAndReport, type SealReport } from '../journal/seal-report.ts'
import { ownJournal } from './own-journal.ts'

/** Throws CommandError, also for what the configuration says wrong about the journal. */
export function sealData(directory: string, config: string | undefined): Promise<SealReport> {
  return ownJournal(directory, config, sealAndReport)
}
