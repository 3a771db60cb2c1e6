// Writing all of it: where a disk is full or a file may not grow, one call writes a part and says so only by its result.
import { writeSync } from 'node:fs'

/** From the descriptor's place, or from `at` on. */
export function writeAll(fd: number, bytes: Buffer, at: number | null = null): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at === null ? null : at + done)
}
