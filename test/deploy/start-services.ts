// The services of compose.yaml as processes: the image's command, the environment, volumes and order that the file gives, each in a folder that stands for its container.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { until } from '../e2e/sawlog.ts'
import { DEPLOY, imageStage } from './deploy-files.ts'
import type { Image } from './image.ts'
import { pairsOf, settingOf } from './read-dockerfile.ts'
import { type Compose, type Service, startOrder } from './read-compose.ts'

export interface Stopped {
  readonly code: number | null
  readonly ms: number
}

export interface RunningService {
  readonly url: string
  /** What /var/lib/sawlog is. */
  readonly directory: string
  log(): string
  /** What the HEALTHCHECK of the image says. */
  healthy(): Promise<boolean>
  /** SIGSTOP, SIGCONT. */
  hold(): void
  release(): void
  /** What `docker compose exec NAME sawlog ...` prints. */
  sawlog(...args: string[]): Promise<string>
  /** STOPSIGNAL; the exit code and how long it took. */
  stop(): Promise<Stopped>
}

/**
 * Containers have a network each; here they share one, so each gets a port of its own. Resolves when all are healthy.
 * `first` is held still from its own start to that of the last: on a busy machine that takes longer than a fast logger needs to rotate all its files away.
 */
export async function startServices(folder: string, image: Image, { services }: Compose, first: string): Promise<Record<string, RunningService>> {
  const healthy = (name: string): Promise<true> => until(() => running[name]?.healthy(), `${name} is healthy`, 45_000)
  const ports = Object.fromEntries(await Promise.all(Object.keys(services).map(async (name) => [name, await freePort()] as const)))
  const running: Record<string, RunningService> = {}
  for (const name of startOrder(services)) {
    const service = services[name] as Service
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      if (condition === 'service_healthy') await healthy(other)
    }
    running[name] = startService(folder, image, name, service, ports)
    if (name !== first) continue
    await healthy(name)
    running[name].hold()
  }
  for (const name of Object.keys(running)) if (name !== first) await healthy(name)
  running[first]?.release()
  return running
}

function startService(folder: string, image: Image, name: string, service: Service, ports: Record<string, number>): RunningService {
  const root = join(folder, name)
  const workdir = join(root, settingOf(imageStage, 'WORKDIR')[0] ?? '')
  ownedFolder(workdir, image)
  for (const volume of service.volumes) mountVolume(volume, root, folder, image)
  const inContainer = (word: string): string => (word.startsWith('/opt/sawlog/') ? join(image.app, word.slice('/opt/sawlog'.length)) : word.startsWith('/') ? join(root, word) : word)
  const given = { ...pairsOf(imageStage, 'ENV'), ...service.environment, PATH: process.env['PATH'] ?? '', SAWLOG_PORT: ports[name] }
  const env = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, atOtherPort(String(value), ports)]))
  const [program, ...args] = [...image.as, ...[...settingOf(imageStage, 'ENTRYPOINT'), ...settingOf(imageStage, 'CMD')].map(inContainer)]
  const child = spawn(program as string, args, { cwd: workdir, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ended = endOf(child)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [probe, ...probeArgs] = settingOf(imageStage, 'HEALTHCHECK')
  return {
    url: `http://127.0.0.1:${ports[name]}`,
    directory: workdir,
    log: () => log,
    async healthy() {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${log}`)
      return promisify(execFile)(probe as string, probeArgs, { env }).then(() => true, () => false)
    },
    hold: () => void child.kill('SIGSTOP'),
    release: () => void child.kill('SIGCONT'),
    async sawlog(...words) {
      const [command, ...rest] = [...image.as, process.execPath, join(image.app, 'dist/cli.js'), ...words]
      return (await promisify(execFile)(command as string, rest, { cwd: workdir, env })).stdout
    },
    async stop() {
      const began = performance.now()
      child.kill(settingOf(imageStage, 'STOPSIGNAL')[0] as NodeJS.Signals)
      const code = await ended
      return { code, ms: performance.now() - began }
    },
  }
}

/** A file of deploy/, or a named volume, which takes over the owner that its folder has in the image. */
function mountVolume(volume: string, root: string, folder: string, image: Image): void {
  const [source = '', target = ''] = volume.split(':')
  const named = !source.startsWith('.')
  const path = named ? join(folder, 'volumes', source) : join(DEPLOY, source)
  if (named) ownedFolder(path, image)
  mkdirSync(dirname(join(root, target)), { recursive: true })
  symlinkSync(path, join(root, target))
}

function ownedFolder(path: string, { uid, gid }: Image): void {
  mkdirSync(path, { recursive: true })
  chownSync(path, uid, gid)
}

/** `http://storage:5000` -> where that service is here. */
function atOtherPort(value: string, ports: Record<string, number>): string {
  return value.replace(/^http:\/\/(\w+):5000$/, (url, name: string) => (ports[name] === undefined ? url : `http://127.0.0.1:${ports[name]}`))
}

/** Not at `exit`: what it printed last may still be on its way. */
function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  if (address === null || typeof address === 'string') throw new Error('cannot find a free port')
  return address.port
}
