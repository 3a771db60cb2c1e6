// Scenario 35: killed at each step of deleting and erasing. What is left is whole, in order, without a file or a row too many.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
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

test.each(STEPS)('deleting, killed at %s', { timeout: 40_000 }, async (step) => {
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
  const files = readdirSync(join(directory, 'journal')).filter((name) => /^\d.*\.(jsonl|json\.gz)$/.test(name))
  expect([files.length, journal.disk().segments]).toEqual([segments - 4, segments - 4])
  await journal.close()
  expect(run(directory, 'fill', '1').output).toContain('stored 700')
})

const ERASE_STEPS = [
  'erase:written', 'erase:synced:2', 'erase:unlinked-index', 'erase:renamed', 'erase:renamed:3', 'erase:renamed-index', 'erase:directory-synced:2', 'erase:cataloged', 'erase:cataloged:4',
]

test.each(ERASE_STEPS)('erasing, killed at %s', { timeout: 40_000 }, async (step) => {
  const directory = freshDirectory()
  run(directory, 'fill', '700')
  const before = await readNumbers(directory)
  expect(run(directory, 'erase', 'who:anna.secret', step)).toMatchObject({ killed: true })
  const between = await readNumbers(directory)
  expect(between.map(({ place }) => place)).toEqual(before.map(({ place }) => place))
  // Each record is as it was, or erased as it should be; nothing else.
  expect(between.filter(({ n }, i) => n !== i && !(n === null && i % 10 === 0))).toEqual([])
  expect(run(directory, 'erase', 'who:anna.secret').output).toMatch(/^erased \d+ in \d+: true$/m)
  const after = await readNumbers(directory)
  expect(after.map(({ n }) => n)).toEqual(before.map((_, i) => (i % 10 === 0 ? null : i)))
  const journal = join(directory, 'journal')
  const files = readdirSync(journal)
  const text = files.filter((name) => name.endsWith('.gz')).map((name) => gunzipSync(readFileSync(join(journal, name))).toString()).join('')
  expect([text.split('\n').length - 1, text.includes('anna')]).toEqual([700, false])
  expect(files.filter((name) => !/^\d{12}\.(json\.gz|idx)$/.test(name))).toEqual([])
  expect(files.filter((name) => name.endsWith('.gz')).map((name) => name.slice(0, 12))).toEqual(files.filter((name) => name.endsWith('.idx')).map((name) => name.slice(0, 12)))
})

async function readNumbers(directory: string): Promise<Array<{ place: string; n: number | null }>> {
  const { journal, reports } = await openAt(directory)
  const lines = await readAll(journal)
  expect(reports).toEqual([])
  await journal.close()
  return lines.map(({ segment, record, value }) => ({ place: `${segment}:${record}`, n: typeof value.body === 'object' ? (value.body['n'] as number) : null }))
}
