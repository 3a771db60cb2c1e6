// Starts the built server with a configuration given as text, in a directory of its own, and stops it again.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

/** Wall clock of the first and last commit that held records, and how many there were: read from the segments themselves. */
export function commitSpan(directory) {
  let first = Infinity
  let last = 0
  let records = 0
  let frames = 0
  const journal = join(directory, 'data/journal')
  for (const name of readdirSync(journal).filter((file) => file.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(journal, name), 'latin1').split('\n')) {
      if (!line.startsWith('#commit ')) continue
      const info = JSON.parse(line.slice(17))
      if (info.count === 0) continue
      first = Math.min(first, info.at)
      last = Math.max(last, info.at)
      records += info.count
      frames++
    }
  }
  return { seconds: (last - first) / 1000, records, frames }
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
