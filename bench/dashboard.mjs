// What the pages cost and how quick they are: fragment, first rows and live tail while 20 MB/s come in, then intake with and without 50 open dashboards.
// `npm run bench -- dashboard SECONDS LINES ROUNDS`. Nothing else may run on the machine.
import { fork } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchDirectory, commitSpan, sleep, startServer } from './bench-server.mjs'
import { logFile } from './tail.mjs'

const INTAKE_MB = 20
/** Of the paced writer. */
const LINE_BYTES = 200
const DASHBOARDS = 50
const POLL_MS = 2000
/** In turns: each comes back after more than a second, so that no answer is one that was kept for another watcher. */
const SPANS = ['5m', '15m', '1h', '24h', '7d']
const FRAGMENT_EVERY_MS = 250
const ROWS_EVERY_MS = 400
const PROBE_EVERY_MS = 200
/** Start, first blocks and the first look of each search are not what a page that is kept open sees. */
const WARM_UP_MS = 5000

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
const median = (values) => percentile(values, 0.5)

export default async function bench([seconds = '60', lines = '3000000', rounds = '3']) {
  await underIntake(Number(seconds) * 1000)
  await openDashboards(Number(lines), Number(rounds))
}

async function underIntake(measureMs) {
  const directory = benchDirectory()
  const file = join(directory, 'paced.log')
  writeFileSync(file, '')
  const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }, { type: http }]\n`, directory)
  const writer = fork(fileURLToPath(new URL('paced-writer.mjs', import.meta.url)), [file, String(INTAKE_MB)])
  await sleep(WARM_UP_MS)
  for (const span of SPANS) await timed(`${server.url}/metrics/fragment?span=${span}`)
  await timed(`${server.url}/logs`)
  const until = performance.now() + measureMs
  const before = await server.stats()
  const began = performance.now()
  const [fragments, rows, delays] = await Promise.all([
    sample(until, FRAGMENT_EVERY_MS, (n) => timed(`${server.url}/metrics/fragment?span=${SPANS[n % SPANS.length]}`)),
    sample(until, ROWS_EVERY_MS, (n) => timed(`${server.url}/logs${n % 2 === 0 ? '' : '?q=orders'}`)),
    tailDelays(server, until),
  ])
  const after = await server.stats()
  const taken = ((after.total - before.total) * LINE_BYTES) / 1e3 / (performance.now() - began)
  const ended = new Promise((resolve) => writer.once('exit', resolve))
  writer.send('stop')
  await ended
  await server.stop()
  console.log(`beside ${taken.toFixed(1)} MB/s of lines (wanted ${INTAKE_MB}), over ${measureMs / 1000} s:`)
  print('/metrics/fragment', fragments, 0.99, 40)
  print('/logs, first rows', rows, 0.95, 150)
  print('live tail, from POST to event', delays, 0.95, 500)
}

function print(name, values, share, wanted) {
  if (values.length === 0) throw new Error(`${name}: nothing was measured`)
  console.log(`  ${name.padEnd(32)} median ${median(values).toFixed(1).padStart(7)} ms   p${share * 100} ${percentile(values, share).toFixed(1).padStart(7)} ms (wanted <= ${wanted})   ${values.length} times`)
}

/** At regular times, whether the one before has been answered or not: a slow answer must not spare the server the next question. */
async function sample(until, everyMs, ask) {
  const asked = []
  for (let n = 0; performance.now() < until; n++) {
    asked.push(ask(n))
    await sleep(everyMs)
  }
  return Promise.all(asked)
}

async function timed(url) {
  const began = performance.now()
  const answer = await fetch(url, { headers: { Accept: 'text/html' } })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`)
  return performance.now() - began
}

async function tailDelays(server, until) {
  const delays = []
  const left = new AbortController()
  const tail = await fetch(`${server.url}/api/tail?q=${encodeURIComponent('probe:*')}`, { signal: left.signal })
  const reading = (async () => {
    let text = ''
    for await (const chunk of tail.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (const [, sent] of text.matchAll(/"probe":([\d.]+)[^\n]*\n/g)) delays.push(performance.now() - Number(sent))
      text = text.slice(text.lastIndexOf('\n') + 1)
    }
  })().catch((error) => {
    if (error.name !== 'AbortError') throw error
  })
  await sample(until, PROBE_EVERY_MS, async () => {
    const body = JSON.stringify({ level: 'info', message: 'probe', probe: performance.now() })
    await (await fetch(`${server.url}/ingest`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).arrayBuffer()
  })
  await sleep(2000)
  left.abort()
  await reading
  return delays
}

/** Alternately without and with watchers, so that a machine that slows down meets both. */
async function openDashboards(lines, rounds) {
  const file = logFile(lines)
  const megabytes = statSync(file).size / 1e6
  const speeds = { without: [], with: [] }
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['without', 'with']) {
      const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }]\n`)
      const watchers = watch(server.url, kind === 'with' ? DASHBOARDS : 0)
      while ((await server.stats()).total < lines) await sleep(200)
      const answered = await watchers.stop()
      const { seconds } = await commitSpan(server.directory)
      await server.stop()
      speeds[kind].push(megabytes / seconds)
      console.log(`round ${round + 1}, ${kind === 'with' ? DASHBOARDS : 0} dashboards: ${(megabytes / seconds).toFixed(0)} MB/s durable${kind === 'with' ? `, ${answered} fragments answered` : ''}`)
    }
  }
  const ratio = median(speeds.with) / median(speeds.without)
  console.log(`median intake ${median(speeds.without).toFixed(0)} MB/s, with ${DASHBOARDS} open dashboards ${median(speeds.with).toFixed(0)} MB/s: ratio ${ratio.toFixed(2)} (wanted >= 0.80)`)
}

/** Pages that poll, each at its own moment of the two seconds. */
function watch(url, count) {
  const closed = new AbortController()
  let answered = 0
  const pages = Array.from({ length: count }, async (_, i) => {
    await sleep((i * POLL_MS) / count)
    while (!closed.signal.aborted) {
      const next = sleep(POLL_MS)
      await timed(`${url}/metrics/fragment`)
      answered++
      await next
    }
  })
  return {
    async stop() {
      closed.abort()
      await Promise.all(pages)
      return answered
    },
  }
}
