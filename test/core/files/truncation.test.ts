import fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileIo } from '../../../core/files/file-io.ts'
import { numbered, numberedLines, TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

async function expectExactly(want: readonly string[]): Promise<void> {
  await until(`${want.length} lines, got ${bench.lines.length}`, () => bench.lines.length >= want.length)
  await pause(bench.options.rotateWaitMs + 5 * bench.options.sweepMs)
  expect([...bench.lines].sort()).toEqual([...want].sort())
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

function copyTruncate(name: string, copy: string): void {
  fs.copyFileSync(bench.path(name), bench.path(copy))
  fs.truncateSync(bench.path(name), 0)
}

test('scenario 5: copytruncate, both written', async () => {
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  // Unread lines are in the copy only.
  bench.append('app.log', numbered(101, 5000))
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(5001, 5050))
  await until('the rest and the new lines', () => bench.lines.length >= 5050)
  bench.append('app.log.1', numbered(6001, 6005))
  bench.append('app.log', numbered(5051, 5060))
  await expectExactly([...numberedLines(1, 5060), ...numberedLines(6001, 6005)])
  expect(bench.host.problems).toEqual([])
})

test('scenario 5: copytruncate with a cascade, ten times', async () => {
  let next = 1
  await bench.start()
  for (let round = 0; round < 10; round++) {
    bench.append('app.log', numbered(next, next + 299))
    next += 300
    if (round % 2 === 0) await until('all lines', () => bench.lines.length === next - 1)
    for (let i = round; i > 0; i--) fs.renameSync(bench.path(`app.log.${i}`), bench.path(`app.log.${i + 1}`))
    copyTruncate('app.log', 'app.log.1')
    bench.append('app.log', numbered(next, next + 9))
    next += 10
    await until('the truncation to be noticed', () => bench.lines.length === next - 1)
  }
  await expectExactly(numberedLines(1, next - 1))
})

test('scenario 5: a slow copy inside the glob is held back until the truncation', async () => {
  const content = numbered(1, 20_000)
  bench.append('app.log', content)
  await bench.start()
  await until('all lines', () => bench.lines.length === 20_000)
  const half = Math.floor(content.length / 2)
  bench.append('app.log.1', content.slice(0, half))
  await pause(200)
  bench.append('app.log.1', content.slice(half))
  await pause(100)
  fs.truncateSync(bench.path('app.log'), 0)
  bench.append('app.log', numbered(20_001, 20_010))
  await expectExactly(numberedLines(1, 20_010))
})

test('scenario 5: copied and truncated while the pipeline is full for longer than a copy is waited for', { timeout: 30_000 }, async () => {
  let open: () => void = () => undefined
  const full = new Promise<void>((resolve) => {
    open = resolve
  })
  let emits = 0
  bench.host.onEmit = () => (++emits > 1 ? full : undefined)
  bench.append('app.log', numbered(1, 200_000))
  await bench.start()
  await until('the second part to wait', () => emits === 2)
  expect(bench.lines.length).toBeLessThan(150_000)
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(200_001, 200_010))
  await pause(3000)
  open()
  await until('all lines', () => bench.lines.length >= 200_010, 15_000)
  await pause(bench.options.rotateWaitMs + 5 * bench.options.sweepMs)
  expect([bench.lines.length, new Set(bench.lines).size]).toEqual([200_010, 200_010])
  expect(bench.host.problems).toEqual([])
})

test('scenario 5: a copy shorter than what was read', async () => {
  bench.append('app.log', numbered(1, 500))
  bench.append('small.log', numbered(2001, 2010))
  await bench.start()
  await until('all lines', () => bench.lines.length === 510)
  for (const name of ['app.log', 'small.log']) fs.copyFileSync(bench.path(name), bench.path(`${name}.1`))
  bench.append('app.log', numbered(501, 510))
  bench.append('small.log', numbered(2011, 2012))
  await until('lines that are in no copy', () => bench.lines.length === 522)
  for (const name of ['app.log', 'small.log']) fs.truncateSync(bench.path(name), 0)
  bench.append('app.log', numbered(511, 520))
  await expectExactly([...numberedLines(1, 520), ...numberedLines(2001, 2012)])
})

test('scenario 5: the copy lies outside the glob', async () => {
  bench.options = { ...bench.options, paths: [bench.path('*.log')] }
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  bench.append('app.log', numbered(101, 3000))
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(3001, 3003))
  await expectExactly(numberedLines(1, 3003))
  await until('the copy to be forgotten', () => bench.host.streams().size === 1)
})

test('scenario 6: copytruncate with a stale writer', async () => {
  const writer = fs.openSync(bench.path('app.log'), 'w')
  fs.writeSync(writer, numbered(1, 1000))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 1000)
  copyTruncate('app.log', 'app.log.1')
  const hole = fs.writeSync(writer, numbered(1001, 1010)) && fs.statSync(bench.path('app.log')).size - numbered(1001, 1010).length
  await expectExactly(numberedLines(1, 1010))
  expect(bench.host.counted['nul_bytes']).toBe(hole)
  fs.closeSync(writer)
})

test('scenario 6: a hole of half a gigabyte is passed over quickly', async () => {
  const writer = fs.openSync(bench.path('app.log'), 'w')
  fs.writeSync(writer, numbered(1, 10), 512 * 1024 ** 2)
  fs.closeSync(writer)
  await bench.start()
  await until('the lines behind the hole', () => bench.lines.length === 10, 15_000)
  expect(bench.lines).toEqual(numberedLines(1, 10))
  expect(bench.host.counted['nul_bytes']).toBe(512 * 1024 ** 2)
})

test('scenario 7: truncated, then regrown past the offset before the next look', async () => {
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  fs.writeFileSync(bench.path('app.log'), numbered(1001, 3000))
  await until('the new content', () => bench.lines.length === 2100)
  // Same beginning, other bytes before the offset.
  fs.writeFileSync(bench.path('app.log'), numbered(1001, 1900) + numbered(5001, 9000))
  await until('the newest content', () => bench.lines.length === 7000)
  // Same length, other content.
  fs.writeFileSync(bench.path('app.log'), numbered(1001, 1900) + numbered(6001, 9999) + 'line 5000\n')
  await expectExactly([...numberedLines(1, 100), ...numberedLines(1001, 3000), ...numberedLines(1001, 1900), ...numberedLines(5001, 9000), ...numberedLines(1001, 1900), ...numberedLines(6001, 9999), 'line 5000'])
})

test('scenario 7: what a truncation took unread is reported', async () => {
  bench.options = { ...bench.options, sweepMs: 100 }
  bench.append('app.log', numbered(1, 100))
  let open = (): void => undefined
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  bench.host.onEmit = () => gate
  bench.append('app.log', numbered(101, 40_000))
  await pause(300)
  fs.truncateSync(bench.path('app.log'), 0)
  bench.append('app.log', 'line 0\n')
  open()
  await until('the report', () => bench.host.problems.length === 1)
  expect(bench.host.problems[0]?.message).toMatch(/^cannot read up to \d+ bytes of .*app\.log: the file was truncated before they were read/)
  await until('the new line', () => bench.lines.at(-1) === 'line 0')
})

test('scenario 8: copytruncate while stopped', async () => {
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  await bench.stop()
  bench.append('app.log', numbered(101, 200))
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(201, 900))
  // Twice: the first copy is now .2, and the second was never seen.
  fs.renameSync(bench.path('app.log.1'), bench.path('app.log.2'))
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(901, 910))
  await bench.start()
  await expectExactly(numberedLines(1, 910))
  expect(bench.host.problems).toEqual([])
})

test('scenario 8: the copy made while stopped lies outside the glob', async () => {
  bench.options = { ...bench.options, paths: [bench.path('*.log')] }
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  await bench.stop()
  bench.append('app.log', numbered(101, 200))
  copyTruncate('app.log', 'app.log.1')
  bench.append('app.log', numbered(201, 210))
  await bench.start()
  await expectExactly(numberedLines(1, 210))
  await until('the copy to be forgotten', () => bench.host.streams().size === 1)
})

test('scenario 8: truncated while stopped, without a copy, is read anew and reported', async () => {
  bench.append('app.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  await bench.stop()
  fs.writeFileSync(bench.path('app.log'), numbered(1001, 1010))
  await bench.start()
  await expectExactly([...numberedLines(1, 100), ...numberedLines(1001, 1010)])
  expect(bench.host.problems.map((problem) => problem.level)).toEqual(['info'])
})

test('a crash at any step of a copytruncate loses and doubles nothing', async () => {
  let next = 1
  const write = (count: number) => {
    bench.append('app.log', numbered(next, next + count - 1))
    next += count
  }
  for (let step = 0; step < 8; step++) {
    write(300)
    await bench.start()
    await until(`all lines of step ${step}`, () => bench.lines.length === next - 1)
    // Nothing becomes durable after this many more batches.
    let left = step
    const { host } = bench
    host.onEmit = () => {
      if (left-- <= 0) host.durable = false
    }
    write(100)
    if (step % 2 === 0) await pause(60)
    for (let i = step; i > 0; i--) fs.renameSync(bench.path(`app.log.${i}`), bench.path(`app.log.${i + 1}`))
    copyTruncate('app.log', 'app.log.1')
    write(50)
    await pause(40 * (step % 3))
    bench.crash()
  }
  await bench.start()
  await expectExactly(numberedLines(1, next - 1))
})

test('a file truncated while a read is under way is noticed', async () => {
  let reads = 0
  bench.io = {
    ...fileIo,
    async read(fd, buffer, at, length, position) {
      if (length > 200_000 && ++reads === 3) fs.writeFileSync(bench.path('app.log'), numbered(500_001, 600_000))
      return fileIo.read(fd, buffer, at, length, position)
    },
  }
  bench.append('app.log', numbered(1, 100_000))
  await bench.start()
  await until('the new content', () => bench.lines.includes('line 600000'))
  expect(bench.lines.filter((line) => Number(line.split(' ')[1]) > 500_000)).toEqual(numberedLines(500_001, 600_000))
})

test('a file copied, truncated and written anew right after its first read is read once', async () => {
  let reads = 0
  bench.io = {
    ...fileIo,
    async read(fd, buffer, at, length, position) {
      const got = await fileIo.read(fd, buffer, at, length, position)
      if (length > 200_000 && got > 0 && ++reads === 1) {
        copyTruncate('app.log', 'app.log.1')
        bench.append('app.log', numbered(1001, 1500))
      }
      return got
    },
  }
  bench.append('app.log', numbered(1, 1000))
  await bench.start()
  await expectExactly(numberedLines(1, 1500))
})
