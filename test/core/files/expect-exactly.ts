// Waits until a tailer has delivered so many lines, and a while longer for those that should not come.
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { type TailBench, until } from './tail-bench.ts'

/** A held file is compared, a lost one let go, a copy taken over, a report made and a last line taken within this, ms. */
export const SETTLED_MS = 900

/** Lines of several files come in any order; they are compared by their numbers. */
export async function expectExactly(bench: TailBench, want: readonly string[]): Promise<void> {
  await until(`${want.length} lines, got ${bench.lines.length}`, () => bench.lines.length >= want.length)
  await pause(SETTLED_MS)
  expect(sorted(bench.lines)).toEqual(sorted(want))
}

export function sorted(lines: readonly string[]): string[] {
  return [...lines].sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1]))
}
