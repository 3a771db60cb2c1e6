// A data directory as a tail follows it that is not the server's own: by looking again and again.
import type { DirectorySegments } from '../journal/directory-segments.ts'
import { lagFrom } from '../journal/extents.ts'
import { JournalReader } from '../journal/reader.ts'
import { SealedBlocks } from '../journal/sealed/sealed-blocks.ts'
import type { TailSource } from './tail.ts'

/** A look lists a folder and asks for the size of one file: 0.1 ms with a hundred segments. */
const LOOK_MS = 100

/** `report` is told of what cannot be read. */
export function directoryTailSource(segments: DirectorySegments, report: (message: string, remedy: string) => void): TailSource {
  const blocks = new SealedBlocks(segments.folder, (number) => segments.current(number), report)
  const head: TailSource['head'] = () => {
    const last = segments.rows().at(-1)
    return last === undefined ? { segment: 0, record: 0 } : { segment: last.number, record: last.records }
  }
  return {
    head,
    beginning: () => ({ segment: segments.rows()[0]?.number ?? 0, record: 0 }),
    since(time) {
      const first = segments.rows().find(({ lastTime }) => lastTime !== null && lastTime >= time)
      return first === undefined ? head() : { segment: first.number, record: 0 }
    },
    extent: (number) => segments.at(number),
    behind: (reader, place) => lagFrom(segments, reader, place).records,
    reader: (from) => new JournalReader(segments.folder, segments, blocks, from),
    onCommit(listener) {
      // Told of each look, also when it found nothing new: a segment may have been looked at for another reason in between.
      const timer = setInterval(() => {
        segments.refresh()
        listener()
      }, LOOK_MS)
      return () => clearInterval(timer)
    },
  }
}
