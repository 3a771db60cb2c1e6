// Numbered lines through a rotated file into a server for a minute, then counted: in the files, in the server, in an output's file.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { benchDirectory, sleep, startServer } from './bench-server.mjs'
import { generate } from './generate.mjs'

const run = promisify(execFile)
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))

export default async function bench([rate = '20000', seconds = '60']) {
  const directory = benchDirectory()
  const server = await startServer('sources: [{ type: file, name: app, paths: [logs/app.log] }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n', directory)
  const began = performance.now()
  const { made, took, cpu } = await generate(['--rate', rate, '--for', `${seconds}s`, '--sequence', '--out', 'logs/app.log', '--max-size', '20MB', '--backups', '100'], directory)
  console.log(`made ${made} lines in ${took.toFixed(2)} s with ${cpu.toFixed(1)} s of CPU`)
  for (;;) {
    const { total, outputs } = await server.stats()
    if (total >= made && outputs[0].lag === 0) break
    if (performance.now() - began > Number(seconds) * 3000 + 60_000) break
    await sleep(100)
  }
  console.log(`all stored and delivered ${((performance.now() - began) / 1000 - took).toFixed(2)} s later; peak memory of the server ${server.peakMb().toFixed(0)} MB`)
  for (const target of ['logs/app.log', server.url, 'out.jsonl']) {
    const { stdout } = await run(process.execPath, [cli, 'verify', target, '--expect', String(made)], { cwd: directory }).catch((error) => error)
    console.log(`verify ${target}: ${stdout.trim().replace('\n', '; ')} (wanted lost 0 doubled 0)`)
  }
  await server.stop()
}
