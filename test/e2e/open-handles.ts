// What a process holds open, from /proc: descriptors by what they are, and inotify watches.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface OpenHandles {
  /** Without sockets: those are the test's own connections, which come and go. */
  readonly descriptors: number
  readonly watches: number
  /** Descriptor targets with their numbers, for the message when there are too many. */
  readonly targets: Readonly<Record<string, number>>
}

/** `ignore` leaves out descriptors whose target matches: logs that are being followed. */
export function openHandles(pid: number, ignore: RegExp): OpenHandles {
  const targets: Record<string, number> = {}
  let descriptors = 0
  let watches = 0
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const target = read(() => readlinkSync(`/proc/${pid}/fd/${fd}`))
    if (target === null || target.startsWith('socket:') || ignore.test(target)) continue
    const kind = target.replace(/\d{6,}/, 'N').replace(/:\[\d+\]$/, '')
    targets[kind] = (targets[kind] ?? 0) + 1
    descriptors++
    if (target.includes('inotify')) watches += read(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.match(/^inotify /gm)?.length ?? 0
  }
  return { descriptors, watches, targets }
}

/** A descriptor may be gone before it is looked at. */
function read(look: () => string): string | null {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
