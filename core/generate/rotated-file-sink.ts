// Writes lines into a file and rotates it as logrotate does: `app.log`, `app.log.1`, `app.log.2` ...
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LineSink } from './generate.ts'

export interface RotatedFileOptions {
  /** Bytes; a file ends before the batch that would exceed it. Infinity: no rotation. */
  readonly maxBytes: number
  /** How many files are kept beside the one being written. */
  readonly backups: number
  /** First line of each file, or null. */
  readonly header: string | null
}

/** Continues a file that is there. Throws what opening it throws. */
export function rotatedFileSink(path: string, { maxBytes, backups, header }: RotatedFileOptions): LineSink {
  mkdirSync(dirname(path), { recursive: true })
  let fd = openSync(path, 'a')
  let size = fstatSync(fd).size
  const put = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    size += bytes.length
  }
  const rotate = (): void => {
    closeSync(fd)
    if (backups === 0) rmSync(path)
    else {
      for (let n = backups - 1; n >= 1; n--) if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`)
      renameSync(path, `${path}.1`)
    }
    fd = openSync(path, 'a')
    size = 0
  }
  return {
    write(text) {
      const bytes = Buffer.from(text)
      if (size > 0 && size + bytes.length > maxBytes) rotate()
      if (size === 0 && header !== null) put(Buffer.from(`${header}\n`))
      put(bytes)
      return true
    },
    close: () => closeSync(fd),
  }
}
