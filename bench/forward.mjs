// tail -> durable journal -> forward output -> http source -> durable journal of another process, on loopback: from the first durable commit of the one to the last of the other.
import { statSync } from 'node:fs'
import { benchDirectory, commitSpan, sleep, startServer } from './bench-server.mjs'
import { logFile } from './tail.mjs'

const LIMIT_MS = 300_000

export default async function bench([count = '1000000', rounds = '3', options = '']) {
  const lines = Number(count)
  const file = logFile(lines)
  const megabytes = statSync(file).size / 1e6
  console.log(`${lines} lines, ${megabytes.toFixed(0)} MB`)
  const speeds = []
  for (let round = 0; round < Number(rounds); round++) {
    const storage = await startServer('sources: [{ type: http }]\n', benchDirectory())
    const output = `{ type: forward, url: '${storage.url}', start: beginning ${options === '' ? '' : `, ${options}`} }`
    const collector = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }]\noutputs: [${output}]\n`, benchDirectory())
    const end = Date.now() + LIMIT_MS
    while ((await storage.stats()).total < lines) {
      if (Date.now() > end) throw new Error(`only ${(await storage.stats()).total} records arrived`)
      await sleep(200)
    }
    const [sent, stored] = [await commitSpan(collector.directory), await commitSpan(storage.directory)]
    if (stored.records !== lines) throw new Error(`the other journal holds ${stored.records} records instead of ${lines}`)
    const seconds = (stored.last - sent.first) / 1000
    const peaks = [collector.peakMb(), storage.peakMb()].map((mb) => mb.toFixed(0))
    await collector.stop()
    await storage.stop()
    speeds.push(megabytes / seconds)
    console.log(`round ${round + 1}: ${(megabytes / seconds).toFixed(0)} MB/s end to end in ${stored.frames} frames, collecting alone took ${sent.seconds.toFixed(1)} of ${seconds.toFixed(1)} s, peaks ${peaks.join(' and ')} MB`)
  }
  speeds.sort((a, b) => a - b)
  console.log(`median ${speeds[speeds.length >> 1].toFixed(0)} MB/s (wanted >= 40)`)
}
