// Scenario 35: killed at each step of sealing, over and over in one data directory, while lines are posted and tailed.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countNumbered, exactlyOnce, numbered } from '../e2e/numbered.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from '../e2e/sawlog.ts'
import { countJsonl } from './count-stores.ts'
import { strayFiles } from './stray-files.ts'

/** SAWLOG_FAULT_ROUNDS=200 is the full run. */
const rounds = Number(process.env['SAWLOG_FAULT_ROUNDS'] ?? 21)
const STEPS = ['seal:written', 'seal:synced', 'seal:renamed-index', 'seal:renamed', 'seal:directory-synced', 'seal:cataloged', 'seal:unlinked']

const CONFIG = `journal: { segment_size: 24KiB }
sources: [{ type: http }, { type: file, name: app, paths: [app.log], sweep: 50ms, start: beginning }]
outputs: [{ type: jsonl, path: out.jsonl, start: beginning }]
`
/** A round meets its step within so many batches, or something does not seal. */
const MAX_BATCHES = 400
const BATCH = 20

test(`nothing is lost, doubled or left over in ${rounds} rounds`, { timeout: 60_000 + rounds * 10_000 }, async () => {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'app.log'), '')
  let lines = 0
  /** Posted without an answer yet: it comes again under its key. */
  let open: { from: number; key: string } | null = null

  async function post(sawlog: Started): Promise<void> {
    if (open === null) {
      open = { from: lines, key: `batch-${lines}` }
      lines += BATCH
      appendFileSync(join(directory, 'app.log'), numbered('file', open.from, lines, 100))
    }
    const answer = await sawlog.post(numbered('http', open.from, open.from + BATCH, 100), { 'idempotency-key': open.key })
    if (answer.status === 200) open = null
    await answer.body?.cancel()
  }

  for (let round = 0; round < rounds; round++) {
    const step = STEPS[round % STEPS.length] as string
    // The times vary, so that a kill also meets what the kill before left half done.
    const sawlog = await startSawlog(CONFIG, { directory, env: { SAWLOG_FAULT: `${step}:${1 + (round * 7) % 4}` } }).catch(() => null)
    // Killed before it said that it listens: what was closed is sealed from the start on.
    if (sawlog === null) continue
    for (let batch = 0; sawlog.process.exitCode === null && sawlog.process.signalCode === null; batch++) {
      expect(batch, `${step} is met`).toBeLessThan(MAX_BATCHES)
      await post(sawlog).catch(() => undefined) // it dies in the middle of an answer, too
    }
    expect([step, sawlog.process.signalCode]).toEqual([step, 'SIGKILL'])
  }

  const sawlog = await startSawlog(CONFIG, { directory })
  while (open !== null) await post(sawlog)
  await until(async () => {
    const { total, outputs } = await sawlog.stats()
    return total >= 2 * lines && outputs.every(({ lag }) => lag === 0)
  }, 'everything is stored and delivered', 60_000)
  const { problems } = await sawlog.stats()
  expect(await sawlog.stop()).toBe(0)
  expect(problems.filter(({ level }) => level === 'error')).toEqual([])
  const expected = { file: lines, http: lines }
  expect(countNumbered(journalRecords(directory), expected)).toEqual(exactlyOnce(2 * lines))
  expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(2 * lines))
  expect(strayFiles(join(directory, 'data'))).toEqual([])
})
