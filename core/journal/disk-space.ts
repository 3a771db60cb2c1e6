// How much room the disk has that holds a folder.
import { statfsSync } from 'node:fs'

export interface DiskSpace {
  /** Bytes that a user who is not root may still write. */
  readonly free: number
  readonly total: number
}

export function diskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}
