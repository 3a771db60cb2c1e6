// Reads again what recovery found to be committed but not on disk, where the file still has it.
import { readBytes } from './compare-file.ts'
import type { Gap } from '../emit.ts'
import type { LineChunk } from '../lines.ts'
import { TAIL_BYTES } from './fingerprint.ts'
import { FileGroups } from './file-groups.ts'
import type { FollowedFile } from './followed-file.ts'
import { GzipContent } from './gzip-content.ts'
import { BUFFER_BYTES, cursorAt, nextLines } from './line-reader.ts'
import type { Tail } from './tail.ts'

/** The files concerned are blocked (by `resume`) until all is filled. */
export async function fillGaps(tail: Tail, signal: AbortSignal): Promise<void> {
  const byStream = new Map([...tail.files].map((file) => [file.stream, file]))
  const work = tail.host.gaps().map((gap) => [byStream.get(gap.stream) ?? null, gap] as const)
  if (work.length === 0) return
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  for (const [file, gap] of work) {
    if (signal.aborted) return
    try {
      if (file === null) throw new Error('the file is gone')
      await fill(tail, file, gap, buffer, signal)
    } catch (error) {
      tail.host.problem('error', `cannot read bytes ${gap.from} to ${gap.to} of ${file?.path ?? gap.stream} again: ${error instanceof Error ? error.message : String(error)}.`,
        'These lines were damaged on the disk of the journal; restore the log file to have them read again.')
    }
  }
  for (const [file] of work) {
    if (file === null) continue
    file.blocked = false
    tail.enqueue(file)
  }
}

async function fill(tail: Tail, file: FollowedFile, gap: Gap, buffer: Buffer, signal: AbortSignal): Promise<void> {
  const fd = await tail.open.use(file)
  if (fd === null) throw new Error('the file is gone')
  const reader = file.gzip === null ? tail.io : new GzipContent(tail.io, tail.options.maxLine, { ...file.gzip, member: [file.gzip.origin, 0] })
  const before = await readBytes(reader, fd, Math.max(0, gap.from - TAIL_BYTES), Math.min(TAIL_BYTES, gap.from))
  let cursor = cursorAt(gap.from, before, file.cursor.encoding)
  // Positions lie between records, so the gap is whole ones - save where records of stdout and stderr lay across each other.
  const groups = FileGroups.of(tail.options.multiline, { offset: gap.from, tail: before, point: null })
  let { from } = gap
  const hand = async (chunk: LineChunk | null, at: number, to: number, tailThere: Buffer): Promise<void> => {
    if (chunk === null && at === to) return
    const { durable } = await tail.host.emit(file.stream, chunk ?? [], { from: at, to: { ...file.positionAt(to, tailThere), offset: to }, gap: true, fields: file.fields })
    await durable
  }
  while (cursor.start < gap.to && !signal.aborted) {
    const look = await nextLines(reader, fd, cursor, buffer, { maxLine: tail.options.maxLine, until: gap.to, flush: true })
    if (look.kind === 'more') continue
    if (look.kind !== 'lines') throw new Error('the file is shorter now')
    const step = groups?.add(look, cursor.start, cursor.tail, tail.now()) ?? { chunk: look.chunk, handed: { offset: look.to, tail: look.tail } }
    await hand(step.chunk, from, step.handed.offset, step.handed.tail)
    from = step.handed.offset
    cursor = cursorAt(look.to, look.tail, cursor.encoding)
  }
  if (groups?.open !== true || signal.aborted) return
  await hand(groups.flush(cursor.start, cursor.tail).chunk, from, cursor.start, cursor.tail)
}
