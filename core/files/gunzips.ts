// Which gzip files are being decompressed: a few at a time, for each takes memory (150 KiB, and up to `max_line` for a long line). Others wait their turn.
import type { FollowedFile } from './followed-file.ts'
import { GzipContent } from './gzip-content.ts'
import type { Reader } from './gzip-stream.ts'
import { cursorAt } from './line-reader.ts'

const NOTHING = Buffer.alloc(0)
/** Two are read at a time; twice that, so that one that grows slowly need not begin again after each other. */
const MAX_GUNZIPS = 4

export class Gunzips {
  readonly #reader: Reader
  readonly #maxLine: number
  readonly #busy: (file: FollowedFile) => boolean
  /** Least recently used first. */
  readonly #contents = new Map<FollowedFile, GzipContent>()
  readonly #waiting = new Set<FollowedFile>()

  constructor(reader: Reader, maxLine: number, busy: (file: FollowedFile) => boolean) {
    this.#reader = reader
    this.#maxLine = maxLine
    this.#busy = busy
  }

  /** Null when the file has to wait; `next` names it when there is room. */
  claim(file: FollowedFile): GzipContent | null {
    let content = this.#contents.get(file)
    if (content === undefined) {
      if (this.#contents.size >= MAX_GUNZIPS && !this.#makeRoom()) {
        this.#waiting.add(file)
        return null
      }
      content = new GzipContent(this.#reader, this.#maxLine, file.gzip)
      // The compressed bytes are compared; comparing the content would take decompressing what lies before.
      file.cursor = cursorAt(file.cursor.start, NOTHING, file.cursor.encoding)
    }
    this.#contents.delete(file)
    this.#contents.set(file, content)
    this.#waiting.delete(file)
    content.keep(file.cursor.start)
    return content
  }

  waits(file: FollowedFile): boolean {
    return this.#waiting.has(file)
  }

  /** A file whose turn it is now that another has nothing to read. */
  next(): FollowedFile | null {
    const [file] = this.#waiting
    if (file === undefined || (this.#contents.size >= MAX_GUNZIPS && !this.#makeRoom())) return null
    this.#waiting.delete(file)
    return file
  }

  drop(file: FollowedFile): void {
    this.#contents.get(file)?.close()
    this.#contents.delete(file)
    this.#waiting.delete(file)
  }

  close(): void {
    for (const file of this.#contents.keys()) this.drop(file)
    this.#waiting.clear()
  }

  #makeRoom(): boolean {
    for (const file of this.#contents.keys()) {
      if (this.#busy(file)) continue
      this.drop(file)
      return true
    }
    return false
  }
}
