// Which followed files are open: those in use, and of the idle ones as many as the limit allows.
import { errorCode } from './error-code.ts'
import type { FileIo } from './file-io.ts'
import { identityOf, type FollowedFile } from './followed-file.ts'

export class OpenFiles {
  readonly #io: FileIo
  readonly #max: number
  /** Open files, least recently used first. */
  readonly #open = new Set<FollowedFile>()
  readonly #turning: (file: FollowedFile) => boolean

  constructor(io: FileIo, max: number, turning: (file: FollowedFile) => boolean) {
    this.#io = io
    this.#max = max
    this.#turning = turning
  }

  get size(): number {
    return this.#open.size
  }

  /** Notes a file that has a descriptor as used just now. */
  used(file: FollowedFile): void {
    this.#open.delete(file)
    this.#open.add(file)
  }

  /** The file's descriptor, opened again if need be; null when its path leads elsewhere by now. */
  async use(file: FollowedFile): Promise<number | null> {
    if (file.fd === null) {
      if (file.paths.size === 0) return null
      await this.trim(1)
      const fd = await this.openPath(file.path)
      if (fd === null) return null
      if (identityOf(await this.#io.fstat(fd)) !== file.identity) {
        await this.#io.close(fd)
        return null
      }
      file.fd = fd
    }
    this.used(file)
    return file.fd
  }

  /** A descriptor, or null where there is no such file; makes room once when the process has too many. */
  async openPath(path: string): Promise<number | null> {
    try {
      return await this.#io.open(path)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null
      if (code !== 'EMFILE' && code !== 'ENFILE') throw error
      await this.trim(this.#max - this.#open.size + 16)
      return this.#io.open(path)
    }
  }

  /** Closes files until `room` more fit the limit: idle ones first, then those that wait for a turn. */
  async trim(room = 0): Promise<void> {
    for (const idle of [true, false]) {
      for (const file of this.#open) {
        if (this.#open.size + room <= this.#max) return
        // Only what can be found again by its path, and whose lines are all durable.
        if (file.paths.size > 0 && file.pending === 0 && !file.blocked && !this.#turning(file) && (file.atEnd || !idle)) await this.close(file)
      }
    }
  }

  async close(file: FollowedFile): Promise<void> {
    this.#open.delete(file)
    const { fd } = file
    file.fd = null
    if (fd !== null) await this.#io.close(fd)
  }

  /** The descriptor lives on under another file. */
  release(file: FollowedFile): number | null {
    this.#open.delete(file)
    const { fd } = file
    file.fd = null
    return fd
  }
}
