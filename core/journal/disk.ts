// The few file operations the journal's writing side rests on, as one object so that tests can make real ones fail.
import { close, fdatasync, fsync, ftruncate, open, write } from 'node:fs'
import { promisify } from 'node:util'

const writeAt = promisify(write) as (fd: number, bytes: Buffer, offset: number, length: number, position: number) => Promise<{ bytesWritten: number }>

export interface Disk {
  open(path: string, flags: string): Promise<number>
  /** Writes all of `bytes` at `position`; a short write is continued, so that it ends in success or in the disk's own error. */
  write(fd: number, bytes: Buffer, position: number): Promise<void>
  sync(fd: number): Promise<void>
  truncate(fd: number, length: number): Promise<void>
  close(fd: number): Promise<void>
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>
}

const openFile = promisify(open)
const closeFile = promisify(close)
const syncFile = promisify(fsync)

export const realDisk: Disk = {
  open: (path, flags) => openFile(path, flags, 0o640),
  async write(fd, bytes, position) {
    let done = 0
    while (done < bytes.length) done += (await writeAt(fd, bytes, done, bytes.length - done, position + done)).bytesWritten
  },
  sync: promisify(fdatasync),
  truncate: promisify(ftruncate),
  close: closeFile,
  async syncDirectory(path) {
    const fd = await openFile(path, 'r')
    try {
      await syncFile(fd)
    } finally {
      await closeFile(fd)
    }
  },
}
