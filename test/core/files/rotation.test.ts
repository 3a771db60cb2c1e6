import fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileIo } from '../../../core/files/file-io.ts'
import { numbered, numberedLines, TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

const sorted = (lines: readonly string[]): string[] => [...lines].sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1]))

/** Every line is there exactly once, and nothing more comes while the source settles. */
async function expectExactly(want: readonly string[]): Promise<void> {
  await until(`${want.length} lines, got ${bench.lines.length}`, () => bench.lines.length >= want.length)
  await settle()
  expect(sorted(bench.lines)).toEqual(sorted(want))
}

/** Longer than it takes to give a lost file up, and nothing may come in that time. */
async function settle(): Promise<void> {
  const before = bench.lines.length
  await new Promise((resolve) => {
    setTimeout(resolve, bench.options.rotateWaitMs + 3 * bench.options.sweepMs)
  })
  expect(bench.lines.length).toBe(before)
}

test('scenario 1: rename inside the glob, both written', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
  bench.append('app.log.1', numbered(11, 20))
  bench.append('app.log', numbered(21, 30))
  await until('new lines', () => bench.lines.length === 30)
  bench.append('app.log.1', numbered(31, 35))
  bench.append('app.log', numbered(36, 40))
  await expectExactly(numberedLines(1, 40))
  expect(bench.host.lines.find((got) => got.line === 'line 33')?.path).toBe(bench.path('app.log.1'))
  expect(new Set(bench.host.lines.map((got) => got.stream)).size).toBe(2)
})

test('scenario 2: rename outside the glob with unread lines', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  bench.append('app.log', numbered(11, 5000))
  fs.renameSync(bench.path('app.log'), bench.path('old-app'))
  bench.append('old-app', numbered(5001, 5010))
  bench.append('app.log', numbered(5011, 5020))
  await expectExactly(numberedLines(1, 5020))
  await until('the renamed file to be forgotten', () => bench.host.forgotten.length === 1 && bench.host.streams().size === 1)
})

test('scenario 3: cascade .1 -> .2 -> .3', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  for (let round = 1; round <= 5; round++) {
    fs.rmSync(bench.path('app.log.3'), { force: true })
    for (const i of [2, 1]) if (fs.existsSync(bench.path(`app.log.${i}`))) fs.renameSync(bench.path(`app.log.${i}`), bench.path(`app.log.${i + 1}`))
    bench.append('app.log', numbered(round * 100, round * 100 + 9))
    fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
    bench.append('app.log.1', numbered(round * 100 + 10, round * 100 + 19))
    bench.append('app.log', numbered(round * 100 + 20, round * 100 + 29))
    // A round is noticed before the next: what is deleted unseen is nobody's to read.
    await until(`round ${round}`, () => bench.lines.length >= 10 + round * 30)
  }
  await expectExactly([...numberedLines(1, 10), ...[1, 2, 3, 4, 5].flatMap((round) => numberedLines(round * 100, round * 100 + 29))])
})

test('scenario 4: rapid rotation of many files', async () => {
  const want: string[] = []
  let next = 1
  const write = (name: string, count: number) => {
    bench.append(name, numbered(next, next + count - 1))
    want.push(...numberedLines(next, next + count - 1))
    next += count
  }
  await bench.start()
  for (let round = 0; round < 12; round++) {
    for (let file = 0; file < 25; file++) {
      const name = `f${file}.log`
      write(name, 7)
      for (let i = round; i > 0; i--) fs.renameSync(bench.path(`${name}.${i}`), bench.path(`${name}.${i + 1}`))
      fs.renameSync(bench.path(name), bench.path(`${name}.1`))
      write(`${name}.1`, 3)
    }
    await new Promise(setImmediate)
  }
  await expectExactly(want)
})

test('scenario 4: a file renamed inside the glob is not given up, however late its new name is listed', async () => {
  let hidden = true
  bench.io = { ...fileIo, list: async (dir) => (await fileIo.list(dir)).filter((entry) => !hidden || entry.name === 'app.log') }
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  fs.renameSync(bench.path('app.log'), bench.path('app.log.1'))
  await settle()
  await settle()
  hidden = false
  bench.append('app.log.1', numbered(11, 20))
  await expectExactly(numberedLines(1, 20))
  expect(bench.host.forgotten).toEqual([])
})

test('scenario 9: rename while stopped, inside and outside the glob', async () => {
  bench.append('a.log', numbered(1, 10))
  bench.append('b.log', numbered(101, 110))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 20)
  await bench.stop()
  bench.append('a.log', numbered(11, 20))
  fs.renameSync(bench.path('a.log'), bench.path('a.log.1'))
  bench.append('a.log', numbered(21, 30))
  bench.append('b.log', numbered(111, 120))
  fs.renameSync(bench.path('b.log'), bench.path('b-archived'))
  bench.append('b.log', numbered(121, 130))
  await bench.start()
  await expectExactly([...numberedLines(1, 30), ...numberedLines(101, 130)])
  await until('the file outside to be forgotten', () => bench.host.forgotten.length === 1)
  expect(bench.host.problems).toEqual([])
})

test.each(['listed', 'looked at'] as const)('scenario 9: rotated again and again while a start looks for its files, between being %s and opened', async (when) => {
  const FILES = 6
  const LINES = 10
  for (let n = 0; n < FILES; n++) bench.append(n === 0 ? 'app.log' : `app.log.${n}`, numbered((FILES - 1 - n) * LINES + 1, (FILES - n) * LINES))
  await bench.start()
  await until('the first lines', () => bench.lines.length === FILES * LINES)
  await bench.stop()
  let files = FILES
  const rotate = (): void => {
    if (files === 2 * FILES) return
    for (let n = files - 1; n >= 0; n--) fs.renameSync(bench.path(n === 0 ? 'app.log' : `app.log.${n}`), bench.path(`app.log.${n + 1}`))
    bench.append('app.log', numbered(files * LINES + 1, (files + 1) * LINES))
    files++
  }
  bench.io = {
    ...fileIo,
    async list(dir) {
      const entries = await fileIo.list(dir)
      if (when === 'listed') rotate()
      return entries
    },
    async stat(path) {
      const stats = await fileIo.stat(path)
      if (when === 'looked at' && path.endsWith('.log.1')) rotate()
      return stats
    },
  }
  await bench.start()
  await expectExactly(numberedLines(1, files * LINES))
  expect(files).toBeGreaterThan(FILES)
  expect(bench.host.forgotten).toEqual([])
  expect(bench.host.problems).toEqual([])
})

test('scenario 10: inode reused by another file', async () => {
  bench.append('a.log', numbered(1, 100))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 100)
  const { ino } = fs.statSync(bench.path('a.log'))
  const [stream] = [...bench.host.streams().keys()]
  await bench.stop()
  // The same inode with another file's content and name: what a file system that reuses inodes leaves.
  fs.renameSync(bench.path('a.log'), bench.path('b.log'))
  fs.writeFileSync(bench.path('b.log'), numbered(101, 400))
  expect(fs.statSync(bench.path('b.log')).ino).toBe(ino)
  await bench.start()
  await expectExactly(numberedLines(1, 400))
  await until('the old stream to be forgotten', () => !bench.host.streams().has(stream as string))
  expect(bench.host.streams().size).toBe(1)
  expect(bench.host.problems.map((problem) => problem.level)).toEqual(['info'])
})

test('scenario 11: delete and recreate', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  bench.append('app.log', `${numbered(11, 20)}line 21`)
  fs.rmSync(bench.path('app.log'))
  bench.append('app.log', numbered(22, 30))
  // The unfinished last line of the deleted file is a line.
  await expectExactly(numberedLines(1, 30))
  await until('the deleted file to be forgotten', () => bench.host.streams().size === 1)
})

test('scenario 11: deleted and recreated while stopped is read from its beginning', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  await bench.stop()
  fs.rmSync(bench.path('app.log'))
  fs.writeFileSync(bench.path('other'), 'takes the inode\n')
  bench.append('app.log', numbered(11, 30))
  await bench.start()
  await expectExactly(numberedLines(1, 30))
})

test('scenario 12: identical first lines, and identical files', async () => {
  const banner = `${'=== start of log ===\n'.repeat(100)}`
  for (const name of ['a.log', 'b.log', 'c.log', 'd.log']) bench.append(name, banner)
  await bench.start()
  await until('all banners', () => bench.lines.length === 400)
  for (const [i, name] of ['a.log', 'b.log', 'c.log', 'd.log'].entries()) bench.append(name, numbered(i * 10, i * 10 + 9))
  await until('all lines', () => bench.lines.length === 440)
  // A backup beside its original, which is not truncated, is a file of its own.
  fs.copyFileSync(bench.path('a.log'), bench.path('a.log.backup'))
  await until('the backup', () => bench.lines.length === 550)
  await bench.stop()
  await bench.start()
  bench.append('a.log', 'line 50\n')
  await until('the last line', () => bench.lines.length === 551)
  await settle()
  expect(bench.lines.filter((line) => line === '=== start of log ===').length).toBe(500)
})

test('scenario 17: symlink retargeted, dangling', async () => {
  bench.options = { ...bench.options, paths: [bench.path('current.log')] }
  bench.append('one', numbered(1, 10))
  fs.symlinkSync(bench.path('one'), bench.path('current.log'))
  await bench.start()
  await until('the first target', () => bench.lines.length === 10)
  bench.append('one', numbered(11, 3000))
  bench.append('two', numbered(3001, 3010))
  fs.symlinkSync(bench.path('two'), bench.path('next'))
  fs.renameSync(bench.path('next'), bench.path('current.log'))
  await until('both targets', () => bench.lines.length === 3010)
  fs.rmSync(bench.path('current.log'))
  fs.symlinkSync(bench.path('three'), bench.path('current.log'))
  bench.append('two', numbered(3011, 3012))
  await until('the rest of the second', () => bench.lines.length === 3012)
  bench.append('three', numbered(3013, 3020))
  await expectExactly(numberedLines(1, 3020))
  expect(bench.host.problems).toEqual([])
  expect(bench.host.lines.at(-1)?.path).toBe(bench.path('current.log'))
})

test('scenario 22: atomic replace', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  bench.append('app.log', numbered(11, 20))
  fs.writeFileSync(bench.path('.tmp'), numbered(21, 30))
  fs.renameSync(bench.path('.tmp'), bench.path('app.log'))
  await expectExactly(numberedLines(1, 30))
  await bench.stop()
  fs.writeFileSync(bench.path('.tmp'), numbered(31, 50))
  fs.renameSync(bench.path('.tmp'), bench.path('app.log'))
  await bench.start()
  await expectExactly(numberedLines(1, 50))
})

test('a crash between reading and fsync loses and doubles nothing, over a rename outside the glob', async () => {
  bench.append('app.log', numbered(1, 1000))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 1000)
  bench.host.durable = false
  bench.append('app.log', numbered(1001, 2000))
  await until('lines taken but not durable', () => bench.host.taken === 2000)
  fs.renameSync(bench.path('app.log'), bench.path('rotated-away'))
  bench.append('app.log', numbered(2001, 2500))
  bench.crash()
  expect(bench.lines.length).toBe(1000)
  await bench.start()
  await expectExactly(numberedLines(1, 2500))
})
