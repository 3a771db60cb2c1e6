// Of which stream a compressed file may hold the content, and whether it does.
import { compareFile, readBytes } from './compare-file.ts'
import { fingerprint, HEAD_BYTES } from './fingerprint.ts'
import { identityOf, type FollowedFile } from './followed-file.ts'
import { GzipContent, type GzipMark } from './gzip-content.ts'
import type { HeldGzip } from './held-gzip.ts'
import type { Retired } from './retired.ts'
import { rotationFamily } from './rotated-name.ts'
import type { Tail } from './tail.ts'

/** A followed plain file, or what is remembered of one. */
export type Claim = { readonly stream: string; readonly file: FollowedFile } | { readonly stream: string; readonly retired: Retired }

export interface Verdict {
  readonly same: boolean
  /** For the stream's position, or the end if that comes before it. */
  readonly mark: GzipMark | null
  /** Length of the content; only known where all of it was compared. */
  readonly length: number | null
}

const OTHER: Verdict = { same: false, mark: null, length: null }
const COMPARE_BYTES = 256 * 1024

/** The first stream, not among `refused`, that belongs to a log of this name and begins like the file. */
export async function findClaim(tail: Tail, path: string, fd: number, refused: ReadonlySet<string>): Promise<Claim | null> {
  const family = rotationFamily(path)
  const files = [...tail.files].filter((file) => file.gzip === null && file.family === family && !refused.has(file.stream))
  const retired = [...tail.retired].filter(([stream, { position }]) => rotationFamily(position.path) === family && !refused.has(stream))
  if (files.length === 0 && retired.length === 0) return null
  const content = new GzipContent(tail.io, 0)
  const head = await readBytes(content, fd, 0, HEAD_BYTES)
  content.close()
  const plain = tail.byPath.get(path.replace(/\.gz$/, ''))
  for (const file of files.sort((a, b) => Number(b === plain) - Number(a === plain))) {
    if (await beginsLike(tail, head, file)) return { stream: file.stream, file }
  }
  for (const [stream, one] of retired) {
    const [length, hash] = one.position.head
    if (head.length >= length && fingerprint(head.subarray(0, length))[1] === hash) return { stream, retired: one }
  }
  return null
}

async function beginsLike(tail: Tail, head: Buffer, file: FollowedFile): Promise<boolean> {
  const fd = await tail.open.use(file)
  if (fd !== null && (await readBytes(tail.io, fd, 0, head.length)).equals(head)) return true
  // Gone, or truncated already: what was read of it tells.
  const length = Math.min(head.length, file.head.length)
  return length > 0 && file.head.subarray(0, length).equals(head.subarray(0, length))
}

/** Runs beside everything else, for it may take long: `content` is closed to end it early. */
export async function judge(tail: Tail, { fd, claim }: HeldGzip, content: GzipContent): Promise<Verdict> {
  if ('retired' in claim) return byMark(claim.retired.position, fd, content)
  const { file } = claim
  const { mark } = file
  // A lost file's descriptor stays open until this is decided; another's may be closed any time.
  if (file.fd !== null && file.paths.size === 0) return byContent(tail, file.fd, file, fd, content)
  const theirs = await tail.open.openPath(file.path)
  if (theirs === null) return byMark(mark, fd, content)
  try {
    if (identityOf(await tail.io.fstat(theirs)) !== file.identity) return await byMark(mark, fd, content)
    return await byContent(tail, theirs, file, fd, content)
  } finally {
    await tail.io.close(theirs)
  }
}

async function byContent(tail: Tail, theirs: number, file: FollowedFile, fd: number, content: GzipContent): Promise<Verdict> {
  const [ours, original] = [Buffer.allocUnsafeSlow(COMPARE_BYTES), Buffer.allocUnsafeSlow(COMPARE_BYTES)]
  const { mark } = file
  let length = 0
  for (;;) {
    content.keep(Math.min(length, file.cursor.start))
    const got = await content.read(fd, ours, 0, COMPARE_BYTES, length)
    if (got === 0) break
    const there = await tail.io.read(theirs, original, 0, got, length)
    if (there < got || ours.compare(original, 0, got, 0, got) !== 0) {
      if ((await compareFile(tail.io, theirs, Infinity, mark)) === 'whole') return OTHER
      // It holds others bytes than were read: truncated after it was copied.
      tail.enqueue(file)
      return byMark(mark, fd, content)
    }
    length += got
  }
  return { same: length > 0, mark: await content.mark(fd, Math.min(length, file.cursor.start)), length }
}

/** Without the original. A short beginning alone says too little: then there may be nothing behind it. */
async function byMark(mark: FollowedFile['mark'], fd: number, content: GzipContent): Promise<Verdict> {
  if (mark.offset === 0 || (await compareFile(content, fd, Infinity, mark)) !== 'whole') return OTHER
  if (mark.head[0] < HEAD_BYTES && (await readBytes(content, fd, mark.offset, 1)).length > 0) return OTHER
  return { same: true, mark: await content.mark(fd, mark.offset), length: null }
}
