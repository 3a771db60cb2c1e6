// What multiline builds on: for each line of a read, the file's own offset behind it and the bytes before that.
import fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileIo } from '../../../core/files/file-io.ts'
import { BUFFER_BYTES, cursorAt, nextLines, type Lines } from '../../../core/files/line-reader.ts'
import { TailBench } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

/** Reads a whole file; each line with the offset behind it. */
async function check(content: Buffer, maxLine = 1024 * 1024): Promise<[text: string, after: number][]> {
  fs.writeFileSync(bench.path('f'), content)
  const fd = await fileIo.open(bench.path('f'))
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let cursor = cursorAt(0, Buffer.alloc(0), null)
  const got: [string, number][] = []
  for (;;) {
    const look = await nextLines(fileIo, fd, cursor, buffer, { maxLine })
    if (look.kind === 'end') break
    if (look.kind === 'more') continue
    if (look.kind !== 'lines') throw new Error('the file did not change')
    const { chunk, to, tail } = look
    for (let i = 0; i < (chunk?.count ?? 0); i++) {
      const after = look.offsetAfter(i)
      got.push([(chunk as NonNullable<Lines['chunk']>).text(chunk?.starts[i] as number, chunk?.ends[i] as number), after])
      expect(look.before(after)).toEqual(content.subarray(Math.max(0, after - 256), after))
    }
    cursor = cursorAt(to, tail, cursor.encoding)
  }
  await fileIo.close(fd)
  return got
}

test('the offset behind a line counts its line ending, NULs, a byte order mark and what was cut off', async () => {
  expect(await check(Buffer.from('one\r\n\ntwo\nrest'))).toEqual([['one', 5], ['', 6], ['two', 10]])
  expect(await check(Buffer.from('\ufeffone\n\0\0two\nthree\n'))).toEqual([['one', 7], ['two', 13], ['three', 19]])
  expect(await check(Buffer.from(`${'x'.repeat(100)}\r\nshort\n`), 64)).toEqual([['x'.repeat(64), 102], ['short', 108]])
  const long = 'y'.repeat(400_000)
  expect((await check(Buffer.from(`a\n${long}\nb\n`))).map(([, after]) => after)).toEqual([2, 400_003, 400_005])
})
