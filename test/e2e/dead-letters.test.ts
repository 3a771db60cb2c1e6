import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { freshDirectory, startSawlog, type Started, until } from './sawlog.ts'

/** Refuses odd numbers while a file is there; writes what it takes into another. */
const PICKY = `import { appendFileSync, existsSync } from 'node:fs'
import { definePlugin, z } from 'sawlog/plugin'
export default definePlugin({
  kind: 'output', type: 'picky', summary: 'Refuses odd numbers.', options: z.strictObject({}),
  setup: () => ({
    deliver(lines) {
      const refused = lines.filter(({ value }) => value.body.n % 2 === 1 && existsSync('refuse'))
      for (const line of lines) if (!refused.includes(line)) appendFileSync('taken', line.value.body.n + '\\n')
      return Promise.resolve({ rejected: refused.map((line) => ({ line, reason: '400 odd\\u001b[31m' })) })
    },
  }),
})
`
const CONFIG = `plugins: [./picky.mjs]
sources: [{ type: http }]
outputs: [{ type: picky, start: beginning, batch: { wait: 0ms } }]
`

function withPlugin(): string {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'picky.mjs'), PICKY)
  return directory
}

async function outputOf(sawlog: Started): Promise<{ lag: number; dead_letters: number }> {
  const { outputs } = (await (await fetch(`${sawlog.url}/api/stats`)).json()) as { outputs: Array<{ lag: number; dead_letters: number }> }
  return outputs[0] as { lag: number; dead_letters: number }
}

function taken({ directory }: Started): number[] {
  const file = join(directory, 'taken')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number) : []
}

test('what a target refuses is listed, survives kill -9, and is replayed and discarded from the command line', async () => {
  const sawlog = await startSawlog(CONFIG, { directory: withPlugin() })
  writeFileSync(join(sawlog.directory, 'refuse'), '')
  await sawlog.post(Array.from({ length: 6 }, (_, n) => JSON.stringify({ n })).join('\n'))
  await until(async () => (await outputOf(sawlog)).dead_letters === 3, 'three are refused')
  await sawlog.kill()
  const listed = await runCommand(['dead-letters', 'list', '--format', 'json', '--data', 'data'], sawlog.directory)
  const letters = listed.out.split('\n').slice(0, -1).map((line) => JSON.parse(line) as { id: number; record: string; reason: string })
  expect(letters.map(({ record, reason }) => [record, reason])).toEqual(['1-1', '1-3', '1-5'].map((record) => [record, '400 odd\u001b[31m']))
  expect(await runCommand(['dead-letters', 'replay', '--output', 'picky', '--all', '--data', 'data'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringContaining('no server runs') as string })
  const again = await startSawlog(CONFIG, { directory: sawlog.directory })
  const text = (await runCommand(['dead-letters', '--output', 'picky'], again.directory)).out.split('\n').slice(0, -1)
  expect(text.map((line) => line.split('  ').toSpliced(3, 1))).toEqual(letters.map(({ id, record }) => [String(id), 'picky', record, '400 odd\\u001b[31m']))
  expect((await runCommand(['dead-letters', '--output', 'other'], again.directory)).out).toBe('')
  expect(await runCommand(['dead-letters', 'replay', '--output', 'picky', '--all'], again.directory)).toMatchObject({ code: 2, out: 'delivered 0, refused again 3, no longer kept 0\n' })
  rmSync(join(again.directory, 'refuse'))
  const [first] = letters
  expect(await runCommand(['dead-letters', 'replay', '--output', 'picky', '--id', String(first?.id)], again.directory)).toMatchObject({ code: 0, out: 'delivered 1, refused again 0, no longer kept 0\n' })
  expect(await runCommand(['dead-letters', 'discard', '--output', 'picky', '--all'], again.directory)).toMatchObject({ code: 0, out: 'discarded 2\n' })
  expect([taken(again), (await outputOf(again)).dead_letters]).toEqual([[0, 2, 4, 1], 0])
}, 60_000)

test('sawlog replay delivers again from a time on, through the server and at the next start', async () => {
  const sawlog = await startSawlog(CONFIG, { directory: withPlugin() })
  const at = (n: number): string => JSON.stringify({ n, time: new Date(Date.UTC(2026, 0, 1 + n)).toISOString() })
  await sawlog.post([0, 1, 2, 3].map(at).join('\n'))
  await until(() => taken(sawlog).length === 4, 'all are taken')
  expect(await runCommand(['replay', '--output', 'picky', '--from', '2026-01-03'], sawlog.directory)).toMatchObject({ code: 0, out: expect.stringMatching(/: 2 records\n$/) as string })
  await until(() => taken(sawlog).length === 6, 'two came again')
  expect(await runCommand(['replay', '--output', 'other', '--from', '1h'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringContaining('there is no output "other". Outputs: picky') as string })
  await sawlog.stop()
  expect(await runCommand(['replay', '--output', 'picky', '--from', '2026-01-04', '--data', 'data'], sawlog.directory)).toMatchObject({ code: 0, out: expect.stringMatching(/: 1 record\n$/) as string })
  writeFileSync(join(sawlog.directory, 'taken'), '')
  const again = await startSawlog(CONFIG, { directory: sawlog.directory })
  await until(() => taken(again).length === 1, 'one came again')
  expect(taken(again)).toEqual([3])
}, 60_000)
