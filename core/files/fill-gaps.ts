// Reads again what recovery found to be committed but not on disk, where the file still has it.
import { readBytes } from './compare-file.ts'
import type { Gap } from '../emit.ts'
import { TAIL_BYTES } from './fingerprint.ts'
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
  while (cursor.start < gap.to && !signal.aborted) {
    const look = await nextLines(reader, fd, cursor, buffer, { maxLine: tail.options.maxLine, until: gap.to, flush: true })
    if (look.kind === 'more') continue
    if (look.kind !== 'lines') throw new Error('the file is shorter now')
    const to = { ...file.positionAt(look.to, look.tail), offset: look.to }
    const { durable } = await tail.host.emit(file.stream, look.chunk ?? [], { from: cursor.start, to, gap: true, fields: file.fields })
    await durable
    cursor = cursorAt(look.to, look.tail, cursor.encoding)
  }
}
