// Streams whose file is gone. Their positions are kept for a while: the file may come back compressed, and must not be read again.
import type { FilePosition } from './file-position.ts'
import type { FollowedFile } from './followed-file.ts'
import type { Tail } from './tail.ts'

export interface Retired {
  readonly position: FilePosition
  /** Monotonic milliseconds. */
  readonly since: number
}

/** Positions kept: each costs half a kilobyte in every segment's first line. */
const MAX_RETIRED = 1000

/** What becomes of an ended file's position once nothing of it is pending. */
export function putAside(tail: Tail, file: FollowedFile): void {
  const { stream } = file
  const { offset } = file.handed
  if (!file.mayComeBack || offset === 0 || file.gzip !== null || tail.options.rememberMs === 0) {
    tail.host.forget(stream)
    return
  }
  const position: FilePosition = { ...file.position, gone: Date.now() }
  remember(tail, stream, position)
  tail.pending++
  const done = (): void => {
    tail.pending--
  }
  tail.host.emit(stream, [], { from: offset, to: position }).then(({ durable }) => durable.then(done, () => {
    tail.abandoned = true
    done()
  }), done)
}

/** `position.gone` says since when. */
export function remember(tail: Tail, stream: string, position: FilePosition): void {
  const age = Math.max(0, Date.now() - (position.gone ?? 0))
  tail.retired.set(stream, { position, since: tail.now() - age })
  if (tail.retired.size > MAX_RETIRED) forgetFirst(tail)
}

/** Forgets those that did not come back. */
export function expireRetired(tail: Tail): void {
  for (const { since } of tail.retired.values()) {
    if (tail.now() - since < tail.options.rememberMs) return
    forgetFirst(tail)
  }
}

function forgetFirst(tail: Tail): void {
  const [stream] = tail.retired.keys()
  if (stream === undefined) return
  tail.retired.delete(stream)
  tail.host.forget(stream)
}
