// Where bytes of UTF-8 may be cut without breaking a character.
import { isUtf8 } from 'node:buffer'

/** The last offset up to `end` where a character begins or ends. */
export function characterStart(bytes: Buffer, end: number): number {
  let at = end
  // If `end` splits a character its lead byte is at most three bytes back.
  while (at > 0 && at > end - 3 && ((bytes[at - 1] as number) & 0xc0) === 0x80) at--
  if (at === 0) return end
  return isUtf8(bytes.subarray(at - 1, end)) ? end : ((bytes[at - 1] as number) & 0xc0) === 0xc0 ? at - 1 : end
}
