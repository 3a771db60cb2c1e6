import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileIo } from '../../../core/files/file-io.ts'
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

/** Descriptors of this process that lead into the bench's directory. */
function openThere(): string[] {
  return fs.readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith(bench.dir) ? [target] : []
    } catch {
      // The descriptor of the listing itself.
      return []
    }
  })
}

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

test('scenario 18: permission denied, then restored: one warning, one all-clear', async () => {
  // The suite may run as root, whom no mode denies anything: the source's own open is made to fail instead, at the seam to the file system.
  let denied = true
  bench.io = {
    ...fileIo,
    open: (path) => (denied && path.endsWith('app.log') ? Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })) : fileIo.open(path)),
  }
  bench.append('app.log', numbered(1, 10))
  bench.append('fine.log', 'fine\n')
  await bench.start()
  await until('the other file', () => bench.lines.length === 1)
  await pause(1200)
  expect(bench.host.problems).toEqual([
    { level: 'warn', message: `cannot read ${bench.path('app.log')}: permission denied.`, remedy: expect.stringContaining('right to read') as string },
  ])
  denied = false
  await until('the lines', () => bench.lines.length === 11)
  expect(bench.host.problems.map((problem) => problem.level)).toEqual(['warn', 'info'])
})

test('scenario 18: a file denied at start keeps its position', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the lines', () => bench.lines.length === 10)
  await bench.stop()
  bench.append('app.log', numbered(11, 20))
  let denied = true
  bench.io = { ...fileIo, open: (path) => (denied ? Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' })) : fileIo.open(path)) }
  await bench.start()
  await until('the warning', () => bench.host.problems.length === 1)
  denied = false
  await until('the rest', () => bench.lines.length >= 20)
  expect(bench.lines).toEqual(numberedLines(1, 20))
  expect(bench.host.forgotten).toEqual([])
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

test('what is not a regular file is named once, and blocks nothing', async () => {
  execFileSync('mkfifo', [bench.path('fifo.log')])
  fs.mkdirSync(bench.path('directory.log'))
  fs.mkdirSync(bench.path('written-out'))
  fs.symlinkSync('/dev/zero', bench.path('zero.log'))
  fs.writeFileSync(bench.path('old.log.gz'), Buffer.from([0x1f, 0x8b, 8, 0]))
  const server = net.createServer()
  await new Promise<void>((resolve) => {
    server.listen(bench.path('socket.log'), resolve)
  })
  bench.options = { ...bench.options, paths: [...bench.options.paths, bench.path('written-out')], rescanMs: 100 }
  bench.append('app.log', 'fine\n')
  await bench.start()
  await until('the file', () => bench.lines.length === 1)
  await pause(350)
  server.close()
  expect(bench.host.problems.map((problem) => problem.message).sort()).toEqual([
    `cannot follow ${bench.path('fifo.log')}: it is a FIFO, not a regular file.`,
    `cannot follow ${bench.path('old.log.gz')}: it is compressed with gzip.`,
    `cannot follow ${bench.path('socket.log')}: it is a socket, not a regular file.`,
    `cannot follow ${bench.path('written-out')}: it is a directory, not a regular file.`,
    `cannot follow ${bench.path('zero.log')}: it is a device, not a regular file.`,
  ])
})

test('more files than may be open are followed, and no handle is left behind', async () => {
  bench.options = { ...bench.options, maxOpenFiles: 8 }
  for (let i = 0; i < 60; i++) bench.append(`f${i}.log`, `line ${i}\n`)
  await bench.start()
  await until('the first lines', () => bench.lines.length === 60)
  for (let i = 0; i < 60; i++) bench.append(`f${i}.log`, `line ${100 + i}\n`)
  await until('the second lines', () => bench.lines.length === 120)
  await until('idle files to be closed', () => openThere().filter((path) => path.endsWith('.log')).length <= 10)
  // Closed files are recognised after a rename and a truncation, too.
  fs.renameSync(bench.path('f0.log'), bench.path('f0.log.1'))
  bench.append('f0.log.1', 'line 200\n')
  fs.writeFileSync(bench.path('f1.log'), 'line 201\nline 202\nline 203\n')
  await until('the third lines', () => bench.lines.length === 124)
  await bench.stop()
  expect(openThere()).toEqual([])
  expect(new Set(bench.lines).size).toBe(124)
})

test('stop waits until everything read is durable, and reads deleted files to their end', async () => {
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  bench.host.durable = false
  bench.append('app.log', numbered(11, 20))
  await until('lines taken', () => bench.host.taken === 20)
  bench.append('app.log', `${numbered(21, 30)}line 31`)
  fs.rmSync(bench.path('app.log'))
  const { host } = bench
  let stopped = false
  const stopping = bench.stop().then(() => {
    stopped = true
  })
  await until('the deleted file to be read', () => host.taken === 31)
  await pause(30)
  expect(stopped).toBe(false)
  host.durable = true
  host.flush()
  await stopping
  expect(bench.lines).toEqual(numberedLines(1, 31))
  expect(openThere()).toEqual([])
})

test('a failing disk is reported once and tried again', async () => {
  let failing = false
  bench.io = {
    ...fileIo,
    read: (...args) => (failing ? Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })) : fileIo.read(...args)),
  }
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 10)
  failing = true
  bench.append('app.log', numbered(11, 20))
  await until('the report', () => bench.host.problems.length === 1)
  await pause(700)
  failing = false
  await until('the rest', () => bench.lines.length === 20)
  expect(bench.host.problems.map((problem) => problem.message)).toEqual([
    `cannot read ${bench.path('app.log')}: EIO: i/o error, read.`, `${bench.path('app.log')} can be read again.`,
  ])
})

test('an intake that refuses lines gets them again', async () => {
  let refusals = 2
  bench.host.onEmit = (_stream, options) => {
    if ((options.to?.offset ?? 0) > 0 && refusals-- > 0) throw new Error('no space left on device')
  }
  bench.append('app.log', numbered(1, 10))
  await bench.start()
  await until('the lines', () => bench.lines.length === 10)
  expect(bench.lines).toEqual(numberedLines(1, 10))
  expect(bench.host.problems).toEqual([])
})

test('gaps that recovery reports are read again, before new lines of the same file', async () => {
  bench.append('app.log', numbered(1, 30_000))
  await bench.start()
  await until('all lines', () => bench.lines.length === 30_000)
  const [stream] = [...bench.host.streams().keys()]
  await bench.stop()
  const from = numbered(1, 100).length
  const to = numbered(1, 29_000).length
  bench.host.gapsToFill.push({ stream: stream as string, from, to }, { stream: 'gone', from: 0, to: 10 })
  bench.append('app.log', numbered(30_001, 30_010))
  await bench.start()
  await until('the gap and the new lines', () => bench.lines.length === 30_000 + 28_900 + 10)
  expect(bench.lines.slice(30_000)).toEqual([...numberedLines(101, 29_000), ...numberedLines(30_001, 30_010)])
  expect(bench.host.problems.map((problem) => problem.message)).toEqual(['cannot read bytes 0 to 10 of gone again: the file is gone.'])
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
