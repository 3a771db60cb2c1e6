// Puts an output's cursor back in a data directory that no server uses.
import { placeOfTime } from '../place-of-time.ts'
import { forReplay } from '../starting-cursor.ts'
import { CommandError } from './command-error.ts'
import { ownJournal } from './own-journal.ts'

/** `from` in epoch ms. Throws CommandError for an output that has never run here. */
export function replayData(directory: string, config: string | undefined, output: string, from: number): Promise<{ records: number }> {
  return ownJournal(directory, config, async (journal) => {
    const cursor = journal.store.cursor(output)
    if (cursor === null) throw new CommandError(`cannot replay: no output ${JSON.stringify(output)} has run on ${directory}.`)
    const place = await placeOfTime(journal, from)
    journal.store.saveCursor(output, forReplay({ ...place, state: cursor.state }), Date.now())
    const reader = journal.reader(place)
    try {
      return { records: journal.lag(reader, place).records }
    } finally {
      await reader.close()
    }
  })
}
