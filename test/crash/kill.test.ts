import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { killRounds } from './kill-rounds.ts'

/** `npm run crash:spine` sets these for the full run. */
const rounds = Number(process.env['SAWLOG_CRASH_ROUNDS'] ?? 5)
const lines = Number(process.env['SAWLOG_CRASH_LINES'] ?? 40_000)
const seed = Number(process.env['SAWLOG_CRASH_SEED'] ?? Date.now() % 1_000_000)
const full = process.env['SAWLOG_CRASH_ROUNDS'] !== undefined

it(`loses and doubles nothing over ${rounds} kills`, { timeout: 180_000 + rounds * 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sawlog-crash-'))
  const say = (text: string) => process.stdout.write(`${text}\n`)
  const report = await killRounds({ folder, rounds, lines, seed, ...(full ? { progress: say } : {}) })
  const { journal, jsonl, rotated, sqlite, posts } = report
  const stores = { journal, jsonl, rotated, sqlite }
  const sum = (what: 'lost' | 'doubled'): number => Object.values(stores).reduce((total, store) => total + store[what], 0)
  say(`seed ${seed}, ${report.rotations} rotations, ${posts.requests} posts repeated ${posts.retries} times`)
  say(`kills ${report.kills}, lines ${report.lines}, lost ${sum('lost')}, doubled ${sum('doubled')}`)
  const whole = { seen: lines, lost: 0, doubled: 0, strange: 0, examples: [] }
  expect({ kills: report.kills, strays: report.strays, ...stores }, `seed ${seed}; everything is kept in ${folder}`).toEqual({ kills: rounds, strays: [], journal: whole, jsonl: whole, rotated: whole, sqlite: whole })
  // The run must have met what it is about.
  expect(posts.retries).toBeGreaterThan(0)
  expect(report.rotations).toBeGreaterThan(2)
  rmSync(folder, { recursive: true })
})
