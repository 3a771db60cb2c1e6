// Gives lines and their position to the intake and keeps count of what is not durable yet.
import type { EmitInput } from '../emit.ts'
import type { FilePosition } from './file-position.ts'
import type { FollowedFile } from './followed-file.ts'
import { IntakeRefused } from './intake-refused.ts'
import { FileGroups, type Step } from './file-groups.ts'
import { cursorAt, type Lines } from './line-reader.ts'
import { putAside } from './retired.ts'
import type { Tail } from './tail.ts'

/** Awaiting it is the backpressure; the file's cursor moves only when the intake has taken the lines. */
export async function handOver(tail: Tail, file: FollowedFile, input: EmitInput, to: number, before: Buffer): Promise<void> {
  await commit(tail, file, input, file.positionAt(to, before), null)
  if (to !== file.cursor.start) file.cursor = cursorAt(to, before, file.cursor.encoding)
}

/** The same for a file whose lines are put together: what is complete is handed over. `mark` is told where the file stands before that. */
export async function handOverRecords(tail: Tail, file: FollowedFile, groups: FileGroups, look: Lines, mark: (offset: number) => Promise<void>): Promise<void> {
  const { cursor } = file
  await orRewind(file, async () => {
    const step = groups.add(look, cursor.start, cursor.tail, tail.now())
    await mark(step.handed.offset)
    await commitStep(tail, file, groups, step)
    file.cursor = cursorAt(look.to, look.tail, cursor.encoding)
  })
}

/** Hands over open records for which nothing came in time, or `all` because nothing more can come. All was read up to the cursor. */
export async function closeRecords(tail: Tail, file: FollowedFile, all: boolean): Promise<void> {
  const { groups, cursor } = file
  if (groups === null || !groups.open) return
  await orRewind(file, () => commitStep(tail, file, groups, all ? groups.flush(cursor.start, cursor.tail) : groups.expire(cursor.start, cursor.tail, tail.now())))
}

/** What was read but not handed over is read again. */
async function orRewind(file: FollowedFile, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    file.rewind()
    throw error
  }
}

async function commitStep(tail: Tail, file: FollowedFile, groups: FileGroups, step: Step): Promise<void> {
  const { chunk, handed } = step
  if (chunk !== null || handed.offset !== groups.handed.offset) {
    await commit(tail, file, chunk ?? [], file.positionAt(handed.offset, handed.tail, handed.point), null)
    groups.took(step)
  }
  const cuts = groups.takeCuts()
  if (cuts > 0) tail.host.count('cut_records', cuts)
  if (groups.over) file.groups = FileGroups.of(tail.options.multiline, groups.handed)
}

/** Commits where the file stands before its first line is read, so that a crash cannot move its beginning. */
export async function announce(tail: Tail, file: FollowedFile): Promise<void> {
  file.announced = 'asked'
  try {
    await commit(tail, file, [], file.position, () => {
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

async function commit(tail: Tail, file: FollowedFile, input: EmitInput, to: FilePosition, onDurable: (() => void) | null): Promise<void> {
  const options = { from: file.handed.offset, to, fields: file.fields }
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
