// Gzip files: read as what they decompress to, whole, growing, cut or damaged.
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileIo } from '../../../core/files/file-io.ts'
import { expectExactly, SETTLED_MS, sorted } from './expect-exactly.ts'
import { numbered, numberedLines, TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench({ rememberMs: 60_000 })
})
afterEach(() => bench.dispose())

const write = (name: string, content: Buffer | string): void => fs.writeFileSync(bench.path(name), content)

/** Lines that do not compress to nothing. */
const bulk = (from: number, to: number): string => numbered(from, to).replaceAll('\n', ` ${'lorem ipsum dolor '.repeat(3)}\n`)
const bulkLines = (from: number, to: number): string[] => bulk(from, to).split('\n').slice(0, -1)

describe('scenario 20: gzip multi-member, truncated', () => {
  /** What is read of a file with this content. */
  async function check(content: Buffer, want: readonly string[]): Promise<void> {
    write('old.log.gz', content)
    await bench.start()
    await expectExactly(bench, want)
  }

  test('scenario 20: members of all sizes, an empty one, and zero padding', async () => {
    const parts = [numbered(1, 5), '', bulk(6, 9000), 'line 9001', '\nline 9002\n', ...Array.from({ length: 300 }, (_, i) => `line ${9003 + i}\n`)]
    const want = [...numberedLines(1, 5), ...bulkLines(6, 9000), ...numberedLines(9001, 9302)]
    await check(Buffer.concat([...parts.map((part) => gzipSync(part)), Buffer.alloc(3000)]), want)
    expect(bench.host.problems).toEqual([])
    const [position] = [...bench.host.streams().values()]
    await bench.stop()
    await bench.start()
    fs.appendFileSync(bench.path('old.log.gz'), gzipSync('line 9303\n'))
    await expectExactly(bench, [...want, 'line 9303'])
    expect(position?.offset).toBe(parts.join('').length)
  })

  test('scenario 20: truncated, then completed over restarts', async () => {
    const packed = gzipSync(bulk(1, 10_000))
    const half = Math.floor(packed.length / 2)
    write('old.log.gz', packed.subarray(0, half))
    await bench.start()
    await until('a report', () => bench.host.problems.length > 0)
    const read = bench.lines.length
    expect(read).toBeGreaterThan(3000)
    expect(bench.lines).toEqual(bulkLines(1, read))
    await pause(300)
    expect(bench.host.problems).toEqual([{ level: 'warn', message: `cannot read the end of ${bench.path('old.log.gz')}: it stops amid the gzip data.`, remedy: expect.any(String) as string }])
    bench.append('old.log.gz', packed.subarray(half, half + 1000))
    await until('some more', () => bench.lines.length > read)
    await bench.stop()
    bench.append('old.log.gz', packed.subarray(half + 1000, packed.length - 4))
    await bench.start()
    await until('all lines', () => bench.lines.length === 10_000)
    bench.crash()
    bench.append('old.log.gz', packed.subarray(packed.length - 4))
    await bench.start()
    await expectExactly(bench, bulkLines(1, 10_000))
    expect(bench.host.problems).toEqual([])
  })

  test('scenario 20: written member by member, read as it grows', async () => {
    await bench.start()
    for (let i = 0; i < 50; i++) {
      bench.append('grows.log.gz', gzipSync(numbered(i * 10 + 1, i * 10 + 10)))
      if (i % 5 === 0) await pause(25)
      if (i === 20) await bench.stop().then(() => bench.start())
      if (i === 35) {
        bench.crash()
        await bench.start()
      }
    }
    await expectExactly(bench, numberedLines(1, 500))
  })

  test('scenario 20: a last line without newline is a line', () => check(gzipSync('line 1\nline 2'), numberedLines(1, 2)))

  test('scenario 20: trailing garbage is named once', async () => {
    await check(Buffer.concat([gzipSync(numbered(1, 10)), Buffer.from('what is this\n')]), numberedLines(1, 10))
    expect(bench.host.problems.map(({ message }) => message)).toEqual([`cannot read what lies behind the gzip data in ${bench.path('old.log.gz')}: what follows its compressed data is something else.`])
  })

  test('scenario 20: a wrong checksum is named once, and what follows is read', async () => {
    const wrong = gzipSync(numbered(1, 10))
    wrong.writeUInt32LE(1, wrong.length - 8)
    await check(Buffer.concat([wrong, gzipSync(numbered(11, 20))]), numberedLines(1, 20))
    expect(bench.host.problems.map(({ level, message }) => [level, message])).toEqual([['error', `cannot read all of ${bench.path('old.log.gz')}: the gzip data is damaged: its checksum does not match.`]])
  })

  test('scenario 20: damaged in the middle: one error, the part before it stays, and no loop', async () => {
    const whole = Buffer.concat([gzipSync(bulk(1, 4000)), gzipSync(bulk(4001, 8000))])
    // A block type that does not exist, at the beginning of the second member.
    const second = gzipSync(bulk(1, 4000)).length
    whole[second + 10] = 0x07
    let reads = 0
    bench.io = { ...fileIo, read: (...args) => {
      reads++
      return fileIo.read(...args)
    } }
    await check(whole, bulkLines(1, 4000))
    expect(bench.host.problems.map(({ level, message }) => [level, message.replace(/: [^:]*\.$/, '')])).toEqual([['error', `cannot read all of ${bench.path('old.log.gz')}: the gzip data is damaged`]])
    const before = reads
    await pause(300)
    expect(reads).toBe(before)
    await bench.stop()
    bench.append('old.log.gz', 'more')
    await bench.start()
    await pause(SETTLED_MS)
    expect(bench.lines.length).toBe(4000)
    expect(bench.host.problems.length).toBe(1)
  })

  test('scenario 20: rewritten in place, it is read anew', async () => {
    await check(gzipSync(numbered(1, 300)), numberedLines(1, 300))
    write('old.log.gz', gzipSync(numbered(301, 900)))
    await expectExactly(bench, numberedLines(1, 900))
    await bench.stop()
    write('old.log.gz', gzipSync(numbered(901, 910)))
    await bench.start()
    await expectExactly(bench, numberedLines(1, 910))
  })

  test('scenario 20: a bomb is harmless', async () => {
    bench.options = { ...bench.options, maxLine: 1000 }
    const bomb = gzipSync(Buffer.alloc(200_000_000, 'x'))
    global.gc?.()
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    bench.append('quiet.log', '')
    write('bomb.log.gz', Buffer.concat([bomb, gzipSync('\nline 2\n')]))
    await bench.start()
    bench.append('quiet.log', 'quiet\n')
    await until('the quiet file', () => bench.lines.includes('quiet'), 1500)
    await until('both lines', () => bench.lines.length === 3, 20_000)
    clearInterval(watch)
    expect(bench.lines.slice(1)).toEqual(['x'.repeat(1000), 'line 2'])
    expect(bench.host.lines[1]?.cut).toBe(200_000_000)
    expect((most - before) / 1e6).toBeLessThan(100)
  })

  test('scenario 20: many files at a time, long lines, other encodings, every one in order', async () => {
    const want: string[] = []
    for (let i = 0; i < 30; i++) {
      const lines = Array.from({ length: 40 }, (_, n) => `line ${i * 100 + n} ${'\u00e4\u0a0a'.repeat(n % 10 === 9 ? 150_000 : n * 20)}`)
      want.push(...lines)
      write(`f${i}x.log.gz`, gzipSync(Buffer.from(`\ufeff${lines.join('\n')}\n`, i % 2 === 0 ? 'utf16le' : 'utf8'), { level: 1 }))
    }
    await bench.start()
    await until('all lines', () => bench.lines.length === want.length, 30_000)
    expect(sorted(bench.lines)).toEqual(sorted(want))
    for (let i = 0; i < 30; i++) {
      const own = bench.host.lines.filter((got) => got.path.endsWith(`/f${i}x.log.gz`)).map((got) => got.line)
      expect(own).toEqual(sorted(own))
    }
  }, 40_000)

  test('scenario 20: start: end takes what is there as read', async () => {
    bench.options = { ...bench.options, start: 'end' }
    write('old.log.gz', gzipSync(numbered(1, 10)))
    await bench.start()
    await pause(100)
    bench.append('old.log.gz', gzipSync(numbered(11, 20)))
    await until('the new member', () => bench.lines.length === 10)
    await bench.stop()
    bench.append('old.log.gz', gzipSync(numbered(21, 30)))
    await bench.start()
    await expectExactly(bench, numberedLines(11, 30))
  })
})
