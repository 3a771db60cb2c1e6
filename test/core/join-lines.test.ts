import { expect, test } from 'vitest'
import { StoredLine } from '../../core/journal/stored-line.ts'
import { joinLines } from '../../core/join-lines.ts'

/** Lines cut out of one text at `[from, to)`. */
function cut(text: string, ...places: ReadonlyArray<readonly [from: number, to: number]>): StoredLine[] {
  const bytes = Buffer.from(text)
  return places.map(([from, to], i) => new StoredLine(1, i, bytes.subarray(from, to)))
}

const check = (name: string, lines: readonly StoredLine[], want: string) => test(name, () => {
  expect(joinLines(lines, Buffer.alloc(0)).toString()).toBe(want)
  expect(joinLines(lines, Buffer.alloc(64, '#')).toString()).toBe(want)
})

check('no lines', [], '')
check('lines side by side', cut('ab\ncd\nef\n', [0, 2], [3, 5], [6, 8]), 'ab\ncd\nef\n')
check('a line left out between them', cut('ab\ncd\nef\n', [0, 2], [6, 8]), 'ab\nef\n')
check('side by side without a newline between', cut('abXcd', [0, 2], [3, 5]), 'ab\ncd\n')
check('touching', cut('abcd', [0, 2], [2, 4]), 'ab\ncd\n')
check('the last at the end of its memory', cut('ab\ncd', [0, 2], [3, 5]), 'ab\ncd\n')
check('out of order and empty', cut('ab\n\ncd', [4, 6], [3, 3], [0, 2]), 'cd\n\nab\n')
check('of different buffers', [...cut('ab\ncd\n', [0, 2]), ...cut('ab\ncd\n', [3, 5])], 'ab\ncd\n')
