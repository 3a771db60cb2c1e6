// Scenario 35: killed at each named step of sealing, deleting and erasing, nothing is lost, nothing doubled, nothing erased comes back, no file is left without an owner.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultRounds } from './fault-rounds.ts'
import { faultSteps } from './fault-steps.ts'

/** `npm run crash:seal` sets these for the full run. */
const rounds = Number(process.env['SAWLOG_CRASH_ROUNDS'] ?? 16)
const seed = Number(process.env['SAWLOG_CRASH_SEED'] ?? Date.now() % 1_000_000)
const full = process.env['SAWLOG_CRASH_ROUNDS'] !== undefined

it(`loses and doubles nothing over ${rounds} kills at named steps`, { timeout: 180_000 + rounds * 45_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sawlog-fault-'))
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  const report = await faultRounds({ folder, rounds, seed, ...(full ? { progress: say } : {}) })
  const { output, lines, people, erased, kept, check } = report
  say(`seed ${seed}; kills ${report.kills}, lines ${lines}, lost ${output.lost}, doubled ${output.doubled}; ${erased} lines about ${people} people erased; ${kept} records kept; check: ${check.output.trim()}`)
  const { examples: _, ...found } = output
  expect({ ...report, output: found }, `seed ${seed}; everything is kept in ${folder}`).toMatchObject({
    kills: rounds, missed: [], journal: 'the same', remains: [], check: { code: 0 }, output: { seen: lines - erased, lost: 0, doubled: 0, strange: 0 },
  })
  // The run must have met what it is about.
  expect([people > 0, kept > 0, kept < lines]).toEqual([true, true, true])
  rmSync(folder, { recursive: true })
})

it('knows the steps', () => {
  for (const step of ['seal:written', 'seal:renamed', 'delete:marked', 'delete:unlinked', 'erase:renamed']) expect(faultSteps()).toContain(step)
})
