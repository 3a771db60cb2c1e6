// One record a request, 64 connections, each answered after its fsync, beside an empty Hono route in the same run.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer } from './bench-server.mjs'

const run = promisify(execFile)
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const load = async (port, seconds) => JSON.parse((await run(process.execPath, [here('post-load.mjs'), String(port), '64', String(seconds)])).stdout)

export default async function bench([seconds = '5', rounds = '3']) {
  const ratios = []
  for (let round = 0; round < Number(rounds); round++) {
    const empty = spawn(process.execPath, [here('empty-hono.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await once(empty.stdout, 'data')
    await load(Number(port), 1)
    const hono = await load(Number(port), Number(seconds))
    empty.kill()
    const server = await startServer('sources: [{ type: http }]\n')
    await load(server.port, 1)
    const sawlog = await load(server.port, Number(seconds))
    const stats = await server.stats()
    await server.stop()
    ratios.push(sawlog.perSecond / hono.perSecond)
    console.log(`round ${round + 1}: ${sawlog.perSecond.toFixed(0)} requests/s (${sawlog.failed} failed, ${stats.total} stored), empty route ${hono.perSecond.toFixed(0)}, ratio ${(sawlog.perSecond / hono.perSecond).toFixed(2)}`)
  }
  ratios.sort((a, b) => a - b)
  console.log(`median ratio ${ratios[ratios.length >> 1].toFixed(2)} (wanted >= 0.50)`)
}
