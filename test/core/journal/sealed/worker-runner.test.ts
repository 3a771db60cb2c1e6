// The built worker: it waits between slices while it is told to, and ends also then.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WorkerRunner } from '../../../../core/journal/sealed/worker-runner.ts'
import type { SealTask } from '../../../../core/journal/sealed/seal-task.ts'
import { freshFolder, storedLine, writeSegment } from './segment-at.ts'

function task(): SealTask & { kind: 'seal' } {
  const folder = freshFolder()
  const path = join(folder, '000000000007.jsonl')
  writeSegment(path, [Array.from({ length: 1000 }, (_, n) => storedLine({ body: `line ${n}` }))])
  const name = '000000000007.json.gz'
  return { kind: 'seal', path, out: { data: join(folder, `${name}.tmp`), index: join(folder, '000000000007.idx.tmp'), name }, options: { segment: 7, length: statSync(path).size, compression: 'gzip', level: 1, now: 5 } }
}

const written = ({ out }: { out: { data: string } }): number => (existsSync(out.data) ? statSync(out.data).size : 0)
const settled = (work: Promise<unknown>, ms: number): Promise<unknown> => Promise.race([work.then(() => 'done', (error: Error) => error.message), new Promise((resolve) => setTimeout(() => resolve('waits'), ms))])

test('what is paused goes on where it stands', async () => {
  const runner = new WorkerRunner()
  const [first, second] = [task(), task()]
  await runner.run(first) // the thread has started
  expect(written(first)).toBeGreaterThan(1000)
  runner.pause(true)
  const work = runner.run(second)
  expect([await settled(work, 300), written(second)]).toEqual(['waits', 0])
  runner.pause(false)
  expect(await work).toMatchObject({ state: { records: 1000 } })
  expect(written(second)).toBe(written(first))
  await runner.stop()
})

test('a stop does not wait for what is paused', async () => {
  const runner = new WorkerRunner()
  runner.pause(true)
  const work = runner.run(task())
  expect(await settled(work, 300)).toBe('waits')
  const ended = settled(work, 10_000)
  await runner.stop()
  expect(await ended).toBe('stopped')
})

test('a task that comes while an idle worker ends is done by the next one, and has its own answer', async () => {
  const runner = new WorkerRunner()
  const [first, second, third] = [task(), task(), task()]
  await runner.run(first)
  const stopped = runner.stop()
  const work = runner.run(second)
  await stopped
  expect(await work).toMatchObject({ state: { records: 1000 } })
  await expect(runner.run({ ...third, path: `${third.path}.none` })).rejects.toThrow('ENOENT')
  expect(await runner.run(third)).toMatchObject({ state: { records: 1000 } })
  await runner.stop()
})
