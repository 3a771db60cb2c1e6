// tail -> parse JSON -> tag -> durable journal, from the first to the last durable commit, beside the reference loop.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchDirectory, commitSpan, sleep, startServer } from './bench-server.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

export function logFile(lines) {
  const folder = join(process.env.SAWLOG_BENCH_DIR ?? tmpdir(), 'sawlog-bench-data')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${lines}.json.log`)
  if (!existsSync(file)) execFileSync(process.execPath, [here('make-logs.mjs'), String(lines), 'json', file])
  return file
}

export function reference(file) {
  return JSON.parse(execFileSync(process.execPath, [here('reference.mjs'), file], { encoding: 'utf8' })).mbPerSecond
}

export default async function bench([count = '2000000', rounds = '3']) {
  const lines = Number(count)
  const file = logFile(lines)
  const megabytes = statSync(file).size / 1e6
  console.log(`${lines} lines, ${megabytes.toFixed(0)} MB`)
  const ratios = []
  for (let round = 0; round < Number(rounds); round++) {
    const before = reference(file)
    const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }]\njournal: { segment_size: 64MiB }\n`, benchDirectory())
    while ((await server.stats()).total < lines) await sleep(200)
    const { seconds, records, frames } = await commitSpan(server.directory)
    if (records !== lines) throw new Error(`the journal holds ${records} records instead of ${lines}`)
    const peak = server.peakMb()
    await server.stop()
    const loop = (before + reference(file)) / 2
    const speed = megabytes / seconds
    ratios.push(speed / loop)
    console.log(`round ${round + 1}: ${speed.toFixed(0)} MB/s durable in ${frames} frames, reference ${loop.toFixed(0)} MB/s, ratio ${(speed / loop).toFixed(2)}, peak ${peak.toFixed(0)} MB`)
  }
  ratios.sort((a, b) => a - b)
  console.log(`median ratio ${ratios[ratios.length >> 1].toFixed(2)} (wanted >= 0.30)`)
}
