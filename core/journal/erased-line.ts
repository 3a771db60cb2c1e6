// Tells a line that only keeps the number of an erased record from a record.

/** The end of such a line; a body that ends so has another brace behind it. */
const ERASED = Buffer.from(',"erased":true}')

/** `end` is where its newline is. Such lines are no records: not found, not counted, and not in any index. */
export function isErasedLine(bytes: Uint8Array, end: number): boolean {
  // The letter before the brace tells nearly every line.
  if (bytes[end - 2] !== 101) return false
  const from = end - ERASED.length
  for (let i = 0; i < ERASED.length; i++) if (bytes[from + i] !== ERASED[i]) return false
  return true
}
