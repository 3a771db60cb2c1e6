// One file that is followed: what it is, how far it was read, and what keeps it open. Changed only by the tailer's own steps.
import type { FilePosition } from './file-position.ts'
import { fingerprint, HEAD_BYTES, type Fingerprint } from './fingerprint.ts'
import type { FileGroups, Handed } from './file-groups.ts'
import { resumePointJson } from '../multiline/resume-point-json.ts'
import type { ResumePoint } from '../multiline/resume-point.ts'
import type { GzipMark } from './gzip-content.ts'
import type { GzipEnd } from './gzip-stream.ts'
import { cursorAt, type LineCursor } from './line-reader.ts'
import { rotationFamily } from './rotated-name.ts'
import type { TextEncoding } from './text-encoding.ts'
import type { Fields } from '../record.ts'

export const identityOf = (file: { readonly dev: bigint | string; readonly ino: bigint | string }): string => `${file.dev}:${file.ino}`

const NOTHING = Buffer.alloc(0)

export class FollowedFile {
  /** The stream's name; it belongs to the content, and moves to the copy when a file is truncated after being copied. */
  readonly stream: string
  dev: string
  ino: string
  /** Null while closed: idle, and more files are followed than may be open. */
  fd: number | null
  /** All paths inside the globs that lead to it; empty once it was renamed outside or deleted. */
  readonly paths = new Set<string>()
  /** The path records are labelled with: one of `paths`, or the last one there was. */
  #path: string
  real: string | null
  cursor: LineCursor
  /** Records being put together of lines that the cursor has passed; null where each line is a record. */
  groups: FileGroups | null = null
  /** How it is recognised if it is compressed; cursor, head and tail are about what it decompresses to. */
  gzip: GzipMark | null = null
  /** What stands where its decompression ended last. */
  gzipEnd: GzipEnd = 'inside'
  /** Its first consumed bytes, at most HEAD_BYTES: 1.3 KiB a file with the cursor's, so that copies can be told without the original. */
  head: Buffer = NOTHING
  #headPrint: Fingerprint = fingerprint(NOTHING)
  #family: string
  #fields: Fields
  /** Size and time of change when it was last looked at; -1 makes the next look find a change. */
  size = -1n
  changed = -1n
  /** The largest size seen, to tell what a truncation took. */
  largest = 0
  /** Its position is committed: reading may begin. */
  announced: 'no' | 'asked' | 'yes' = 'no'
  /** Called once when it is announced durably. */
  onAnnounced: (() => void) | null = null
  /** Handed out, but not durable yet. */
  pending = 0
  /** Nobody writes to it any more (a copy): what is left without a newline is a line. */
  complete = false
  /** The next turn takes an unfinished last line as a line. */
  flush = false
  /** Such a turn found nothing left. */
  flushed = false
  /** The last turn read to the end. */
  atEnd = false
  /** A gap is being read again: no turns until that is done. */
  blocked = false
  /** Given up: forgotten once nothing is pending. */
  retired = false
  /** When it is gone its position is kept for a while: it may come back compressed. */
  mayComeBack = true
  /** It is compressed and was compared with all it could be the compressed form of. */
  ownContent = false
  /** Its path is none of the config's: a rotation took it, or its copy, there. */
  outside = false
  /** On a local disk: looking at it cannot take long. */
  local = false
  /** When the head was last compared. */
  headSeenAt = -Infinity
  /** When something was last read or written, on the monotonic clock. */
  quietSince: number
  /** After a failed read: when to try again, and how long to wait then. */
  retryAt = 0
  retryMs = 0

  constructor(stream: string, at: { path: string; real: string | null; dev: string; ino: string; fd: number | null }, start: number, head: Buffer, tail: Buffer, encoding: TextEncoding | null, now: number) {
    this.stream = stream
    this.#path = at.path
    this.#family = rotationFamily(at.path)
    this.real = at.real
    this.dev = at.dev
    this.ino = at.ino
    this.fd = at.fd
    this.cursor = cursorAt(start, tail, encoding)
    this.quietSince = now
    this.#fields = { 'log.file.path': at.path }
    this.setHead(head)
  }

  get path(): string {
    return this.#path
  }
  set path(path: string) {
    this.#path = path
    this.#family = rotationFamily(path)
    this.#fields = { 'log.file.path': path }
  }

  get family(): string {
    return this.#family
  }

  get fields(): Fields {
    return this.#fields
  }

  get identity(): string {
    return identityOf(this)
  }

  setHead(head: Buffer): void {
    this.head = head
    this.#headPrint = fingerprint(head)
  }

  /** What a file must hold to be this one (or a copy of it). */
  get mark(): { offset: number; head: Fingerprint; tail: Fingerprint } {
    return { offset: this.cursor.start, head: this.#headPrint, tail: fingerprint(this.cursor.tail) }
  }

  /** Up to where all was handed over: the cursor, unless records are open. */
  get handed(): Handed {
    return this.groups?.handed ?? { offset: this.cursor.start, tail: this.cursor.tail, point: null }
  }

  /** Where it stands, as it is committed. */
  get position(): FilePosition {
    const { offset, tail, point } = this.handed
    return this.positionAt(offset, tail, point)
  }

  /** Goes back to what was handed over. */
  rewind(): void {
    if (this.groups === null) return
    const { offset, tail } = this.groups.handed
    this.groups.rewind()
    this.cursor = cursorAt(offset, tail, this.cursor.encoding)
  }

  positionAt(offset: number, tail: Buffer, point: ResumePoint | null = null): FilePosition {
    const position: FilePosition = { offset, path: this.#path, dev: this.dev, ino: this.ino, head: this.#headPrint, tail: fingerprint(tail) }
    if (this.real !== null) position.real = this.real
    if (this.outside) position.outside = true
    if (this.gzip !== null) position.gzip = this.gzip
    if (this.cursor.encoding !== null) position.encoding = this.cursor.encoding.name
    if (point !== null) position.multiline = resumePointJson(point)
    return position
  }

  /** How many bytes of head there should be once `offset` is consumed. */
  static headLength(offset: number): number {
    return Math.min(HEAD_BYTES, offset)
  }
}
