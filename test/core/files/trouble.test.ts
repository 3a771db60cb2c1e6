import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
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
    `cannot follow ${bench.path('socket.log')}: it is a socket, not a regular file.`,
    `cannot follow ${bench.path('written-out')}: it is a directory, not a regular file.`,
    `cannot follow ${bench.path('zero.log')}: it is a device, not a regular file.`,
    `cannot read the end of ${bench.path('old.log.gz')}: it stops amid the gzip data.`,
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
