// Lets a file's stream go on in another file that holds the same content, from the offset it had.
import { attach, type Found } from './follow.ts'
import type { FollowedFile } from './followed-file.ts'
import type { GzipMark } from './gzip-content.ts'
import type { Tail } from './tail.ts'

export interface Successor extends Found {
  readonly size: number
  /** How it is recognised if it is compressed. */
  readonly gzip: GzipMark | null
}

/** The file's own descriptor is closed already; it takes over the successor's. */
export function moveTo(tail: Tail, file: FollowedFile, to: Successor, inside: boolean): void {
  if (tail.byIdentity.get(file.identity) === file) tail.byIdentity.delete(file.identity)
  tail.gunzips.drop(file)
  file.fd = to.fd
  file.dev = to.dev
  file.ino = to.ino
  file.path = to.path
  file.real = null
  file.size = -1n
  file.largest = to.size
  file.gzip = to.gzip
  file.complete = true
  file.flushed = false
  file.outside = !inside
  file.announced = 'no'
  file.quietSince = tail.now()
  tail.byIdentity.set(file.identity, file)
  if (inside) attach(tail, file, to.path)
  tail.open.used(file)
  tail.enqueue(file)
}
