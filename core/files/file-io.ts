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
  list(dir: string): Promise<Dirent[]>
  realpath(path: string): Promise<string>
}

const OPEN_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK
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
  list: (dir) => fs.promises.readdir(dir, { withFileTypes: true }),
  realpath: (path) => fs.promises.realpath(path),
}
