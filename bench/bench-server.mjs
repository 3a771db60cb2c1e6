// Starts the built server with a configuration given as text, in a directory of its own, and stops it again.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const server = fileURLToPath(new URL('../dist/server.js', import.meta.url))

/** Resolves once /healthz answers. */
export async function startServer(config, directory = benchDirectory()) {
  writeFileSync(join(directory, 'config.yaml'), config)
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const child = spawn(process.execPath, [server, '--config', 'config.yaml', '--port', String(port), '--log-level', 'warn'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; i < 200; i++) {
    if (await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false)) break
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    await sleep(50)
  }
  return {
    url, port, directory, pid: child.pid,
    stats: () => fetch(`${url}/api/stats`).then((answer) => answer.json()),
    /** Peak resident memory so far, MB. */
    peakMb: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export function benchDirectory() {
  return mkdtempSync(join(process.env.SAWLOG_BENCH_DIR ?? tmpdir(), 'sawlog-bench-'))
}

/** Wall clock of the first and last commit, how many records and frames there are: read from the segments themselves, sealed or not. */
export async function commitSpan(directory) {
  const { readSealedState } = await import(new URL('../dist/core/journal/sealed/block-table.js', import.meta.url).href)
  const journal = join(directory, 'data/journal')
  const numbers = new Set(readdirSync(journal).flatMap((file) => /^(\d{12})\.json/.exec(file)?.[1] ?? []))
  const spans = [...numbers].map((number) => (existsSync(join(journal, `${number}.json.gz`)) ? null : plainSpan(join(journal, `${number}.jsonl`))) ?? sealedSpan(readSealedState(join(journal, `${number}.json.gz`))))
  const seconds = (Math.max(...spans.map(({ last }) => last)) - Math.min(...spans.map(({ first }) => first))) / 1000
  return { seconds, first: Math.min(...spans.map(({ first }) => first)), last: Math.max(...spans.map(({ last }) => last)), records: spans.reduce((sum, span) => sum + span.records, 0), frames: Math.max(...spans.map((span) => span.frames)) }
}

function sealedSpan({ firstCommit, lastCommit, records, frame }) {
  return { first: firstCommit, last: lastCommit, records, frames: frame }
}

/** Null when it was sealed before it could be read. */
function plainSpan(path) {
  let text
  try {
    text = readFileSync(path, 'latin1')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return null
  }
  const span = { first: Infinity, last: 0, records: 0, frames: 0 }
  for (const line of text.split('\n')) {
    if (!line.startsWith('#commit ')) continue
    const info = JSON.parse(line.slice(17))
    span.first = Math.min(span.first, info.at)
    span.last = Math.max(span.last, info.at)
    span.records += info.count
    span.frames = info.frame + 1
  }
  return span
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
