// Begins, moves and ends the following of a file: the only place that changes the tailer's maps.
import { basename, dirname } from 'node:path'
import { readBytes } from './compare-file.ts'
import type { FilePosition } from './file-position.ts'
import { FileGroups } from './file-groups.ts'
import { resumePointOf } from '../multiline/resume-point-json.ts'
import type { ResumePoint } from '../multiline/resume-point.ts'
import { HEAD_BYTES, TAIL_BYTES } from './fingerprint.ts'
import { FollowedFile } from './followed-file.ts'
import type { GzipMark } from './gzip-content.ts'
import { putAside } from './retired.ts'
import type { Tail } from './tail.ts'
import { byteOrder, UTF_16BE, UTF_16LE } from './text-encoding.ts'

export interface Found {
  readonly path: string
  readonly fd: number
  readonly dev: string
  readonly ino: string
}

/** Longest part of a file's name that goes into its stream's name: enough to tell files apart on a page. */
const NAME_LENGTH = 64

const NOTHING = Buffer.alloc(0)
const UTF_16 = [UTF_16LE, UTF_16BE]

let serial = Date.now()

/** The name says which file it was; inode and serial make it unique for ever, also when an inode is used again. */
function streamName(tail: Tail, path: string, ino: string): string {
  const name = basename(path).replaceAll(/[^\w.-]/g, '_').slice(0, NAME_LENGTH)
  for (;;) {
    const stream = `${name}@${ino}-${(serial++).toString(36)}`
    if (!tail.host.streams().has(stream)) return stream
  }
}

/** What is known of a file that is taken up again: its stream, and what its first bytes may not tell. */
export interface Known {
  readonly stream?: string
  /** By name. */
  readonly encoding?: string | undefined
  /** It is compressed. */
  readonly gzip?: GzipMark | null
  /** Records were open there. */
  readonly open?: ResumePoint | null
}

export function knownFrom(stream: string, { encoding, gzip, multiline, offset }: FilePosition): Known {
  return { stream, encoding, gzip: gzip ?? null, open: resumePointOf(multiline, offset) }
}

/** Follows an open file from `start` under its old stream or a new one, and takes the descriptor over. Without `paths` it is outside the globs. */
export async function follow(tail: Tail, found: Found, start: number, paths: readonly string[], known: Known = {}): Promise<FollowedFile> {
  const { gzip = null } = known
  // A compressed file is told by its compressed bytes: nothing is decompressed for that.
  const head = gzip === null ? await readBytes(tail.io, found.fd, 0, Math.min(HEAD_BYTES, start)) : NOTHING
  const before = gzip === null ? await readBytes(tail.io, found.fd, Math.max(0, start - TAIL_BYTES), Math.min(TAIL_BYTES, start)) : NOTHING
  const stream = known.stream ?? streamName(tail, found.path, found.ino)
  const encoding = tail.options.encoding ?? byteOrder(head) ?? UTF_16.find(({ name }) => name === known.encoding) ?? null
  const file = new FollowedFile(stream, { ...found, real: await realPath(tail, found.path) }, start, head, before, encoding, tail.now())
  file.gzip = gzip
  file.groups = FileGroups.of(tail.options.multiline, { offset: start, tail: before, point: known.open ?? null })
  file.outside = paths.length === 0 && !tail.globs.matches(found.path)
  file.local = await isLocal(tail, found)
  tail.files.add(file)
  tail.byIdentity.set(file.identity, file)
  for (const path of paths) attach(tail, file, path)
  tail.open.used(file)
  await tail.open.trim()
  return file
}

async function realPath(tail: Tail, path: string): Promise<string | null> {
  try {
    const real = await tail.io.realpath(path)
    return real === path ? null : real
  } catch {
    // Renamed since it was opened: the name is only a hint where to look for it after a restart.
    return null
  }
}

async function isLocal(tail: Tail, { dev, path }: Found): Promise<boolean> {
  const known = tail.localDevices.get(dev)
  if (known !== undefined) return known
  try {
    const local = await tail.io.isLocal(path)
    tail.localDevices.set(dev, local)
    return local
  } catch {
    // Renamed since it was opened: asked again with the next file of that device.
    return false
  }
}

export function attach(tail: Tail, file: FollowedFile, path: string): void {
  if (file.paths.size === 0) file.path = path
  file.paths.add(path)
  file.outside = false
  tail.byPath.set(path, file)
  tail.waiting.delete(path)
  tail.obstacles.cleared(path)
}

/** The path does not lead to the file any more. Another of its paths takes over; without one its time runs out. */
export function detach(tail: Tail, file: FollowedFile, path: string): void {
  file.paths.delete(path)
  if (tail.byPath.get(path) === file) tail.byPath.delete(path)
  tail.dirty.add(dirname(path))
  const [next] = file.paths
  if (next !== undefined) {
    if (file.path === path) file.path = next
    return
  }
  file.flushed = false
  file.quietSince = tail.now()
}

/** Ends it: its position is put aside once nothing of it is pending. */
export async function retire(tail: Tail, file: FollowedFile): Promise<void> {
  for (const path of file.paths) detach(tail, file, path)
  tail.files.delete(file)
  if (tail.byIdentity.get(file.identity) === file) tail.byIdentity.delete(file.identity)
  await tail.open.close(file)
  tail.gunzips.drop(file)
  file.retired = true
  if (file.pending === 0 && !tail.abandoned) putAside(tail, file)
}
