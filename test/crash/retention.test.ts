// Scenario 35: killed at each step of deleting. What is left is whole, in order, without a file or a row too many.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, openAt, readAll } from '../core/journal/journal-at.ts'

const SCRIPT = fileURLToPath(new URL('./keep-house.mjs', import.meta.url))

function run(directory: string, action: string, argument: string, fault?: string): { killed: boolean; output: string } {
  const env = { ...process.env, ...(fault === undefined ? {} : { SAWLOG_FAULT: fault }) }
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, directory, action, argument], { env, encoding: 'utf8', timeout: 30_000 })
  if (signal === null && status !== 0) throw new Error(stderr)
  return { killed: signal === 'SIGKILL', output: stdout }
}

const STEPS = ['delete:marked', 'delete:unlinked', 'delete:unlinked:3', 'delete:synced', 'delete:forgotten', 'delete:forgotten:2']

test.each(STEPS)('killed at %s', { timeout: 40_000 }, async (step) => {
  const directory = freshDirectory()
  run(directory, 'fill', '700')
  const before = await openAt(directory)
  const segments = before.journal.disk().segments
  await before.journal.close()
  expect(segments).toBeGreaterThan(6)

  expect(run(directory, 'delete', '4', step)).toMatchObject({ killed: true })
  const { journal, reports } = await openAt(directory)
  const lines = await readAll(journal)
  const numbers = lines.map(({ value }) => (value.body as { n: number }).n)
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => numbers[0] as number + i))
  expect([numbers.at(-1), lines[0]?.segment, journal.positions.get('a/x'), journal.totals.records]).toEqual([699, 5, { offset: 700 }, 700])
  expect(reports).toEqual([])
  const files = readdirSync(join(directory, 'journal')).filter((name) => /^\d/.test(name))
  expect([files.length, journal.disk().segments]).toEqual([segments - 4, segments - 4])
  await journal.close()
  expect(run(directory, 'fill', '1').output).toContain('stored 700')
})
