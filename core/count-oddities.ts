// Counts what is odd about lines a source has read: cut at `max_line`, or not UTF-8.
import type { SourceContext } from './define-plugin.ts'
import type { LineChunk } from './lines.ts'

export function countOddities(chunk: LineChunk, count: SourceContext['count']): void {
  if (chunk.cut !== null) count('cut_lines', chunk.cut.size)
  if (chunk.utf8) return
  let invalid = 0
  for (let i = 0; i < chunk.count; i++) if (!chunk.wellFormed(chunk.starts[i] as number, chunk.ends[i] as number)) invalid++
  if (invalid > 0) count('invalid_utf8', invalid)
}
