import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'
import { unprivileged } from './unprivileged.ts'

const config = (paths: readonly string[]): string => `sources: [{ type: http }, { type: file, name: app, paths: [${paths.join(', ')}], sweep: 50ms, rescan: 200ms }]\n`

test('a directory, a FIFO, a socket, /dev/zero and a link to nowhere are named with a remedy, and the file beside them is followed', async () => {
  const directory = freshDirectory()
  mkdirSync(join(directory, 'folder.log'))
  execFileSync('mkfifo', [join(directory, 'fifo.log')])
  symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling.log'))
  const listener = createServer().listen(join(directory, 'socket.log'))
  onTestFinished(() => void listener.close())
  writeFileSync(join(directory, 'good.log'), 'one\n')
  const sawlog = await startSawlog(config(['folder.log', 'fifo.log', 'socket.log', 'dangling.log', '/dev/zero', 'good.log']), { directory })
  const cases: ReadonlyArray<readonly [path: string, what: string, remedy: RegExp]> = [
    ['folder.log', 'a directory', /Name the files in it: .*folder\.log\/\*\.log/],
    ['fifo.log', 'a FIFO', /exclude/],
    ['socket.log', 'a socket', /exclude/],
    ['/dev/zero', 'a device', /exclude/],
  ]
  for (const [path, what, remedy] of cases) {
    const problem = await sawlog.problem(`${path}: it is ${what}, not a regular file`)
    expect([problem.component, problem.level, problem.count]).toEqual(['app', 'warn', 1])
    expect(problem.remedy).toMatch(remedy)
    expect(sawlog.log()).toContain(`${path}: it is ${what}, not a regular file. ${problem.remedy}`)
  }
  await until(async () => (await sawlog.stats()).total === 1, 'the good file is read')
  appendFileSync(join(directory, 'good.log'), 'two\n')
  await until(async () => (await sawlog.stats()).total === 2, 'the good file is followed')
  expect((await sawlog.post('{"message":"posted"}')).status).toBe(200)
  // What was dangling appears: no restart is needed.
  writeFileSync(join(directory, 'nowhere'), 'three\n')
  await until(async () => (await sawlog.stats()).total === 4, 'the target of the link is followed')
  expect((await sawlog.stats()).problems.filter(({ count }) => count > 1)).toEqual([])
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(directory).map(({ body }) => body).filter((body) => typeof body === 'string')).toEqual(['one', 'two', 'three'])
})

test.skipIf(unprivileged.missing !== '')(`scenario 18: permission denied, then restored: one warning, and every line once${unprivileged.missing}`, async () => {
  const directory = freshDirectory()
  for (const name of ['denied.log', 'good.log']) writeFileSync(join(directory, name), `${name} one\n`)
  mkdirSync(join(directory, 'closed'))
  writeFileSync(join(directory, 'closed/inside.log'), 'inside one\n')
  chmodSync(join(directory, 'denied.log'), 0)
  chmodSync(join(directory, 'closed'), 0)
  onTestFinished(() => chmodSync(join(directory, 'closed'), 0o700))
  const sawlog = await startSawlog(config(['"*.log"', 'closed/inside.log']), { directory, command: unprivileged.command })
  const denied = await sawlog.problem(/denied\.log: permission denied/)
  expect([denied.component, denied.level]).toEqual(['app', 'warn'])
  expect(denied.remedy).toMatch(/right to read it/)
  await sawlog.problem(/closed.*permission denied/)
  await until(async () => (await sawlog.stats()).total === 1, 'the good file is read')
  appendFileSync(join(directory, 'good.log'), 'good.log two\n')
  await until(async () => (await sawlog.stats()).total === 2, 'the good file is followed')
  chmodSync(join(directory, 'denied.log'), 0o600)
  chmodSync(join(directory, 'closed'), 0o700)
  await until(async () => (await sawlog.stats()).total === 4, 'both are read once they may be')
  await sawlog.problem(/denied\.log can be read again/)
  const warnings = (await sawlog.stats()).problems.filter(({ message }) => message.includes('permission denied'))
  for (const path of ['denied.log', 'closed/inside.log']) expect(warnings.filter(({ message }) => message.includes(`${path}:`)).map(({ count }) => count)).toEqual([1])
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(directory).map(({ body }) => body).toSorted()).toEqual(['denied.log one', 'good.log one', 'good.log two', 'inside one'])
})
