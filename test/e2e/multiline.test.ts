// The built server puts lines together, and is killed while records are open.
import { appendFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const CRI = '2026-03-01T12:00:00.002653970Z'

test('scenario 27: multiline flush at timeout, rotation, shutdown; sources never mixed', { timeout: 120_000 }, async () => {
  const directory = freshDirectory()
  const config = (timeout: string): string => `
sources:
  - { type: file, name: a, paths: [a.log], parser: text, rotate_wait: 500ms, multiline: { start: '^\\d', timeout: ${timeout} } }
  - { type: file, name: b, paths: [b.log], parser: text, multiline: { start: '^\\d', timeout: ${timeout} } }
  - { type: file, name: pod, paths: [pod.log], parser: cri, multiline: { preset: [cri, java], timeout: ${timeout} } }
  - { type: exec, name: command, parser: text, command: "echo '1 out'; echo '1 err' >&2; echo ' more out'; echo ' more err' >&2; sleep 20", multiline: { start: '^\\d', timeout: 1h } }
outputs: []
`
  const write = (file: string, text: string): void => appendFileSync(join(directory, file), text)
  const stored = (source: string): unknown[] => journalRecords(directory).filter((record) => record.source === source).map(({ body }) => body)
  const total = (server: { stats(): Promise<{ total: number }> }, count: number): Promise<unknown> => until(async () => (await server.stats()).total >= count, `${count} records`)
  write('a.log', '1 a\n a\n')
  write('b.log', '1 b\n')

  // kill -9 with open records: they come once and whole.
  let server = await startSawlog(config('1h'), { directory })
  write('a.log', '2 a\n a\n')
  write('b.log', ' b\n2 b\n')
  write('pod.log', `${CRI} stdout F A.Exception: x\n${CRI} stderr F B.Exception: y\n${CRI} stdout P \tat a`)
  await total(server, 2)
  await server.kill()
  expect([stored('a'), stored('b'), stored('pod')]).toEqual([['1 a\n a'], ['1 b\n b'], []])
  server = await startSawlog(config('1h'), { directory })
  write('a.log', ' a\n3 a\n')
  write('b.log', ' b\n')
  write('pod.log', `.B(\n${CRI} stderr F \tat c.D\n${CRI} stdout F B.java:1)\n${CRI} stdout F end\n`)
  await total(server, 5)

  // An orderly stop leaves a file's record open, and stores what a command has written.
  expect(await server.stop()).toBe(0)
  expect(stored('a')).toEqual(['1 a\n a', '2 a\n a\n a'])
  expect(stored('pod')).toEqual(['A.Exception: x\n\tat a.B(B.java:1)', 'end'])
  expect(stored('command').toSorted()).toEqual(['1 err\n more err', '1 out\n more out'])

  // Rotation: the rest of the old file belongs to it, and its last record comes when it is let go.
  server = await startSawlog(config('1h'), { directory })
  write('a.log', ' a\n')
  renameSync(join(directory, 'a.log'), join(directory, 'old'))
  write('old', ' a\n')
  write('a.log', '4 a\n')
  await until(() => stored('a').includes('3 a\n a\n a'), 'the rotated file\'s last record')
  rmSync(join(directory, 'b.log'))
  await until(() => stored('b').includes('2 b\n b'), 'the deleted file\'s last record', 20_000)
  await server.stop()

  // Silence ends a record.
  server = await startSawlog(config('200ms'), { directory })
  await until(() => stored('a').includes('4 a') && stored('pod').length === 3, 'what was silent for the timeout')
  await server.stop()
  expect(stored('a')).toEqual(['1 a\n a', '2 a\n a\n a', '3 a\n a\n a', '4 a'])
  expect(stored('b')).toEqual(['1 b\n b', '2 b\n b'])
  expect(stored('pod')).toEqual(['A.Exception: x\n\tat a.B(B.java:1)', 'end', 'B.Exception: y\n\tat c.D'])
})
