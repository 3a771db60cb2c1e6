// What happens when a file's content is no longer what was read: it begins anew as another stream, and the old stream goes on in the copy.
import { findCopy, type Copy } from './find-copy.ts'
import { follow, retire } from './follow.ts'
import type { FollowedFile } from './followed-file.ts'
import { closeRecords } from './hand-over.ts'
import { compareCopy } from './held-file.ts'
import { gzipOf } from './held-gzip.ts'
import { moveTo } from './move-to.ts'
import type { Tail } from './tail.ts'

export async function truncated(tail: Tail, file: FollowedFile): Promise<void> {
  const { mark, dev, ino, path, real } = file
  const paths = [...file.paths]
  // A compressed file that was rewritten left no copy of its compressed bytes.
  const copy = file.gzip !== null ? null : (await takeHeld(tail, file)) ?? (await findCopy(tail, real === null ? [path] : [path, real], mark))
  // What was read of open records is all there will be of them, unless the stream goes on in the copy.
  if (copy?.extent !== 'whole') await closeRecords(tail, file, true)
  const fd = tail.open.release(file)
  if (fd === null) throw new Error(`BUG: ${path} was closed while it had its turn`)

  tail.byIdentity.delete(file.identity)
  file.paths.clear()
  tail.enqueue(await follow(tail, { path, fd, dev, ino }, 0, paths, { encoding: file.cursor.encoding?.name }))

  if (copy === null) {
    const unread = file.largest - mark.offset
    // Its copy may have been compressed already.
    const compressed = gzipOf(tail, file) !== null
    await retire(tail, file)
    if (unread > 0 && !compressed) {
      tail.host.problem('warn', `cannot read up to ${unread} bytes of ${path}: the file was truncated before they were read, and no copy lies beside it.`,
        'Rotate by renaming, or let copytruncate leave its copy in the same directory.')
    }
    return
  }
  const inside = tail.globs.matches(copy.path)
  if (copy.extent === 'whole') return moveTo(tail, file, copy, inside)

  // All of the copy was read before it was made: it is known up to its end. The old stream may be forgotten only after that is durable.
  tail.files.delete(file)
  file.blocked = true
  file.mayComeBack = false
  const known = await follow(tail, copy, copy.size, inside ? [copy.path] : [], { encoding: file.cursor.encoding?.name })
  known.complete = true
  known.onAnnounced = () => void retire(tail, file)
  tail.enqueue(known)
}

/** The copy among the files held back for this one. */
async function takeHeld(tail: Tail, file: FollowedFile): Promise<Copy | null> {
  for (const [identity, held] of tail.held) {
    if (held.original !== file) continue
    const size = Number((await tail.io.fstat(held.fd)).size)
    const extent = await compareCopy(tail, held.fd, size, file)
    if (extent === null) continue
    tail.held.delete(identity)
    return { path: held.path, fd: held.fd, dev: held.dev, ino: held.ino, size, extent, gzip: null }
  }
  return null
}
