// The built server as a process of its own, in a directory of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('../../dist/server.js', import.meta.url))

export interface Started {
  readonly directory: string
  readonly url: string
  readonly process: ChildProcess
  /** Own log so far. */
  log(): string
  stats(): Promise<Stats>
  post(body: string | Buffer, headers?: Record<string, string>, path?: string): Promise<Response>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

export interface Stats {
  total: number
  parse_errors: number
  tags: Record<string, number>
  outputs: Array<{ name: string; lag: number; errors: number; lag_seconds: number }>
  plugins: Array<{ name: string; hook: string; errors: number; last_error: string | null }>
  problems: Array<{ component: string; level: string; message: string; remedy: string; count: number }>
  disk: { bytes: number; segments: number }
}

export interface StartOptions {
  readonly directory?: string
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** What runs the server; this Node by default. */
  readonly command?: readonly string[]
}

export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'sawlog-e2e-'))
}

/** Resolves when it listens; rejects with its output when it ends before. */
export async function startSawlog(config: string, options: StartOptions = {}): Promise<Started> {
  const directory = options.directory ?? freshDirectory()
  const { child, log } = launch(config, { ...options, directory })
  const url = await new Promise<string>((resolve, reject) => {
    const look = setInterval(() => {
      const match = /Listening on (http:\/\/[^/]+)/.exec(log())
      if (match === null) return
      clearInterval(look)
      resolve(match[1] as string)
    }, 20)
    child.once('exit', (code) => {
      clearInterval(look)
      reject(new Error(`ended with ${code}: ${log()}`))
    })
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  return {
    directory, url, process: child, log,
    stats: async () => (await fetch(`${url}/api/stats`)).json() as Promise<Stats>,
    post: (body, headers = {}, path = '/ingest') => fetch(url + path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers: { 'Content-Type': 'application/x-ndjson', ...headers } }),
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** For configurations that end at once: exit code and everything printed. */
export async function runSawlog(config: string, options: StartOptions = {}): Promise<{ code: number | null; output: string }> {
  const { child, log } = launch(config, { directory: freshDirectory(), ...options })
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
  })
  return { code, output: log() }
}

function launch(config: string, { directory, args = [], env = {}, command = [process.execPath] }: StartOptions & { directory: string }): { child: ChildProcess; log: () => string } {
  writeFileSync(join(directory, 'config.yaml'), config)
  const [program, ...before] = command
  const child = spawn(program as string, [...before, SERVER, '--config', 'config.yaml', '--port', '0', ...args], { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, log: () => output }
}

export interface StoredRecord {
  source: string
  level: string
  tags: string[]
  body: string | Record<string, unknown>
  error?: string
  fields?: Record<string, unknown>
}

/** Every record in the journal's segments, in order. */
export function journalRecords(directory: string): StoredRecord[] {
  const folder = join(directory, 'data/journal')
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as StoredRecord)
}

/** Polls until `look` gives something true. */
export async function until<T>(look: () => T | Promise<T>, what: string, limitMs = 15_000): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 25)
    })
  }
}
