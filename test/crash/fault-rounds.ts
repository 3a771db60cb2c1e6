// Kills the server at named steps of sealing, deleting and erasing, under load, over and over on the same data; then compares what the journal and an output hold.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { personOf, type FaultLoad, faultLoad } from './fault-load.ts'
import { eachStored } from './each-stored.ts'
import { faultSteps } from './fault-steps.ts'
import { freePort, serverProcess, type ServerProcess } from './server-process.ts'
import { createTally, type TallyReport } from './tally.ts'

const READY_LIMIT_MS = 60_000
/** A busy machine reaches each step within seconds; what is not reached by then is not reached at all. */
const STEP_LIMIT_MS = 40_000
const SETTLE_LIMIT_MS = 120_000
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface FaultOptions {
  /** An empty folder; everything is kept there. */
  readonly folder: string
  readonly rounds: number
  readonly seed: number
  readonly progress?: (text: string) => void
}

export interface FaultReport {
  readonly kills: number
  /** Rounds whose step was not reached. */
  readonly missed: readonly string[]
  readonly lines: number
  readonly people: number
  /** Lines about people who were erased. */
  readonly erased: number
  /** What the output holds of the others. */
  readonly output: TallyReport
  /** Whether the journal holds exactly the newest of what the output holds, in its order; else where it does not. */
  readonly journal: string
  /** Records in the journal; the others went by retention. */
  readonly kept: number
  /** Erased lines that are still in the journal. */
  readonly remains: readonly string[]
  /** What `sawlog check` prints, and its exit code. */
  readonly check: { readonly code: number | null; readonly output: string }
}

export async function faultRounds({ folder, rounds, seed, progress = () => {} }: FaultOptions): Promise<FaultReport> {
  const steps = faultSteps()
  const server = serverProcess(writeConfig(folder), await freePort(), join(folder, 'server.log'))
  const load = faultLoad(server.url)
  let kills = 0
  const missed: string[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      // Steps in turn; every pass a later time of each.
      const step = `${steps[(round + seed) % steps.length] as string}:${1 + (Math.floor(round / steps.length) % 3)}`
      server.start({ SAWLOG_FAULT: step })
      const since = Date.now()
      if (await server.killed(STEP_LIMIT_MS)) kills++
      else {
        missed.push(step)
        await server.kill()
      }
      progress(`round ${round + 1} of ${rounds}: killed at ${step} after ${Date.now() - since} ms, ${load.lines} lines`)
    }
    server.start()
    await server.ready(READY_LIMIT_MS)
    await load.end()
    await settle(server)
    await server.stop()
  } catch (error) {
    await server.kill().catch(() => null)
    throw error
  }
  return { kills, missed, ...(await compare(folder, load)), check: check(join(folder, 'data')) }
}

/** Small segments, so that each second some are closed, sealed and deleted. */
function writeConfig(folder: string): string {
  mkdirSync(join(folder, 'out'), { recursive: true })
  const config = join(folder, 'config.yaml')
  writeFileSync(config, `data: ${JSON.stringify(join(folder, 'data'))}
sources: [{ type: http, name: posted }]
outputs: [{ type: jsonl, name: lines, path: ${JSON.stringify(join(folder, 'out', 'collected.jsonl'))}, start: beginning }]
retention: [{ type: size, keep: 200KB }]
journal: { segment_size: 64KiB, reserve: 0 }
`)
  return config
}

/** Until everything is delivered and sealing and retention have nothing to do. */
async function settle(server: ServerProcess): Promise<void> {
  const end = Date.now() + SETTLE_LIMIT_MS
  for (let before = '', same = 0; same < 5; ) {
    const { total, disk, outputs } = (await (await fetch(`${server.url}/api/stats`)).json()) as { total: number; disk: { bytes: number; segments: number }; outputs: ReadonlyArray<{ lag: number }> }
    const now = JSON.stringify([total, disk.bytes, disk.segments, outputs.every(({ lag }) => lag === 0)])
    same = now === before && now.endsWith('true]') ? same + 1 : 0
    before = now
    if (Date.now() > end) throw new Error(`not settled within ${SETTLE_LIMIT_MS} ms: ${now}\n${server.log()}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

async function compare(folder: string, { lines, erased, erasedLines }: FaultLoad): Promise<Pick<FaultReport, 'lines' | 'people' | 'erased' | 'output' | 'journal' | 'kept' | 'remains'>> {
  const stays = (body: unknown): boolean => {
    const person = personOf(body)
    return person === null || !erased.has(person)
  }
  const remains: string[] = []
  const held: number[] = []
  await eachStored(join(folder, 'data', 'journal'), ({ body, erased: gone }) => {
    if (gone === true) return
    if (stays(body)) held.push((body as { n: number }).n)
    else remains.push(JSON.stringify(body))
  })
  const tally = createTally({ http: lines })
  const delivered: number[] = []
  await eachStored(join(folder, 'out'), ({ body }) => {
    if (!stays(body)) return
    tally.add(body)
    delivered.push((body as { n: number }).n)
  })
  // Lines about people who were erased may or may not have been delivered before: they count as lost here and are known by their number.
  const { lost, ...output } = tally.report()
  return { lines, people: erased.size, erased: erasedLines, output: { ...output, lost: lost - erasedLines }, kept: held.length, remains, journal: difference(held, delivered.slice(-held.length)) }
}

function difference(held: readonly number[], delivered: readonly number[]): string {
  const at = held.findIndex((n, i) => n !== delivered[i])
  return at === -1 ? 'the same' : `record ${at} of ${held.length} is line ${held[at]}, the output has ${delivered[at]}`
}

function check(directory: string): FaultReport['check'] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'check', '--data', directory], { encoding: 'utf8' })
  return { code: status, output: stdout + stderr }
}
