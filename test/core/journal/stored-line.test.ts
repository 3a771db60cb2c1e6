import { describe, expect, it } from 'vitest'
import { joinLines } from '../../../core/join-lines.ts'
import { StoredLine } from '../../../core/journal/stored-line.ts'

const TEXT = '{"n":0}\n{"n":1}\n#commit\n{"n":2}\n{"n":3}'

/** Lines 0 and 1 lie together, then a commit, then 2 and 3, the last without a newline. */
function lines(): StoredLine[] {
  const bytes = Buffer.from(TEXT)
  return [0, 8, 24, 32].map((start, i) => new StoredLine(1, i, bytes, start, start + 7))
}

describe('lines that lie one behind the other', () => {
  it('are given as they lie', () => {
    const [first, second] = lines() as [StoredLine, StoredLine]
    expect(StoredLine.together([first, second])?.toString()).toBe('{"n":0}\n{"n":1}\n')
    expect(StoredLine.together([second])?.toString()).toBe('{"n":1}\n')
  })

  it('are not when something is between them, the order is another, the memory is another or the last newline is missing', () => {
    const all = lines() as [StoredLine, StoredLine, StoredLine, StoredLine]
    const [first, second, third, fourth] = all
    const other = lines()[1] as StoredLine
    for (const wrong of [[], [second, third], [first, third], [second, first], [first, first], [first, other], [third, fourth], [fourth]]) expect(StoredLine.together(wrong)).toBeNull()
  })

  it('are joined whether they are together or not, into memory that may be used again', () => {
    const joined = joinLines(lines(), Buffer.alloc(0))
    expect(joined.toString()).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n')
    const again = joinLines(lines().slice(2), joined)
    expect(again.toString()).toBe('{"n":2}\n{"n":3}\n')
    expect(again.buffer).toBe(joined.buffer)
  })
})
