import fs from 'node:fs'
import { dirname, join } from 'node:path'
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

test('scenario 13: empty file, file without newline', async () => {
  bench.append('empty.log', '')
  bench.append('partial.log', 'no newline yet')
  await bench.start()
  await until('both to be committed', () => bench.host.streams().size === 2)
  await pause(150)
  expect(bench.lines).toEqual([])
  bench.append('empty.log', 'first\n')
  bench.append('partial.log', ', now\nand another')
  await until('complete lines', () => bench.lines.length === 2)
  fs.rmSync(bench.path('partial.log'))
  await until('the last line of the deleted file', () => bench.lines.length === 3)
  expect([...bench.lines].sort()).toEqual(['and another', 'first', 'no newline yet, now'])
})

test('scenario 14: a partial line is completed once across a restart and a crash', async () => {
  bench.append('app.log', 'one\ntw')
  await bench.start()
  await until('the first line', () => bench.lines.length === 1)
  await bench.stop()
  bench.append('app.log', 'o')
  await bench.start()
  bench.append('app.log', '\nthr')
  await until('the second line', () => bench.lines.length === 2)
  bench.crash()
  await bench.start()
  await pause(60)
  bench.append('app.log', 'ee\n')
  await until('the third line', () => bench.lines.length === 3)
  expect(bench.lines).toEqual(['one', 'two', 'three'])
})

test('scenario 15: multibyte, CRLF and a delimiter split at a buffer edge', async () => {
  // Every alignment of CR LF and of a four-byte character with the window's edge at 256 KiB.
  const want: string[] = []
  let text = ''
  for (let shift = 0; shift < 8; shift++) {
    bench.append(`f${shift}.log`, '')
    const filler = 'x'.repeat(256 * 1024 - 12 + shift)
    text = `${filler}äö😀\r\nzwölf\r\n\r\n${'é'.repeat(200_000)}\r\nend\n`
    bench.append(`f${shift}.log`, text)
    want.push(...text.split(/\r?\n/).slice(0, -1))
  }
  await bench.start()
  await until('all lines', () => bench.lines.length === want.length)
  expect([...bench.lines].sort()).toEqual(want.sort())
  expect(bench.host.counted).toEqual({})
})

test('scenario 15: CR and LF written apart', async () => {
  bench.append('app.log', 'one\r')
  await bench.start()
  await pause(80)
  bench.append('app.log', '\ntwo\r')
  await pause(80)
  bench.append('app.log', '\n')
  await until('both lines', () => bench.lines.length === 2)
  expect(bench.lines).toEqual(['one', 'two'])
})

test('scenario 16: a long line between good ones', async () => {
  bench.append('app.log', `before\n${'ab'.repeat(50_000_000)}\nafter\n`)
  await bench.start()
  await until('all lines', () => bench.lines.length === 3)
  expect(bench.lines[0]).toBe('before')
  expect(bench.lines[1]).toBe('ab'.repeat(512 * 1024))
  expect(bench.host.lines[1]?.cut).toBe(100_000_000)
  expect(bench.lines[2]).toBe('after')
  expect(bench.host.counted).toEqual({ cut_lines: 1 })
})

test('scenario 16: long lines inside one window are cut between characters', async () => {
  bench.options = { ...bench.options, maxLine: 101 }
  bench.append('app.log', `${'é'.repeat(80)}\nshort\n${'x'.repeat(101)}\n${'x'.repeat(102)}\n${'😀'.repeat(30)}\n`)
  await bench.start()
  await until('all lines', () => bench.lines.length === 5)
  expect(bench.lines).toEqual(['é'.repeat(50), 'short', 'x'.repeat(101), 'x'.repeat(101), '😀'.repeat(25)])
  expect(bench.host.lines.map((got) => got.cut)).toEqual([160, null, null, 102, 120])
  expect(bench.host.counted).toEqual({ cut_lines: 3 })
})

test('scenario 26: a busy file cannot starve quiet ones', async () => {
  const line = `${'x'.repeat(1023)}\n`
  const fd = fs.openSync(bench.path('busy.log'), 'w')
  const block = Buffer.from(line.repeat(1024))
  for (let i = 0; i < 64; i++) fs.writeSync(fd, block)
  // The backlog of a gigabyte, most of it a hole in front of a line's end: it reads as one endless line.
  fs.writeSync(fd, 'x', 1024 ** 3)
  fs.closeSync(fd)
  bench.append('quiet.log', 'first\n')
  // An intake of 60 MB/s.
  bench.host.onEmit = () => pause(4)
  await bench.start()
  await until('the quiet file', () => bench.lines.includes('first'))
  for (let i = 0; i < 3; i++) {
    const written = performance.now()
    bench.append('quiet.log', `quiet ${i}\n`)
    await until(`quiet line ${i}`, () => bench.lines.includes(`quiet ${i}`))
    expect(performance.now() - written).toBeLessThan(1000)
  }
  const busy = bench.host.lines.filter((got) => got.path.endsWith('busy.log')).length
  expect(busy).toBeGreaterThan(0)
  expect(busy).toBeLessThan(64 * 1024)
})

test('NUL bytes and a byte order mark at the head are not part of a record', async () => {
  bench.append('nul.log', Buffer.concat([Buffer.alloc(5000), Buffer.from('first\n\0\0second\nth\0ird\n')]))
  bench.append('bom.log', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0a]))
  await bench.start()
  await until('all lines', () => bench.lines.length === 4)
  expect([...bench.lines].sort()).toEqual(['a', 'first', 'second', 'th\0ird'])
  expect(bench.host.counted).toEqual({ nul_bytes: 5002 })
})

test('lines that are not UTF-8 are counted', async () => {
  bench.append('app.log', Buffer.from('gr\xfc\xdfe\nplain\n\xff\n', 'latin1'))
  await bench.start()
  await until('all lines', () => bench.lines.length === 3)
  expect(bench.lines).toEqual(['gr\ufffd\ufffde', 'plain', '\ufffd'])
  expect(bench.host.counted).toEqual({ invalid_utf8: 2 })
})

test('start: end skips what was there at the first start only, and never delivers half a line', async () => {
  bench.options = { ...bench.options, start: 'end' }
  bench.append('app.log', `${numbered(1, 10)}line`)
  await bench.start()
  bench.append('app.log', ' 11\n')
  bench.append('later.log', 'line 12\n')
  await until('the new lines', () => bench.lines.length === 2)
  await bench.stop()
  bench.append('app.log', 'line 13\n')
  bench.append('while-stopped.log', 'line 14\n')
  await bench.start()
  await until('the lines written while stopped', () => bench.lines.length === 4)
  expect([...bench.lines].sort()).toEqual(numberedLines(11, 14))
})

test('two paths to one file are read once', async () => {
  bench.append('app.log', numbered(1, 10))
  fs.linkSync(bench.path('app.log'), bench.path('hard.log'))
  fs.symlinkSync(bench.path('app.log'), bench.path('soft.log'))
  await bench.start()
  await until('the lines', () => bench.lines.length === 10)
  fs.rmSync(bench.path('app.log'))
  bench.append('hard.log', numbered(11, 20))
  await until('the rest', () => bench.lines.length === 20)
  await pause(250)
  expect(bench.lines).toEqual(numberedLines(1, 20))
})

test('files in directories that appear later are found at once', async () => {
  bench.options = { ...bench.options, paths: [bench.path('**/*.log')], exclude: ['*.skip.log', bench.path('no/**')], rescanMs: 60_000 }
  await bench.start()
  for (const path of ['a/b/c/deep.log', 'no/one.log', 'a/two.skip.log', 'a/three.log']) {
    fs.mkdirSync(dirname(bench.path(path)), { recursive: true })
    fs.writeFileSync(join(bench.dir, path), `${path}\n`)
  }
  await until('both files', () => bench.lines.length === 2)
  await pause(100)
  expect([...bench.lines].sort()).toEqual(['a/b/c/deep.log', 'a/three.log'])
})

test('a base directory that does not exist yet is found by a rescan', async () => {
  bench.options = { ...bench.options, paths: [bench.path('later/*.log')], rescanMs: 100 }
  await bench.start()
  fs.mkdirSync(bench.path('later'))
  fs.writeFileSync(bench.path('later/app.log'), 'one\n')
  await until('the line', () => bench.lines.length === 1)
})
