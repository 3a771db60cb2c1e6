// Stored lines as one buffer, each with its newline.
import type { StoredLine } from './journal/stored-line.ts'

export function joinLines(lines: readonly StoredLine[]): Buffer {
  let length = 0
  for (let i = 0; i < lines.length; i++) length += (lines[i] as StoredLine).length + 1
  const joined = Buffer.allocUnsafe(length)
  let at = 0
  for (let i = 0; i < lines.length; i++) at = (lines[i] as StoredLine).copyTo(joined, at)
  return joined
}
