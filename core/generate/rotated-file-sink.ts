// Writes lines into a file and rotates it as logrotate does: `app.log`, `app.log.1`, `app.log.2` ...
import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LineSink } from './generate.ts'

export interface RotatedFileOptions {
  /** Bytes; a file ends before the line that would exceed it. Infinity: no rotation. */
  readonly maxBytes: number
  /** How many files are kept beside the one being written. */
  readonly backups: number
  /** First line of each file, or null. */
  readonly header: string | null
}

const NEWLINE = 10

/** Continues a file that is there. Throws what opening it throws; `write` throws what writing throws, with only whole lines in the file. */
export function rotatedFileSink(path: string, { maxBytes, backups, header }: RotatedFileOptions): LineSink {
  mkdirSync(dirname(path), { recursive: true })
  let fd = openSync(path, 'a+')
  let size = fstatSync(fd).size
  /** No line is in it yet. */
  let fresh = size === 0
  const put = (bytes: Buffer): void => {
    let done = 0
    try {
      while (done < bytes.length) done += writeSync(fd, bytes, done)
    } catch (error) {
      // Also where the disk is full; a pipe or device cannot be cut.
      if (done > 0 && fstatSync(fd).isFile()) ftruncateSync(fd, size)
      throw error
    }
    size += bytes.length
  }
  const rotate = (): void => {
    closeSync(fd)
    if (backups === 0) rmSync(path)
    else {
      for (let n = backups - 1; n >= 1; n--) if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`)
      renameSync(path, `${path}.1`)
    }
    fd = openSync(path, 'a+')
    size = 0
    fresh = true
  }
  if (endsTorn(fd, size)) put(Buffer.from('\n'))
  return {
    write(text) {
      for (let rest = Buffer.from(text); rest.length > 0; ) {
        if (size === 0 && header !== null) put(Buffer.from(`${header}\n`))
        const room = Math.max(0, maxBytes - size)
        let end = rest.length <= room ? rest.length : room === 0 ? 0 : rest.lastIndexOf(NEWLINE, room - 1) + 1
        // A line longer than a file has one of its own.
        if (end === 0 && fresh) end = rest.indexOf(NEWLINE) + 1
        if (end > 0) {
          put(rest.subarray(0, end))
          fresh = false
        }
        rest = rest.subarray(end)
        if (rest.length > 0) rotate()
      }
      return true
    },
    close: () => closeSync(fd),
  }
}

/** Whether a run that was killed has left half a line. */
function endsTorn(fd: number, size: number): boolean {
  const last = Buffer.alloc(1)
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE
}
