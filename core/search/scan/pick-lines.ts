// Takes lines out of a block by their number, or the next ones of a source.
import { isErasedLine } from '../../journal/erased-line.ts'
import { isRecordLine } from '../../journal/frame.ts'
import { StoredLine } from '../../journal/stored-line.ts'
import { StoredView } from '../stored-view.ts'
import type { LinePick, Lines } from './task.ts'

const NEWLINE = 10

/** `first` is the number of the first record. A line of an erased record is found by its number only. */
export function pickLines(bytes: Buffer, first: number, pick: LinePick): Lines {
  const records: number[] = []
  const texts: string[] = []
  const view = new StoredView()
  let record = first
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline === -1 ? bytes.length : newline
    if (isRecordLine(bytes, at)) {
      if (isPicked(bytes, at, end, record, pick, view)) {
        records.push(record)
        texts.push(bytes.toString('utf8', at, end))
      }
      record++
      if (pick.kind === 'source' && pick.above !== null && records.length === pick.limit) break
    }
    at = end + 1
  }
  if (pick.kind === 'record' || pick.below === null) return { records, texts }
  return { records: records.slice(-pick.limit), texts: texts.slice(-pick.limit) }
}

function isPicked(bytes: Buffer, start: number, end: number, record: number, pick: LinePick, view: StoredView): boolean {
  if (pick.kind === 'record') return record === pick.record
  if ((pick.below !== null && record >= pick.below) || (pick.above !== null && record <= pick.above) || isErasedLine(bytes, end)) return false
  view.show(new StoredLine(0, record, bytes, start, end))
  return view.source() === pick.source
}
