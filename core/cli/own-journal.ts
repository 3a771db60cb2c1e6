// The journal of a data directory that no server uses, opened as the server would, with the `journal:` section of the configuration.
import { SETTINGS } from '../config/settings.ts'
import { Journal } from '../journal/journal.ts'
import { DataError } from '../journal/open-data.ts'
import { WorkerRunner } from '../journal/sealed/worker-runner.ts'
import { CommandError } from './command-error.ts'
import { notice } from './notice.ts'
import { rawConfig } from './raw-config.ts'

/** Throws CommandError, also for what the configuration says wrong about the journal. Open while `work` runs. */
export async function ownJournal<T>(directory: string, config: string | undefined, work: (journal: Journal, level: number) => Promise<T>): Promise<T> {
  const { journal: section } = await rawConfig(config)
  const read = SETTINGS.journal.safeParse(section ?? {})
  if (!read.success) throw new CommandError(`cannot read the journal section of the configuration: ${read.error.issues.map(({ path, message }) => `${['journal', ...path].join('.')}: ${message}`).join('; ')}.`)
  const settings = read.data
  try {
    const journal = await Journal.open({
      directory, fsync: settings.fsync, segmentBytes: settings.segment_size, segmentAgeMs: settings.segment_age, maxBytes: settings.max_size, onFull: settings.on_full,
      maxPendingBytes: settings.max_pending, reserveBytes: 0, now: Date.now, report: (_level, message, remedy) => notice(`${message}. ${remedy}`), committed: () => undefined,
      sealing: { compression: settings.compression, level: settings.compression_level, maxUnsealedBytes: settings.max_unsealed, runner: new WorkerRunner() },
    })
    try {
      return await work(journal, settings.compression_level)
    } finally {
      await journal.close()
    }
  } catch (error) {
    if (error instanceof DataError) throw new CommandError(`${error.message}. ${error.remedy}`)
    throw error
  }
}
