// The few file system calls a tailer makes, by descriptor and off the main thread; also the seam where tests make a disk fail.
import fs, { type BigIntStats, type Dirent } from 'node:fs'

export interface FileIo {
  /** Read-only and non-blocking, so that a FIFO without a writer cannot hang a thread of the pool. */
  open(path: string): Promise<number>
  close(fd: number): Promise<void>
  /** Fills `buffer` from `at` with up to `length` bytes from `position`; fewer only at the end of the file. */
  read(fd: number, buffer: Buffer, at: number, length: number, position: number): Promise<number>
  /** Inode numbers beyond 2^53 exist (overlayfs), hence big integers. */
  fstat(fd: number): Promise<BigIntStats>
  stat(path: string): Promise<BigIntStats>
  /** The same without leaving the main thread: 3 us instead of 25. Null where there is nothing. For local file systems only: a dead mount would stop the process. */
  statNow(path: string): BigIntStats | null
  /** Whether the path lies on a local disk or in memory. */
  isLocal(path: string): Promise<boolean>
  list(dir: string): Promise<Dirent[]>
  realpath(path: string): Promise<string>
  /** Where an open file is now, where the system tells (Linux); else null. */
  pathOf(fd: number): Promise<string | null>
}

const OPEN_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK
/** statfs(2) types that never wait for another machine: ext, xfs, btrfs, tmpfs, overlay, zfs, f2fs, ramfs. */
const LOCAL_TYPES = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0x858458f6])

const BIG = { bigint: true } as const

// Callbacks wrapped by hand: FileHandle costs a close per collected object and about 40 % more time per read.
function readOnce(fd: number, buffer: Buffer, at: number, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, at, length, position, (error, bytes) => (error === null ? resolve(bytes) : reject(error)))
  })
}

export const fileIo: FileIo = {
  open: (path) =>
    new Promise((resolve, reject) => {
      fs.open(path, OPEN_FLAGS, (error, fd) => (error === null ? resolve(fd) : reject(error)))
    }),
  close: (fd) =>
    new Promise((resolve, reject) => {
      fs.close(fd, (error) => (error ? reject(error) : resolve()))
    }),
  async read(fd, buffer, at, length, position) {
    let done = await readOnce(fd, buffer, at, length, position)
    if (done === 0) return 0
    while (done < length) {
      const more = await readOnce(fd, buffer, at + done, length - done, position + done)
      if (more === 0) break
      done += more
    }
    return done
  },
  fstat: (fd) =>
    new Promise((resolve, reject) => {
      fs.fstat(fd, BIG, (error, stats) => (error === null ? resolve(stats) : reject(error)))
    }),
  stat: (path) =>
    new Promise((resolve, reject) => {
      fs.stat(path, BIG, (error, stats) => (error === null ? resolve(stats) : reject(error)))
    }),
  statNow: (path) => fs.statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null,
  async isLocal(path) {
    const { type } = await fs.promises.statfs(path)
    return LOCAL_TYPES.has(type)
  },
  list: (dir) => fs.promises.readdir(dir, { withFileTypes: true }),
  realpath: (path) => fs.promises.realpath(path),
  pathOf: (fd) => fs.promises.readlink(`/proc/self/fd/${fd}`).catch(() => null),
}
