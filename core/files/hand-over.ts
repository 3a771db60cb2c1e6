// Gives lines and their position to the intake and keeps count of what is not durable yet.
import type { EmitInput } from '../emit.ts'
import type { FollowedFile } from './followed-file.ts'
import { IntakeRefused } from './intake-refused.ts'
import { cursorAt } from './line-reader.ts'
import { putAside } from './retired.ts'
import type { Tail } from './tail.ts'

/** Awaiting it is the backpressure; the file's cursor moves only when the intake has taken the lines. */
export async function handOver(tail: Tail, file: FollowedFile, input: EmitInput, to: number, before: Buffer): Promise<void> {
  await commit(tail, file, input, to, before, null)
  if (to !== file.cursor.start) file.cursor = cursorAt(to, before, file.cursor.encoding)
}

/** Commits where the file stands before its first line is read, so that a crash cannot move its beginning. */
export async function announce(tail: Tail, file: FollowedFile): Promise<void> {
  file.announced = 'asked'
  const { start, tail: before } = file.cursor
  try {
    await commit(tail, file, [], start, before, () => {
      file.announced = 'yes'
      file.onAnnounced?.()
      file.onAnnounced = null
      if (!file.retired) tail.enqueue(file)
    })
  } catch (error) {
    file.announced = 'no'
    throw error
  }
}

async function commit(tail: Tail, file: FollowedFile, input: EmitInput, to: number, before: Buffer, onDurable: (() => void) | null): Promise<void> {
  const options = { from: file.cursor.start, to: file.positionAt(to, before), fields: file.fields }
  file.pending++
  tail.pending++
  let receipt
  try {
    receipt = await tail.host.emit(file.stream, input, options)
  } catch (error) {
    file.pending--
    tail.pending--
    throw new IntakeRefused(error)
  }
  receipt.durable.then(
    () => {
      file.pending--
      tail.pending--
      onDurable?.()
      if (file.retired && file.pending === 0) putAside(tail, file)
    },
    () => {
      // Refused only when the process stops first: the next start reads these lines again.
      tail.abandoned = true
      file.pending--
      tail.pending--
    },
  )
}
