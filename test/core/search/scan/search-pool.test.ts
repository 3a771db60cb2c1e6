// Whose task comes next, and what becomes of the tasks of a search that has ended. The worker is slow on purpose.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageRoot } from '../../../../core/package-root.ts'
import { SearchPool } from '../../../../core/search/scan/search-pool.ts'
import { SearchTurns } from '../../../../core/search/scan/search-turns.ts'
import { Stopped } from '../../../../core/search/scan/stopped.ts'
import type { Task } from '../../../../core/search/scan/task.ts'

/** Each task takes 20 ms a file, unless its flag is set. */
const SLOW = `
import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ id, task, flag }) => {
  for (const _ of task.files) if (Atomics.wait(flag, 0, 0, 20) === 'not-equal') return parentPort.postMessage({ id, stopped: true })
  parentPort.postMessage({ id, result: task.files.length })
})
`

let directory: string
let pool: SearchPool

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sawlog-pool-'))
  writeFileSync(join(directory, 'slow.mjs'), SLOW)
  pool = new SearchPool({ threads: 1, worker: pathToFileURL(join(directory, 'slow.mjs')) })
})
afterEach(async () => {
  await pool.close()
  rmSync(directory, { recursive: true })
})

const task = (files: number): Task => ({ kind: 'ask', query: { key: '', query: { kind: 'all' }, from: -Infinity, to: Infinity }, files: Array.from({ length: files }, () => ({ segment: 1, path: '', index: '' })), question: { kind: 'blocks' } })

test('a search that has ended leaves nothing for the threads to do', async () => {
  await pool.run(task(0)) // the thread has started
  const turns = new SearchTurns()
  const tasks = Array.from({ length: 50 }, () => pool.run(task(1000), { turns }).catch((error: unknown) => error))
  await new Promise((resolve) => setTimeout(resolve, 50))
  pool.stop(turns)
  const began = performance.now()
  const other = await pool.run(task(1))
  expect(other).toBe(1)
  // One of its tasks alone would have taken 20 s.
  expect(performance.now() - began).toBeLessThan(10_000)
  for (const ended of await Promise.all(tasks)) expect(ended).toBeInstanceOf(Stopped)
})

test('a search that has just come goes before long ones, and those take turns', async () => {
  const order: string[] = []
  const run = (name: string, turns: SearchTurns): Promise<unknown> => pool.run(task(1), { turns }).then(() => order.push(name))
  const [a, b] = [new SearchTurns(), new SearchTurns()]
  const long = [...Array.from({ length: 30 }, () => run('a', a)), ...Array.from({ length: 30 }, () => run('b', b))]
  while (order.length < 40) await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), long.at(-1)])
  const before = order.length
  await run('needle', new SearchTurns())
  await Promise.all(long)
  // Two are with the thread already.
  expect(order.indexOf('needle') - before).toBeLessThanOrEqual(3)
  const contended = order.slice(32, 40)
  expect(contended.filter((name) => name === 'a').length).toBeGreaterThanOrEqual(3)
  expect(contended.filter((name) => name === 'b').length).toBeGreaterThanOrEqual(3)
})

test('an answer on its way while the pool closes does not let the process end before that is done', () => {
  // In a process of its own, with nothing else to do: Node.js ends it with 13 when a module still waits.
  const script = join(directory, 'close.mjs')
  writeFileSync(script, `
import { SearchPool } from ${JSON.stringify(join(packageRoot, 'dist/core/search/scan/search-pool.js'))}
const pool = new SearchPool({ threads: 1, worker: new URL(${JSON.stringify(pathToFileURL(join(directory, 'slow.mjs')).href)}) })
const task = ${JSON.stringify(task(0))}
await pool.run(task)
void pool.run(task).catch(() => undefined)
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
await pool.close()
`)
  expect(spawnSync(process.execPath, [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
