// The running journal as live tails follow it.
import type { Journal } from '../journal/journal.ts'
import type { TailSource } from './tail.ts'

export function journalTailSource(journal: Journal, onCommit: TailSource['onCommit']): TailSource {
  return {
    head: () => journal.head(),
    beginning: () => journal.beginning(),
    since: (time) => journal.since(time),
    extent: (segment) => journal.extents.at(segment),
    behind: (reader, place) => journal.lag(reader, place).records,
    reader: (from) => journal.reader(from),
    onCommit,
  }
}
