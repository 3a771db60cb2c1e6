// Stored lines as one buffer, each with its newline.
import { StoredLine } from './journal/stored-line.ts'

/** Uses the memory of `scratch` where that is large enough. */
export function joinLines(lines: readonly StoredLine[], scratch: Buffer): Buffer {
  let length = 0
  for (let i = 0; i < lines.length; i++) length += (lines[i] as StoredLine).length + 1
  const memory = scratch.buffer.byteLength >= length ? Buffer.from(scratch.buffer, 0, length) : Buffer.allocUnsafeSlow(Math.ceil(length * 1.25))
  StoredLine.copyAll(lines, 0, lines.length, memory)
  return memory.subarray(0, length)
}
