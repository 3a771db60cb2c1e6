// Logs that are compressed after, before or while they are read: every line once.
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

/** As gzip(1) does: the compressed file is complete before the plain one is deleted. */
function compress(name: string): void {
  write(`${name}.gz`, gzipSync(fs.readFileSync(bench.path(name))))
  fs.rmSync(bench.path(name))
}

/** Lines that do not compress to nothing. */
const bulk = (from: number, to: number): string => numbered(from, to).replaceAll('\n', ` ${'lorem ipsum dolor '.repeat(3)}\n`)
const bulkLines = (from: number, to: number): string[] => bulk(from, to).split('\n').slice(0, -1)

describe('scenario 19: plain, then gz of the same content', () => {
  test('scenario 19: compressed after it was read to its end', async () => {
    bench.append('app.log', numbered(1, 3000))
    await bench.start()
    await until('the first lines', () => bench.lines.length === 3000)
    fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
    bench.append('app.log', numbered(3001, 3010))
    await until('the new file', () => bench.lines.length === 3010)
    compress('app.log.1')
    await expectExactly(bench, numberedLines(1, 3010))
    // It is known over a restart and under another name, without being decompressed.
    await bench.stop()
    fs.renameSync(bench.path('app.log.1.gz'), bench.path('app.log.2.gz'))
    let inflated = 0
    bench.io = { ...fileIo, read: async (fd, buffer, at, length, position) => {
      const got = await fileIo.read(fd, buffer, at, length, position)
      if (buffer[at] === 0x1f && buffer[at + 1] === 0x8b) inflated += got
      return got
    } }
    await bench.start()
    await expectExactly(bench, numberedLines(1, 3010))
    expect(inflated).toBeLessThan(200_000)
    expect(bench.host.problems).toEqual([])
  })

  test('scenario 19: renamed, compressed and deleted between two looks', async () => {
    bench.options = { ...bench.options, sweepMs: 200 }
    for (let round = 0; round < 4; round++) {
      bench.append('app.log', numbered(round * 1000 + 1, round * 1000 + 990))
      if (round === 0) await bench.start()
      await until(`round ${round}`, () => bench.lines.length === round * 1000 + 990)
      // Some of it is read only after that, through the open descriptor.
      bench.append('app.log', numbered(round * 1000 + 991, round * 1000 + 1000))
      for (let i = round; i > 0; i--) fs.renameSync(bench.path(`app.log.${i}.gz`), bench.path(`app.log.${i + 1}.gz`))
      fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
      compress('app.log.1')
      bench.append('app.log', '')
      await until(`all of round ${round}`, () => bench.lines.length === (round + 1) * 1000)
    }
    await expectExactly(bench, numberedLines(1, 4000))
    await until('each file to have its stream', () => bench.host.streams().size === 5)
  })

  test.each([10, 30_000])('scenario 19: %i lines read in part, compressed while stopped, before a crash or not', async (count) => {
    bench.append('app.log', numbered(1, count))
    await bench.start()
    await until('the first lines', () => bench.lines.length === count)
    await bench.stop()
    bench.append('app.log', numbered(count + 1, 2 * count))
    fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
    compress('app.log.1')
    bench.append('app.log', numbered(2 * count + 1, 2 * count + 5))
    bench.host.durable = false
    await bench.start()
    await pause(100)
    bench.crash()
    await bench.start()
    await expectExactly(bench, numberedLines(1, 2 * count + 5))
    expect(bench.host.problems).toEqual([])
  })

  test('scenario 19: a slow compressor beside its original, over a restart', async () => {
    const content = bulk(1, 20_000)
    bench.append('app.log.1', content)
    await bench.start()
    await until('all lines', () => bench.lines.length === 20_000)
    const packed = gzipSync(content)
    for (let from = 0; from < packed.length; from += 20_000) {
      bench.append('app.log.1.gz', packed.subarray(from, from + 20_000))
      await pause(30)
      if (from === 60_000) {
        await bench.stop()
        await bench.start()
      }
    }
    fs.rmSync(bench.path('app.log.1'))
    await expectExactly(bench, bulkLines(1, 20_000))
  })

  test('scenario 19: an empty gz waits for its compressor', async () => {
    bench.append('app.log.1', numbered(1, 2000))
    await bench.start()
    await until('all lines', () => bench.lines.length === 2000)
    write('app.log.1.gz', '')
    await pause(300)
    fs.appendFileSync(bench.path('app.log.1.gz'), gzipSync(numbered(1, 2000)))
    fs.rmSync(bench.path('app.log.1'))
    await expectExactly(bench, numberedLines(1, 2000))
  })

  test('scenario 19: it comes back compressed long after it was let go, also after a restart or a crash', async () => {
    for (const name of ['a.log', 'b.log', 'c.log']) bench.append(name, bulk(1, 500).replaceAll('line', name))
    await bench.start()
    await until('all lines', () => bench.lines.length === 1500)
    const packed = new Map(['a.log', 'b.log', 'c.log'].map((name) => [name, gzipSync(fs.readFileSync(bench.path(name)))]))
    for (const name of packed.keys()) fs.rmSync(bench.path(name))
    await until('all to be let go', () => [...bench.host.streams().values()].every((position) => typeof position['gone'] === 'number'))
    write('a.log.1.gz', packed.get('a.log') as Buffer)
    await pause(SETTLED_MS)
    await bench.stop()
    write('b.log.1.gz', packed.get('b.log') as Buffer)
    await bench.start()
    await pause(SETTLED_MS)
    bench.crash()
    await bench.start()
    write('c.log.1.gz', packed.get('c.log') as Buffer)
    await pause(SETTLED_MS)
    expect(bench.lines.length).toBe(1500)
    expect([...bench.host.streams().values()].map((position) => position['gone'])).toEqual([undefined, undefined, undefined])
  })

  test('scenario 19: what does not come back is forgotten after a while', async () => {
    bench.options = { ...bench.options, rememberMs: 400 }
    bench.append('app.log', numbered(1, 500))
    await bench.start()
    await until('all lines', () => bench.lines.length === 500)
    fs.rmSync(bench.path('app.log'))
    await until('it to be forgotten', () => bench.host.streams().size === 0)
  })

  test('scenario 19: copied, truncated and compressed', async () => {
    bench.append('app.log', numbered(1, 500))
    await bench.start()
    await until('the first lines', () => bench.lines.length === 500)
    bench.append('app.log', numbered(501, 600))
    write('app.log.1.gz', gzipSync(fs.readFileSync(bench.path('app.log'))))
    fs.truncateSync(bench.path('app.log'), 0)
    bench.append('app.log', numbered(601, 620))
    await expectExactly(bench, numberedLines(1, 620))
    expect(bench.host.problems).toEqual([])
  })

  test('scenario 19: a gz never seen is read completely, also where its log begins the same', async () => {
    const banner = '=== a banner that all of them begin with ===\n'.repeat(60)
    bench.append('app.log', banner + numbered(1001, 1010))
    write('app.log.1.gz', gzipSync(banner + numbered(1, 1000)))
    write('app.log.2.gz', gzipSync(banner + numbered(2001, 2010)))
    await bench.start()
    await until('all lines', () => bench.lines.length === 1200)
    await pause(SETTLED_MS)
    expect(bench.lines.length).toBe(1200)
    expect(sorted(bench.lines.filter((line) => line.startsWith('line')))).toEqual([...numberedLines(1, 1010), ...numberedLines(2001, 2010)])
  })
})
