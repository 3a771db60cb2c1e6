// What becomes of a file's position when the config names other paths.
import fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { numbered, numberedLines, TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const paths = (...names: string[]): void => {
  bench.options = { ...bench.options, paths: names.map((name) => bench.path(name)) }
}

test('a path taken out is not read any more, and put back it goes on where it stood', async () => {
  bench.append('a.log', numbered(1, 1000))
  bench.append('b.log', numbered(2001, 2010))
  await bench.start()
  await until('both files', () => bench.lines.length === 1010)
  await bench.stop()
  paths('b.log')
  bench.append('a.log', numbered(1001, 1010))
  await bench.start()
  bench.append('a.log', numbered(1011, 1020))
  bench.append('b.log', numbered(2011, 2020))
  await until('the other file', () => bench.lines.length === 1020)
  await pause(bench.options.rotateWaitMs + 100)
  expect(bench.lines.length).toBe(1020)
  expect(bench.host.forgotten).toEqual([])
  await bench.stop()
  // Renamed meanwhile, it still is the same file.
  fs.renameSync(bench.path('a.log'), bench.path('a.log.1'))
  bench.crash()
  await bench.start()
  await pause(50)
  await bench.stop()
  paths('*.log*')
  await bench.start()
  await until('the rest', () => bench.lines.length === 1040)
  await pause(100)
  expect([...bench.lines].sort()).toEqual([...numberedLines(1, 1020), ...numberedLines(2001, 2020)].sort())
  expect(bench.host.problems).toEqual([])
})

test('the position of a path taken out goes with its file, without a word', async () => {
  bench.append('a.log', numbered(1, 10))
  bench.append('b.log', 'b\n')
  await bench.start()
  await until('both files', () => bench.lines.length === 11)
  await bench.stop()
  fs.rmSync(bench.path('a.log'))
  paths('b.log')
  await bench.start()
  await until('it to be forgotten', () => bench.host.streams().size === 1)
  expect(bench.host.problems).toEqual([])
})

test('a rotation out of the globs is still read to its end over a restart, as is a copy there', async () => {
  paths('a.log', 'b.log')
  bench.append('a.log', numbered(1, 1000))
  bench.append('b.log', numbered(100_001, 101_000))
  await bench.start()
  await until('both files', () => bench.lines.length === 2000)
  bench.host.durable = false
  bench.append('a.log', numbered(1001, 1100))
  bench.append('b.log', numbered(101_001, 101_100))
  fs.renameSync(bench.path('a.log'), bench.path('a.old'))
  fs.copyFileSync(bench.path('b.log'), bench.path('b.log.1'))
  fs.truncateSync(bench.path('b.log'), 0)
  await pause(80)
  bench.crash()
  // The second time the position names the copy.
  await bench.start()
  await until('the rest', () => bench.lines.length === 2200)
  bench.append('b.log.1', numbered(101_101, 101_110))
  bench.crash()
  await bench.start()
  await until('the copy', () => bench.lines.length === 2210)
  await pause(100)
  expect(bench.lines.length).toBe(2210)
})
