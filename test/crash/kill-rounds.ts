// Kills the server with -9 at random moments while lines are tailed through rotations and posted with keys, then counts every line everywhere.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countJournal, countJsonl, countSqlite } from './count-stores.ts'
import { postLines, type PostReport } from './post-lines.ts'
import { randomFrom } from '../random-from.ts'
import { runWriter } from './run-writer.ts'
import { freePort, serverProcess, type ServerProcess } from './server-process.ts'
import { strayFiles } from './stray-files.ts'
import type { TallyReport } from './tally.ts'

/** Every other kill is timed from the spawn, so that it may fall on start-up and recovery; the others from readiness, into full flow. */
const SPAWN_SPREAD_MS = 2500
const READY_SPREAD_MS = 2000
/** What a round lasts on average, start-up on a busy machine included: the writers are paced by it. */
const ROUND_MS = 1800

/** After the last kill everything must settle; a hang is a failure, a slow machine is not. */
const SETTLE_LIMIT_MS = 120_000
const READY_LIMIT_MS = 60_000

export interface KillOptions {
  /** An empty folder; everything is kept there. */
  readonly folder: string
  readonly rounds: number
  /** All lines; a third goes each way: renamed file, copytruncated file, HTTP. */
  readonly lines: number
  readonly seed: number
  /** Called after each kill. */
  readonly progress?: (text: string) => void
}

export interface KillReport {
  readonly kills: number
  readonly lines: number
  readonly rotations: number
  readonly posts: PostReport
  readonly journal: TallyReport
  readonly jsonl: TallyReport
  /** The file output with all its backups. */
  readonly rotated: TallyReport
  readonly sqlite: TallyReport
  /** Files of the journal that nobody owns. */
  readonly strays: readonly string[]
}

export async function killRounds({ folder, rounds, lines, seed, progress = () => {} }: KillOptions): Promise<KillReport> {
  const random = randomFrom(seed)
  const third = Math.floor(lines / 3)
  const expected = { rename: third, copytruncate: third, http: lines - 2 * third }
  const config = writeConfig(folder)
  const server = serverProcess(config, await freePort(), join(folder, 'server.log'))
  // Writers should still be at work when the last kill comes, whatever the moments turn out to be.
  const durationMs = rounds * ROUND_MS
  const over = new AbortController()
  server.start()
  try {
    const files = Promise.all([
      runWriter(join(folder, 'logs', 'rename.log'), 'rename', third, durationMs, seed + 1),
      runWriter(join(folder, 'logs', 'copytruncate.log'), 'copytruncate', third, durationMs, seed + 2),
    ])
    const posts = postLines(server.url, expected.http, durationMs, randomFrom(seed + 3), over.signal)
    // Their failures are seen when they are awaited below, not before the kills are through.
    files.catch(() => over.abort())
    posts.catch(() => over.abort())
    let kills = 0
    while (kills < rounds && !over.signal.aborted) {
      const fromReady = random(2) === 0
      if (fromReady) await server.ready(READY_LIMIT_MS)
      const aliveMs = random(fromReady ? READY_SPREAD_MS : SPAWN_SPREAD_MS)
      await new Promise((resolve) => setTimeout(resolve, aliveMs))
      await server.kill()
      kills++
      progress(`kill ${kills} of ${rounds}, ${aliveMs} ms after ${fromReady ? 'readiness' : 'spawn'}`)
      server.start()
    }
    const rotations = (await files).reduce((sum, count) => sum + count, 0)
    const posted = await posts
    await settle(server, lines)
    await server.stop()
    return {
      kills, lines, rotations, posts: posted,
      journal: await countJournal(join(folder, 'data', 'journal'), expected),
      jsonl: await countJsonl(join(folder, 'out', 'collected.jsonl'), expected),
      rotated: await countJsonl(join(folder, 'out', 'rotated.log'), expected),
      strays: strayFiles(join(folder, 'data')),
      sqlite: countSqlite(join(folder, 'out', 'collected.db'), expected),
    }
  } catch (error) {
    over.abort()
    await server.kill().catch(() => null)
    throw error
  }
}

/** As a user would write it; small segments, so that kills also fall on the change from one to the next, and on sealing all the time. */
function writeConfig(folder: string): string {
  for (const name of ['logs', 'out']) mkdirSync(join(folder, name), { recursive: true })
  const config = join(folder, 'config.yaml')
  writeFileSync(config, `data: ${JSON.stringify(join(folder, 'data'))}
sources:
  - { type: file, name: tailed, paths: [${JSON.stringify(join(folder, 'logs', '*.log*'))}], start: beginning }
  - { type: http, name: posted }
outputs:
  - { type: jsonl, name: lines, path: ${JSON.stringify(join(folder, 'out', 'collected.jsonl'))}, start: beginning }
  - { type: file, name: rotated, path: ${JSON.stringify(join(folder, 'out', 'rotated.log'))}, format: json, max_size: 512KiB, max_age: 5s, backups: 1000, start: beginning }
  - { type: sqlite, name: rows, path: ${JSON.stringify(join(folder, 'out', 'collected.db'))}, start: beginning }
journal: { segment_size: 256KiB }
`)
  return config
}

/** Until everything is stored and every output has caught up. Lines that are lost for good end the wait as well, once nothing moves any more. */
async function settle(server: ServerProcess, lines: number): Promise<void> {
  await server.ready(READY_LIMIT_MS)
  const until = Date.now() + SETTLE_LIMIT_MS
  let last = ''
  let sinceMs = Date.now()
  for (;;) {
    const answer = await fetch(`${server.url}/api/stats`)
    const { total, outputs } = (await answer.json()) as { total: number; outputs: ReadonlyArray<{ lag: number }> }
    const idle = outputs.every((output) => output.lag === 0)
    if (idle && total >= lines) break
    const now = JSON.stringify([total, outputs])
    if (now !== last) sinceMs = Date.now()
    last = now
    // A rotated copy may be held back for 2 s, a renamed file for 5 s; three times that is silence.
    if (Date.now() - sinceMs > 15_000) break
    if (Date.now() > until) throw new Error(`not settled within ${SETTLE_LIMIT_MS} ms: ${now}\n${server.log()}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  // What would come twice may come late.
  await new Promise((resolve) => setTimeout(resolve, 3000))
}
