// Kills a logger, a collector and a storage with -9 in turn at random moments while lines flow through all three, then counts every line everywhere.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ballast } from './ballast.ts'
import { countJournal, countJsonl, countSqlite } from './count-stores.ts'
import { eachStored } from './each-stored.ts'
import { hostileProxy, type HostileProxy } from './hostile-proxy.ts'
import { type Random, randomFrom } from '../random-from.ts'
import { runWriter } from './run-writer.ts'
import type { ServerProcess } from './server-process.ts'
import { strayFiles } from './stray-files.ts'
import { GENERATOR, type TallyReport } from './tally.ts'
import { type ThreeNodes, threeNodes } from './three-nodes.ts'

/** How long a killed node stays dead, at random up to this. */
const DEAD_MS = 500
/** One kill in so many is followed by another on the same node while it starts up. */
const TWICE_EVERY = 5

/** After the last kill everything must settle; a hang is a failure, a slow machine is not. */
const SETTLE_LIMIT_MS = 240_000
const READY_LIMIT_MS = 60_000
/** A sender that met a dead or full target for a while pauses up to 30 s before it tries again. */
const SILENCE_MS = 40_000

export interface NodeOptions {
  /** An empty folder; everything is kept there but what `storageFolder` holds. */
  readonly folder: string
  /** How long nodes are killed. */
  readonly seconds: number
  /** Half of them come from the logger, a quarter each from a file that is renamed and one that is copied and truncated. */
  readonly linesPerSecond: number
  /** From kill to kill pass between one and three times this. */
  readonly calmMs: number
  readonly seed: number
  /** A hostile proxy between collector and storage. */
  readonly proxied?: boolean
  /** A small file system that is filled and freed again and again; the storage keeps everything there. */
  readonly smallDisk?: string
  readonly progress?: (text: string) => void
}

export interface NodeReport {
  readonly kills: Readonly<Record<string, number>>
  readonly lines: number
  readonly rotations: number
  /** How often the small disk was full, and how often the storage said so and was found to. */
  readonly fills: number
  readonly refusals: number
  readonly fates: HostileProxy['fates'] | null
  readonly stores: Readonly<Record<string, TallyReport>>
  /** How many lines each store should have. */
  readonly wanted: Readonly<Record<string, number>>
  /** Files of the journals that nobody owns. */
  readonly strays: readonly string[]
}

export async function nodeRounds({ folder, seconds, linesPerSecond, calmMs, seed, proxied = false, smallDisk, progress = () => {} }: NodeOptions): Promise<NodeReport> {
  const random = randomFrom(seed)
  let proxy: HostileProxy | null = null
  const storageFolder = smallDisk === undefined ? join(folder, 'storage') : join(smallDisk, 'storage')
  mkdirSync(folder, { recursive: true })
  const nodes = await threeNodes({
    folder, storageFolder, perSecond: linesPerSecond / 2,
    ...(proxied ? { reach: async (port) => (proxy = await hostileProxy(port, randomFrom(seed + 3))).url } : {}),
  })
  const all: ReadonlyArray<[string, ServerProcess]> = [['logger', nodes.logger], ['collector', nodes.collector], ['storage', nodes.storage]]
  const kills: Record<string, number> = { logger: 0, collector: 0, storage: 0 }
  const over = new AbortController()
  const filled = smallDisk === undefined ? Promise.resolve(0) : ballast(smallDisk, randomFrom(seed + 4), over.signal)
  const refused = smallDisk === undefined ? Promise.resolve(0) : countRefusals(nodes.storage, over.signal)
  const quarter = Math.floor((seconds * linesPerSecond) / 4)
  try {
    for (const [, node] of all) node.start()
    const writers = Promise.all((['rename', 'copytruncate'] as const).map((rotation, index) => runWriter(join(folder, 'logs', `${rotation}.log`), rotation, quarter, seconds * 1000, seed + 1 + index)))
    for (const running of [writers, filled, refused]) running.catch(() => over.abort()) // their failures are seen when they are awaited below, not before
    const turns: Array<[string, ServerProcess]> = []
    const end = performance.now() + seconds * 1000
    while (performance.now() < end && !over.signal.aborted) {
      await pause(calmMs + random(2 * calmMs))
      // Each has its turn in a short run as well.
      if (turns.length === 0) turns.push(...all, all[random(all.length)] as [string, ServerProcess])
      const [name, node] = turns.splice(random(turns.length), 1)[0] as [string, ServerProcess]
      await strike(node, random, name === 'storage' && smallDisk !== undefined)
      kills[name] = (kills[name] as number) + 1
      if (random(TWICE_EVERY) === 0) {
        await pause(random(calmMs))
        await strike(node, random, name === 'storage' && smallDisk !== undefined)
        kills[name] = (kills[name] as number) + 1
      }
      progress(`${Object.values(kills).reduce((sum, count) => sum + count, 0)} kills, the last of the ${name}`)
    }
    over.abort()
    const fills = await filled
    const refusals = await refused
    const rotations = (await writers).reduce((sum, count) => sum + count, 0)
    ;(proxy as HostileProxy | null)?.calm()
    if (nodes.storage.gaveUp(DISK_FULL)) nodes.storage.start()
    const made = await mute(nodes, join(folder, 'logger'))
    const lines = made + 2 * quarter
    await settle(all.map(([, node]) => node), nodes.storage, lines)
    await (proxy as HostileProxy | null)?.close()
    for (const [, node] of all) await node.stop()
    const own = { [GENERATOR]: made }
    const expected = { ...own, rename: quarter, copytruncate: quarter }
    const home = { logger: join(folder, 'logger'), collector: join(folder, 'collector'), storage: storageFolder }
    const stores = {
      'journal of the logger': await countJournal(join(home.logger, 'data/journal'), own),
      'JSONL of the logger': await countJsonl(join(home.logger, 'made.jsonl'), own),
      'journal of the collector': await countJournal(join(home.collector, 'data/journal'), expected),
      'JSONL of the collector': await countJsonl(join(home.collector, 'collected.jsonl'), expected),
      'journal of the storage': await countJournal(join(home.storage, 'data/journal'), expected),
      'JSONL of the storage': await countJsonl(join(home.storage, 'collected.jsonl'), expected),
      'SQLite of the storage': countSqlite(join(home.storage, 'collected.db'), expected),
    }
    const wanted = Object.fromEntries(Object.keys(stores).map((store) => [store, store.endsWith('logger') ? made : lines]))
    const strays = Object.entries(home).flatMap(([name, path]) => strayFiles(join(path, 'data')).map((file) => `${name}: ${file}`))
    return { kills, lines, rotations, fills, refusals, fates: (proxy as HostileProxy | null)?.fates ?? null, stores, wanted, strays }
  } catch (error) {
    over.abort()
    await (proxy as HostileProxy | null)?.close()
    for (const [, node] of all) await node.kill().catch(() => null)
    throw error
  }
}

/** A start on a full disk is refused with this; a supervisor would try again. */
const DISK_FULL = /its disk is full/

async function strike(node: ServerProcess, random: Random, mayBeFull: boolean): Promise<void> {
  if (!(mayBeFull && node.gaveUp(DISK_FULL))) await node.kill()
  await pause(random(DEAD_MS))
  node.start()
}

/** The logger makes no more lines. Resolves with how many it has made, once its outputs have them: what its journal does not hold was never a line. */
async function mute({ logger, muteLogger }: ThreeNodes, folder: string): Promise<number> {
  await logger.ready(READY_LIMIT_MS)
  await logger.stop()
  muteLogger()
  let made = 0
  await eachStored(join(folder, 'data/journal'), ({ body }) => {
    made = Math.max(made, Number((body as { seq?: unknown }).seq))
  })
  logger.start()
  return made
}

/** How often the storage was found not to be ready because its disk is full. */
async function countRefusals(storage: ServerProcess, signal: AbortSignal): Promise<number> {
  let count = 0
  while (!signal.aborted) {
    const answer = await fetch(`${storage.url}/readyz`).catch(() => null)
    const text = await answer?.text().catch(() => '')
    if (answer?.status === 503 && text?.includes('is full')) count++
    await pause(200)
  }
  return count
}

/** Until the storage has all lines and every output has caught up. Lines that are lost for good end the wait as well, once nothing moves any more. */
async function settle(nodes: readonly ServerProcess[], storage: ServerProcess, lines: number): Promise<void> {
  for (const node of nodes) await node.ready(READY_LIMIT_MS)
  const until = Date.now() + SETTLE_LIMIT_MS
  let last = ''
  let sinceMs = Date.now()
  for (;;) {
    const stats = await Promise.all(nodes.map(statsOf))
    if (stats.every(({ outputs }) => outputs.every(({ lag }) => lag === 0)) && (await statsOf(storage)).total >= lines) break
    const now = JSON.stringify(stats.map(({ total, outputs }) => [total, outputs.map(({ name, lag }) => [name, lag])]))
    if (now !== last) sinceMs = Date.now()
    last = now
    if (Date.now() - sinceMs > SILENCE_MS) break
    if (Date.now() > until) throw new Error(`not settled within ${SETTLE_LIMIT_MS} ms: ${now}\n${nodes.map((node) => node.log()).join('\n')}`)
    await pause(200)
  }
  // What would come twice may come late.
  await pause(3000)
}

async function statsOf(node: ServerProcess): Promise<{ total: number; outputs: ReadonlyArray<{ name: string; lag: number }> }> {
  const answer = await fetch(`${node.url}/api/stats`)
  return (await answer.json()) as { total: number; outputs: ReadonlyArray<{ name: string; lag: number }> }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
