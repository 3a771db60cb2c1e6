// Erases in a data directory that no server uses.
import { eraseThread } from '../erase/erase-thread.ts'
import { Eraser, type EraseRequest } from '../erase/eraser.ts'
import { erasedJson, type ErasedJson } from '../http/erase-api.ts'
import { ownJournal } from './own-journal.ts'

/** Throws CommandError. */
export function eraseData(directory: string, config: string | undefined, request: EraseRequest): Promise<ErasedJson> {
  return ownJournal(directory, config, async (journal, level) => {
    // What cannot be erased is in the answer.
    const eraser = new Eraser({ journal, report: () => undefined, level, thread: eraseThread, now: Date.now, forget: () => undefined })
    return erasedJson(await eraser.erase(request))
  })
}
