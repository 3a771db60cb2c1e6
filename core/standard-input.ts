// The process's standard input, which only one component can read at a time.
import type { Readable } from 'node:stream'

interface StandardInput {
  /** Process-wide, because the stream is. Tests put another in its place. */
  open(): Readable
}

export const standardInput: StandardInput = { open: () => process.stdin }
