// A logger, a collector and a storage as a user would set them up on three machines, each a process of its own on loopback.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, serverProcess, type ServerProcess } from './server-process.ts'

/** Small, so that kills also fall on the change from one segment to the next, and on sealing all the time. */
const JOURNAL = 'journal: { segment_size: 256KiB, reserve: 2MiB }'

export interface ThreeNodes {
  readonly logger: ServerProcess
  readonly collector: ServerProcess
  readonly storage: ServerProcess
  /** Has the logger make no more lines from its next start on; what it has made is still delivered. */
  muteLogger(): void
}

export interface ThreeNodesOptions {
  /** An empty folder; each node has a folder of its own in it, and `logs/` is what the collector tails. */
  readonly folder: string
  /** Where the storage keeps everything; `folder/storage` by default. */
  readonly storageFolder?: string
  /** Lines a second the logger makes. */
  readonly perSecond: number
  /** Where the collector sends to, given the storage's own port. */
  readonly reach?: (port: number) => Promise<string>
}

export async function threeNodes({ folder, storageFolder = join(folder, 'storage'), perSecond, reach }: ThreeNodesOptions): Promise<ThreeNodes> {
  const logs = join(folder, 'logs')
  const home = { logger: join(folder, 'logger'), collector: join(folder, 'collector'), storage: storageFolder }
  for (const path of [logs, ...Object.values(home)]) mkdirSync(path, { recursive: true })
  const node = async (name: keyof typeof home, config: string): Promise<ServerProcess> => {
    // Beside the data, not on its disk, which may be full.
    const file = join(folder, `${name}.yaml`)
    writeFileSync(file, `data: ${q(join(home[name], 'data'))}\n${config}${JOURNAL}\n`)
    return serverProcess(file, await freePort(), join(folder, `${name}.log`))
  }
  const storage = await node('storage', `sources: [{ type: http }]
outputs:
  - { type: jsonl, name: lines, path: ${q(join(home.storage, 'collected.jsonl'))}, start: beginning }
  - { type: sqlite, name: rows, path: ${q(join(home.storage, 'collected.db'))}, start: beginning }
`)
  const url = reach === undefined ? storage.url : await reach(Number(new URL(storage.url).port))
  // Each file a source of its own: forward sends them in streams beside each other.
  const collector = await node('collector', `sources:
${['app', 'rename', 'copytruncate'].map((name) => `  - { type: file, name: ${name}, paths: [${q(join(logs, `${name}.log*`))}], start: beginning }`).join('\n')}
taggers: [{ type: keywords, name: words, tags: { payment: [payment, card], api: [GET, POST] }, default: general }]
outputs:
  - { type: forward, name: storage, url: ${q(url)}, start: beginning }
  - { type: jsonl, name: lines, path: ${q(join(home.collector, 'collected.jsonl'))}, start: beginning }
`)
  // Rotated files are deleted, and their inodes used again, while the collector follows. 100 of them are more than a minute of the full run: on a
  // busy machine a collector that is killed in one start after the other needs that, and what is deleted unread is nobody's loss but the logger's.
  const loggerConfig = (limit: string): string => `sources: [{ type: generator, rate: ${perSecond}${limit} }]
outputs:
  - { type: file, name: rotated, path: ${q(join(logs, 'app.log'))}, format: raw, max_size: 256KiB, max_age: 5s, backups: 100, start: beginning }
  - { type: jsonl, name: lines, path: ${q(join(home.logger, 'made.jsonl'))}, start: beginning }
`
  const logger = await node('logger', loggerConfig(''))
  return {
    logger, collector, storage,
    muteLogger: () => writeFileSync(join(folder, 'logger.yaml'), `data: ${q(join(home.logger, 'data'))}\n${loggerConfig(', limit: 1')}${JOURNAL}\n`),
  }
}

const q = (text: string): string => JSON.stringify(text)
