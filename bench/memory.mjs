// A 1 GB file is read while one output sleeps a second per batch: peak memory, and the lag of the other outputs.
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { benchDirectory, sleep, startServer } from './bench-server.mjs'
import { logFile } from './tail.mjs'

export default async function bench([count = '5000000']) {
  const lines = Number(count)
  const file = logFile(lines)
  const sleeper = fileURLToPath(new URL('sleeper.mjs', import.meta.url))
  const began = performance.now()
  const server = await startServer(`plugins: [${sleeper}]
sources: [{ type: file, name: app, paths: [${file}] }]
outputs:
  - { type: sleeper }
  - { type: jsonl, path: out.jsonl }
`, benchDirectory())
  let worst = 0
  for (;;) {
    const { total, outputs } = await server.stats()
    const jsonl = outputs.find((output) => output.name === 'jsonl')
    worst = Math.max(worst, jsonl.lag_seconds ?? jsonl.lagSeconds ?? 0)
    if (total >= lines && jsonl.lag === 0) break
    await sleep(100)
  }
  const seconds = (performance.now() - began) / 1000
  console.log(`${(statSync(file).size / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: peak memory ${server.peakMb().toFixed(0)} MB (wanted < 160), worst lag of the other output ${worst.toFixed(2)} s (wanted < 2)`)
  await server.stop()
}
