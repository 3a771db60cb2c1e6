// The built server as a process of its own, in a directory of its own. Both are gone when the test that asked for them ends, however it ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** What `npm run build` makes; another build may be tested by naming it. */
const SERVER = process.env['SAWLOG_ENTRY'] ?? fileURLToPath(new URL('../../dist/server.js', import.meta.url))

/** A process that neither listens nor ends in this time hangs; a start takes 0.3 s on an idle machine. */
const LIMIT_MS = 30_000

export interface Started {
  readonly directory: string
  readonly url: string
  readonly process: ChildProcess
  /** Own log so far. */
  log(): string
  stats(): Promise<Stats>
  /** Waits for a problem whose message matches. */
  problem(message: string | RegExp): Promise<Problem>
  post(body: string | Buffer, headers?: Record<string, string>, path?: string): Promise<Response>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

export interface Problem {
  component: string
  level: string
  message: string
  remedy: string
  count: number
}

export interface Stats {
  total: number
  parse_errors: number
  tags: Record<string, number>
  sources: Record<string, number>
  not_ready: string | null
  outputs: Array<{ name: string; lag: number; errors: number; lag_seconds: number }>
  plugins: Array<{ name: string; hook: string; calls: number; errors: number; last_error: string | null }>
  counters: Array<{ component: string; what: string; value: number }>
  problems: Problem[]
  parse_error_samples: Array<{ stream: string; parser: string; reason: string; line: string }>
  disk: { bytes: number; segments: number }
}

export interface StartOptions {
  readonly directory?: string
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** What runs the server; this Node by default. */
  readonly command?: readonly string[]
  /** Entry of another installation of the server. */
  readonly server?: string
}

export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-e2e-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Resolves when it listens; rejects with its output when it ends before. */
export async function startSawlog(config: string, options: StartOptions = {}): Promise<Started> {
  const directory = options.directory ?? freshDirectory()
  const { child, log, ended } = launch(config, { ...options, directory })
  const url = await Promise.race([
    until(() => /Listening on (https?:\/\/[^/]+)/.exec(log())?.[1], 'the server listens', LIMIT_MS),
    ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${log()}`))),
  ])
  const stats = async (): Promise<Stats> => (await fetch(`${url}/api/stats`)).json() as Promise<Stats>
  return {
    directory, url, process: child, log, stats,
    problem: (message) => until(async () => (await stats()).problems.find((problem) => problem.message.search(message) !== -1), `a problem like ${String(message)}`),
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
  const { child, log, ended } = launch(config, { ...options, directory: options.directory ?? freshDirectory() })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  const code = await ended
  clearTimeout(timer)
  return { code, output: log() }
}

/** A process that may never listen. */
export function launch(config: string, { directory, args = [], env = {}, command = [process.execPath], server = SERVER }: StartOptions & { directory: string }): { child: ChildProcess; log: () => string; ended: Promise<number | null> } {
  writeFileSync(join(directory, 'config.yaml'), config)
  const [program, ...before] = command
  const child = spawn(program as string, [...before, server, '--config', 'config.yaml', '--port', '0', ...args], { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  // Not at `exit`: what it printed last may still be on its way.
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, log: () => output, ended }
}

export interface StoredRecord {
  time: string
  source: string
  level: string
  tags: string[]
  body: string | Record<string, unknown>
  error?: string
  fields?: Record<string, unknown>
  /** Stands where a damaged record was. */
  erased?: true
}

/** Every record in the journal's segments, sealed or not, in order. */
export function journalRecords(directory: string): StoredRecord[] {
  return journalLines(directory).map((line) => JSON.parse(line) as StoredRecord)
}

/** A segment may be sealed or deleted between listing and reading: then everything is listed again. */
const LISTINGS = 5

/** The same as the text they are stored as. */
export function journalLines(directory: string): string[] {
  for (let listing = 1; ; listing++) {
    try {
      return listedLines(join(directory, 'data/journal'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || listing === LISTINGS) throw error
    }
  }
}

function listedLines(folder: string): string[] {
  const names = readdirSync(folder)
  const read = (name: string): Buffer => (name.endsWith('.gz') ? gunzipSync(readFileSync(join(folder, name))) : readFileSync(join(folder, name)))
  // While both are there the sealed one counts.
  return names.filter((name) => name.endsWith('.json.gz') || (name.endsWith('.jsonl') && !names.includes(name.replace('.jsonl', '.json.gz')))).sort()
    .flatMap((name) => read(name).toString('utf8').split('\n'))
    .filter((line) => line.startsWith('{'))
}

/** Polls until `look` gives something true. */
export async function until<T>(look: () => T | Promise<T>, what: string, limitMs = 30_000): Promise<Exclude<T, false | null | undefined | '' | 0>> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found) return found as Exclude<T, false | null | undefined | '' | 0>
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 25)
    })
  }
}
