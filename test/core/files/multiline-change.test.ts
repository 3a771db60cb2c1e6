// A file source whose multiline is another after a restart, in the middle of open records: every line comes once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { groupingOf } from '../multiline/group-lines.ts'
import { TailBench, until } from './tail-bench.ts'

const T = '2026-03-01T12:00:00.002653970Z'
/** Enough for what is there to be read, and for no record to be complete by its timeout. */
const READ_MS = 40

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

function use(option: unknown): void {
  bench.options = { ...bench.options, multiline: option === null ? null : groupingOf(option) }
}

describe('another multiline in a later configuration loses and doubles no line', () => {
  const cri = (stream: string, text: string): string => `${T} std${stream} ${text}\n`
  const LINES = [cri('err', 'F Exception in thread "main" java.lang.RuntimeException: id=1;'), cri('out', 'F id=2;'), cri('err', 'F \tat a.B.c(id=3;B.java:1)'), cri('out', 'P id=4;'), cri('err', 'F \tat a.B.d(id=5;B.java:1)'), cri('out', 'P id=6;')]
  const REST = [cri('out', 'F id=7;'), cri('err', 'F id=8;'), 'id=9;\n', cri('out', 'F id=10;')]
  const OPTIONS: ReadonlyArray<readonly [string, unknown]> = [['none', null], ['java', { preset: 'java', timeout: '100ms' }], ['cri', { preset: 'cri', timeout: '100ms' }], ['cri and java', { preset: ['cri', 'java'], timeout: '100ms' }], ['docker and java', { preset: ['docker', 'java'], timeout: '100ms' }], ['a start', { start: 'id=[147];', timeout: '100ms' }]]
  for (const [before, first] of OPTIONS) {
    for (const [after, second] of OPTIONS) {
      test(`${before}, then ${after}`, async () => {
        for (const cut of [2, 4, 6]) {
          bench.dispose()
          bench = new TailBench()
          use(first)
          bench.append('a.log', LINES.slice(0, cut).join(''))
          await bench.start()
          await new Promise((resolve) => {
            setTimeout(resolve, READ_MS)
          })
          bench.crash()
          use(second)
          await bench.start()
          bench.append('a.log', [...LINES.slice(cut), ...REST].join(''))
          const ids = (): number[] => bench.lines.flatMap((line) => [...line.matchAll(/id=(\d+);/g)].map((match) => Number(match[1])))
          await until('all lines', () => ids().length >= 10).catch(() => undefined)
          expect(ids().toSorted((a, b) => a - b), `cut ${cut}`).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        }
      })
    }
  }
})
