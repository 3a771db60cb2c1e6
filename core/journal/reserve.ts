// A file that only takes up room: given back when the disk is full, so that SQLite and retention still can work.
import { existsSync, rmSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Report } from './open-data.ts'

export class Reserve {
  readonly #path: string
  readonly #bytes: number

  constructor(directory: string, bytes: number) {
    this.#path = join(directory, 'reserve')
    this.#bytes = bytes
  }

  /** Free bytes on the disk, as an unprivileged process may use them. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.#path))
    return bavail * bsize
  }

  /** Writes real zeros (a sparse file would reserve nothing), unless that would take more than half of what is free. */
  async hold(): Promise<void> {
    if (this.#bytes === 0 || existsSync(this.#path) || (await this.free()) < this.#bytes * 2) return
    const file = await open(this.#path, 'wx', 0o640)
    try {
      await file.write(Buffer.alloc(this.#bytes))
      await file.sync()
    } finally {
      await file.close()
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }

  /** Whether `more` bytes fit without touching what `hold` wants back. */
  async fits(more: number): Promise<boolean> {
    return (await this.free()) > this.#bytes * 2 + more
  }
}

/** Where it cannot be had that is said, and nothing else changes. */
export async function holdReserve(directory: string, bytes: number, report: Report): Promise<void> {
  try {
    await new Reserve(directory, bytes).hold()
  } catch (error) {
    report('warn', `cannot keep a reserve file in ${directory}: ${(error as Error).message}`, 'Free some space; without it a full disk leaves no room for retention.')
  }
}
