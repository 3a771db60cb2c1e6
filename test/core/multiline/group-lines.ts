// Runs lines through the grouping as a source does, in reads of any size.
import { chunkOf, type LineChunk, splitLines } from '../../../core/lines.ts'
import { LineGroups } from '../../../core/multiline/line-groups.ts'
import type { Grouping } from '../../../core/multiline/grouping.ts'
import { multiline } from '../../../core/multiline/multiline-option.ts'
import { z } from 'zod'

/** Compiling patterns takes longer than grouping a few lines. */
const made = new Map<string, Grouping>()

export function groupingOf(option: unknown): Grouping {
  const key = JSON.stringify(option)
  const known = made.get(key)
  if (known !== undefined) return known
  const grouping = z.object({ multiline: multiline() }).parse({ multiline: option }).multiline
  if (grouping === null) throw new Error('no grouping')
  made.set(key, grouping)
  return grouping
}

export function textsOf(chunk: LineChunk | null): string[] {
  return chunk === null ? [] : chunk.starts.map((start, i) => chunk.text(start, chunk.ends[i] as number))
}

/** With what is wrong with each. */
export function markedOf(chunk: LineChunk | null): string[] {
  return textsOf(chunk).map((text, i) => `${text}|${chunk?.wrong?.get(i) ?? ''}`)
}

/** Lines may contain line breaks of their own. */
export function groupLines(option: unknown, lines: readonly string[]): string[] {
  const groups = new LineGroups(groupingOf(option))
  return [...textsOf(groups.add(chunkOf(lines), 0)), ...textsOf(groups.flush())]
}

/** Text, in reads that end behind these numbers of lines. */
export function groupText(option: unknown, text: string, reads: readonly number[] = []): string[] {
  const groups = new LineGroups(groupingOf(option))
  const out: string[] = []
  const lines = text.split(/(?<=\n)/)
  let at = 0
  for (const count of [...reads, lines.length]) {
    const bytes = Buffer.from(lines.slice(at, at + count).join(''))
    out.push(...textsOf(groups.add(splitLines(bytes), 0)))
    bytes.fill(0) // what a source does with its buffer: nothing may refer to it any more
    at += count
  }
  return [...out, ...textsOf(groups.flush())]
}
