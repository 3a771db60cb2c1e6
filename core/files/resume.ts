// Finds, at start, the file of every committed stream again: where it was, under another name, or in a copy.
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { compareFile } from './compare-file.ts'
import { errorCode } from './error-code.ts'
import { filePosition, rawMark, type FilePosition } from './file-position.ts'
import { findCopy } from './find-copy.ts'
import { HEAD_BYTES } from './fingerprint.ts'
import { Heads } from './heads.ts'
import { follow, knownFrom, type Found } from './follow.ts'
import { identityOf } from './followed-file.ts'
import { keepPositions } from './keep-positions.ts'
import { Look } from './look.ts'
import { remember } from './retired.ts'
import type { Tail } from './tail.ts'

/**
 * Looks at the directories before what was not found counts as gone: a rotation beside it gives names to other files between being listed
 * and opened, and the file that is wanted is in none of the places where it was looked for.
 */
const LOOKS = 20
/** Longer than a step of time stamps, so that a directory that has come to rest is seen to. */
const BETWEEN_LOOKS_MS = 25

type Committed = readonly [stream: string, position: FilePosition]

export async function resume(tail: Tail): Promise<void> {
  const committed: Committed[] = []
  const gone: [...Committed, since: number][] = []
  for (const [stream, position] of tail.host.streams()) {
    const at = filePosition(position)
    if (at === null) continue
    if (at.gone === undefined) committed.push([stream, at])
    else gone.push([stream, at, at.gone])
  }
  for (const [stream, position] of gone.sort((a, b) => a[2] - b[2])) remember(tail, stream, position)
  if (committed.length === 0) return
  let look = await Look.now(tail)
  const isNamed = ([, position]: Committed): boolean => look.pathsOf(position) !== undefined || tail.globs.matches(position.path) || position.outside === true
  await keepPositions(tail, committed.filter((one) => !isNamed(one)))
  const named = committed.filter(isNamed)
  // Two streams can name one inode after a crash amid a truncation: the one that read more has to prove more, so it is asked first.
  named.sort((a, b) => b[1].offset - a[1].offset)
  let unsettled = named.filter(([, position]) => position.offset > 0)
  for (let looks = 1; ; looks++) {
    const left: Committed[] = []
    for (const one of unsettled) if (!(await findItself(tail, one, look))) left.push(one)
    unsettled = left
    if (unsettled.length === 0 || looks === LOOKS || (await look.isAtRest())) break
    await sleep(BETWEEN_LOOKS_MS)
    look = await Look.now(tail)
  }
  const lost: string[] = []
  const heads = new Heads()
  for (const [stream, position] of unsettled) {
    if (await findContent(tail, stream, position, heads)) continue
    tail.host.forget(stream)
    lost.push(position.path)
  }
  // Last: such a file may be the copy, or the compressed form, of one above. A stream that consumed nothing has nothing to lose: its file is
  // read from the beginning whatever it is.
  for (const one of named) if (one[1].offset === 0 && !(await findItself(tail, one, look))) tail.host.forget(one[0])
  if (lost.length > 0) {
    const names = [...new Set(lost)]
    const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
    tail.host.problem('info', `cannot find again what was read of ${names.slice(0, 5).join(', ')}${more}: the content is gone.`,
      'Nothing to do if the files were deleted or truncated on purpose; what has their names now is read from the beginning.')
  }
}

async function findItself(tail: Tail, [stream, position]: Committed, look: Look): Promise<boolean> {
  const paths = look.pathsOf(position)
  if (paths !== undefined) return adopt(tail, stream, position, paths[0] as string, paths)
  // Renamed out of the globs: it is read to its end where it is.
  for (const place of places(position)) {
    const files = await look.beside(place)
    if (files === null) {
      // Nothing is known about the file, so nothing is decided.
      tail.dormant.set(stream, position)
      return true
    }
    const path = files.get(identityOf(position))
    if (path !== undefined) return adopt(tail, stream, position, path, [])
  }
  return false
}

/** Its first turn comes after its gaps are filled: two batches of a stream are never under way at a time. */
const hasGap = (tail: Tail, stream: string): boolean => tail.host.gaps().some((gap) => gap.stream === stream)

const places = (position: FilePosition): string[] => (position.real === undefined ? [position.path] : [position.path, position.real])

/** Follows the file at `path` if it still holds what was read. */
async function adopt(tail: Tail, stream: string, position: FilePosition, path: string, paths: readonly string[]): Promise<boolean> {
  let fd: number | null = null
  try {
    fd = await tail.open.openPath(path)
    if (fd === null) return false
    const stats = await tail.io.fstat(fd)
    if (tail.byIdentity.has(identityOf(stats)) || (await compareFile(tail.io, fd, Number(stats.size), rawMark(position))) !== 'whole') return false
    const found: Found = { path, fd, dev: String(stats.dev), ino: String(stats.ino) }
    fd = null
    const file = await follow(tail, found, position.offset, paths, knownFrom(stream, position))
    file.announced = identityOf(position) === file.identity && dirname(position.path) === dirname(path) ? 'yes' : 'no'
    file.blocked = hasGap(tail, stream)
    tail.enqueue(file)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === '') throw error
    tail.dormant.set(stream, position)
    return true
  } finally {
    if (fd !== null) await tail.io.close(fd)
  }
}

/** The inode holds something else, or is gone: the content may live on in another. */
async function findContent(tail: Tail, stream: string, position: FilePosition, heads: Heads): Promise<boolean> {
  // Restored or moved to another disk: same name, new inode. Only a full head is believed; else reading twice is better than losing.
  if (rawMark(position).head[0] === HEAD_BYTES && tail.globs.matches(position.path) && (await adopt(tail, stream, position, position.path, [position.path]))) return true
  const copy = position.gzip === undefined ? await findCopy(tail, places(position), position, heads) : null
  if (copy === null) return false
  const inside = tail.globs.matches(copy.path) ? [copy.path] : []
  if (copy.extent === 'whole') {
    const file = await follow(tail, copy, position.offset, inside, { ...knownFrom(stream, position), gzip: copy.gzip })
    file.complete = true
    file.blocked = hasGap(tail, stream)
    tail.enqueue(file)
    return true
  }
  const known = await follow(tail, copy, copy.size, inside, { encoding: position.encoding })
  known.complete = true
  known.onAnnounced = () => tail.host.forget(stream)
  tail.enqueue(known)
  return true
}

