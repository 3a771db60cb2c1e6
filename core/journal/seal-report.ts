// Seals everything that was stored until now, and counts.
import type { Journal } from './journal.ts'

export interface SealReport {
  /** Segments that were sealed by this, or while it ran. */
  readonly sealed: number
  /** All there are, and their bytes on disk. */
  readonly segments: number
  readonly bytes: number
}

/** Throws what keeps the journal from sealing. */
export async function sealAndReport(journal: Journal): Promise<SealReport> {
  const unsealed = (): number => journal.segments().filter(({ kind }) => kind === 'raw').length
  const before = unsealed()
  await journal.seal()
  const { bytes, segments } = journal.disk()
  return { sealed: Math.max(0, before - unsealed()), segments, bytes }
}
