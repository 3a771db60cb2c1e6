// Makes the names in a directory durable: what was made, renamed or unlinked there is so after a power cut, too.
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** For where nobody can wait; blocks for one fsync. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
