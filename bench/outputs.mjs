// One of three outputs is down while lines come in steadily: what the other two and the memory make of it, and how fast the third catches up.
// npm run bench -- outputs SECONDS MB_PER_SECOND refuse|hang
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchDirectory, sleep, startServer } from './bench-server.mjs'

const MB = 1e6
const LINE_BYTES = 200
const LOOK_MS = 100
/** Start-up, and the page cache, before anything is measured. */
const WARM_MS = 5000
const LIMIT_MS = 600_000
const TELL_MS = 10_000

/** They end with this process, whatever ends it. */
const run = (name, ...args) => fork(fileURLToPath(new URL(name, import.meta.url)), args.map(String))

export default async function bench([seconds = '120', rate = '20', how = 'refuse']) {
  const directory = benchDirectory()
  const file = join(directory, 'app.log')
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  writeFileSync(file, '')
  const target = run('counting-target.mjs', port)
  const tell = async (what) => {
    const answer = once(target, 'message')
    target.send(what)
    return (await answer)[0]
  }
  await tell('listen')
  const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }]
outputs:
  - { type: jsonl, name: first, path: first.jsonl, start: beginning }
  - { type: file, name: second, path: second.log, format: json, start: beginning }
  - { type: http, name: third, url: 'http://127.0.0.1:${port}/', timeout: 5s, start: beginning }
`, directory)
  const writer = run('paced-writer.mjs', file, rate)
  const outputs = async () => Object.fromEntries((await server.stats()).outputs.map((output) => [output.name, output]))
  await sleep(WARM_MS)

  const worst = { down: 0, up: 0 }
  let latest
  let told = performance.now()
  async function watch(phase, done) {
    const end = performance.now() + LIMIT_MS
    do {
      await sleep(LOOK_MS)
      latest = await outputs()
      worst[phase] = Math.max(worst[phase], latest.first.lag_seconds, latest.second.lag_seconds)
      if (performance.now() - told > TELL_MS) {
        told = performance.now()
        console.log(`  ${latest.third.lag} records wait for the third, ${latest.first.lag} and ${latest.second.lag} for the others; memory ${server.peakMb().toFixed(0)} MB at most`)
      }
      if (performance.now() > end) throw new Error(`not within ${LIMIT_MS / 1000} s: ${JSON.stringify(latest)}`)
    } while (!done())
  }

  await tell(how === 'hang' ? 'hang' : 'close')
  const down = performance.now()
  await watch('down', () => performance.now() - down >= Number(seconds) * 1000)
  const peakDown = server.peakMb()
  console.log(`${seconds} s without the third output (${how === 'hang' ? 'it hangs' : 'its port refuses'}), ${rate} MB/s come in: worst lag of the others ${worst.down.toFixed(2)} s (wanted < 1), peak memory ${peakDown.toFixed(0)} MB (wanted < 250), ${latest.third.lag} records wait`)

  const { lines: before } = await tell('report')
  await tell('listen')
  // From its first delivery on: until then it waits out its pause.
  while ((await tell('report')).lines === before) await sleep(LOOK_MS)
  const up = performance.now()
  await watch('up', () => latest.third.lag_seconds < 1)
  const took = (performance.now() - up) / 1000
  const caught = await tell('report')
  const speed = ((caught.lines - before) * LINE_BYTES) / MB / took
  console.log(`catches up in ${took.toFixed(1)} s at ${speed.toFixed(0)} MB/s, ${(speed / Number(rate)).toFixed(1)} times the intake (wanted >= 2); worst lag of the others meanwhile ${worst.up.toFixed(2)} s, peak memory ${server.peakMb().toFixed(0)} MB (wanted < 250)`)

  writer.send('stop')
  const [{ written }] = await once(writer, 'message')
  await watch('up', () => ['first', 'second', 'third'].every((name) => latest[name].lag === 0) && latest.first.delivered >= written)
  const third = await tell('report')
  const lost = written - (third.lines - third.doubled)
  console.log(`third: ${written} lines, lost ${lost}, doubled ${third.doubled}`)
  for (const name of ['first.jsonl', 'second.log']) console.log(`${name}: ${await numbersIn(join(directory, name), written)}`)
  target.kill()
  await server.stop()
}

/** In words: what a file lacks or has twice of the lines. */
async function numbersIn(path, written) {
  const seen = new Uint8Array(written)
  let rest = ''
  let doubled = 0
  let lines = 0
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const text = rest + chunk
    const end = text.lastIndexOf('\n') + 1
    for (const [, n] of text.slice(0, end).matchAll(/"n":"(\d{12})"/g)) {
      if (seen[Number(n)] === 1) doubled++
      seen[Number(n)] = 1
      lines++
    }
    rest = text.slice(end)
  }
  return `${lines} lines, lost ${written - (lines - doubled)}, doubled ${doubled}`
}
