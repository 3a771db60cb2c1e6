// Searches over HTTP, on sealed data and in the active segment, beside zgrep on the same files; then intake and /healthz while everything is searched.
// `npm run bench -- search LINES ROUNDS`. Each figure: the first run, the median of those that read every block anew, the median of repeated ones.
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { benchDirectory, sleep, startServer } from './bench-server.mjs'
import { logFile } from './tail.mjs'

/** Lines whose stored form fills 62 of a segment's 64 MiB. */
const ACTIVE_LINES = 208_000
/** Lines taken in while everything is searched. */
const INTAKE_LINES = 600_000
/** More than the minutes of 2,000,000 lines, few enough for whole minutes. */
const MINUTES = 400

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
const fixed = (ms) => ms.toFixed(1).padStart(8)

export default async function bench([count = '2000000', rounds = '15']) {
  const lines = Number(count)
  const file = logFile(lines)
  await sealed(file, lines, Number(rounds))
  await active(Number(rounds))
}

async function sealed(file, lines, rounds) {
  const directory = benchDirectory()
  const more = join(directory, 'more')
  const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }, { type: file, name: more, paths: [${more}-*.log] }]\n`, directory)
  await taken(server, lines)
  await fetch(`${server.url}/api/seal`, { method: 'POST' })
  const journal = join(server.directory, 'data/journal')
  const bytesOf = (ending) => sum(readdirSync(journal).filter((name) => name.endsWith(ending)).map((name) => statSync(join(journal, name)).size))
  const { receipt } = await ask(server, 'count', { q: 'latency_ms:>-1' })
  console.log(`${lines} lines, ${mb(receipt.bytes_scanned)} stored; files ${share(bytesOf('.gz'), receipt.bytes_scanned)}, index ${share(bytesOf('.idx'), receipt.bytes_scanned)} of it`)

  const sessions = needlesOf(file, 2 * rounds + 1)
  /** Never in a record, so the answer stays and what is remembered does not serve. */
  const other = (n) => ` -tag:nowhere${n}`
  const cases = [
    ['needle, of ever another session', 10, (n) => ask(server, 'logs', { q: `session:${sessions[n]}` })],
    ['phrase, newest 100', 10, () => ask(server, 'logs', { q: '"card declined"' })],
    ['phrase, exact count', 500, () => ask(server, 'count', { q: '"card declined"' }), (n) => ask(server, 'count', { q: `"card declined"${other(n)}` })],
    ['level:error, newest 100', 10, () => ask(server, 'logs', { q: 'level:error' })],
    ['count by level', 10, () => ask(server, 'fields', { q: '', names: 'level' })],
    ['count by minute and level', 10, () => ask(server, 'histogram', { q: '', buckets: MINUTES })],
    ['latency_ms:>890, count', 800, () => ask(server, 'count', { q: 'latency_ms:>890' }), (n) => ask(server, 'count', { q: `latency_ms:>890.000${n}` })],
    ['a field that nowhere occurs', 20, () => ask(server, 'logs', { q: 'nowhere_at_all:x' })],
  ]
  const medians = await measure(cases, rounds)
  zgrep(journal, '"session":"'.concat(sessions[0]), 'needle', medians[0])
  zgrep(journal, 'card declined', 'phrase count', medians[2])
  await beside(server, more, lines)
  await server.stop()
}

async function active(rounds) {
  const file = logFile(ACTIVE_LINES)
  const server = await startServer(`sources: [{ type: file, name: app, paths: [${file}] }]\n`, benchDirectory())
  await taken(server, ACTIVE_LINES)
  const journal = join(server.directory, 'data/journal')
  const name = readdirSync(journal).find((one) => one.endsWith('.jsonl'))
  console.log(`active segment of ${mb(statSync(join(journal, name)).size)}`)
  const sessions = needlesOf(file, 2 * rounds + 1)
  await measure([['needle in the active segment', 60, (n) => ask(server, 'logs', { q: `session:${sessions[n]}` })]], rounds)
  await server.stop()
}

/** `fresh` asks so that nothing is remembered; without it the case itself is. Returns the medians that read anew. */
async function measure(cases, rounds) {
  console.log(`${''.padEnd(34)}   first    anew repeated  wanted (ms)`)
  const medians = []
  for (const [name, wanted, run, fresh] of cases) {
    const timed = async (n, what) => {
      const began = performance.now()
      const answer = await what(n)
      if (answer.receipt.complete !== true) throw new Error(`${name}: ${answer.receipt.reason}`)
      return performance.now() - began
    }
    const first = await timed(0, run)
    const anew = []
    const repeated = []
    for (let n = 1; n <= rounds; n++) {
      if (fresh !== undefined) anew.push(await timed(n, fresh))
      repeated.push(await timed(n, run))
    }
    medians.push(median(fresh === undefined ? repeated : anew))
    console.log(`${name.padEnd(34)}${fixed(first)}${fresh === undefined ? '       -' : fixed(median(anew))} ${fixed(median(repeated))}  <= ${wanted}`)
  }
  return medians
}

function zgrep(journal, text, name, ours) {
  const began = performance.now()
  const found = execFileSync('bash', ['-c', 'zgrep -hcF -- "$1" "$0"/*.json.gz || true', journal, text], { encoding: 'utf8' }).trim().split('\n').map(Number)
  const ms = performance.now() - began
  console.log(`zgrep -c, ${name}: ${ms.toFixed(0)} ms (${sum(found)} lines), ${(ms / ours).toFixed(0)} times as long`)
}

/** A file is taken in alone, and another one while counts that read every block follow each other. */
async function beside(server, more, before) {
  const source = logFile(INTAKE_LINES)
  const alone = await probed(server, () => takeIn(server, source, `${more}-1.log`, before))
  const state = { searching: true }
  let searches = 0
  const searcher = (async () => {
    while (state.searching) await ask(server, 'count', { q: `latency_ms:>889.00${++searches}` })
  })()
  const searched = await probed(server, () => takeIn(server, source, `${more}-2.log`, before + INTAKE_LINES))
  state.searching = false
  await searcher
  console.log(`intake ${mb(alone.result)}/s alone, ${mb(searched.result)}/s while everything is searched: ${(searched.result / alone.result).toFixed(2)} (wanted >= 0.70)`)
  console.log(`/healthz p99 ${alone.p99.toFixed(1)} ms during intake alone, ${searched.p99.toFixed(1)} ms while everything is searched (wanted <= 50)`)
}

/** Asks /healthz a hundred times a second while `work` is done. */
async function probed(server, work) {
  const waits = []
  const state = { working: true }
  const prober = (async () => {
    while (state.working) {
      const began = performance.now()
      await (await fetch(`${server.url}/healthz`)).text()
      waits.push(performance.now() - began)
      await sleep(10)
    }
  })()
  const result = await work()
  state.working = false
  await prober
  return { result, p99: percentile(waits, 0.99) }
}

/** Bytes a second from the moment the file is there to its last durable record. */
async function takeIn(server, source, target, before) {
  execFileSync('cp', [source, `${target}.tmp`])
  const began = performance.now()
  renameSync(`${target}.tmp`, target)
  await taken(server, before + INTAKE_LINES)
  const bytes = statSync(target).size / ((performance.now() - began) / 1000)
  rmSync(target)
  return bytes
}

async function taken(server, lines) {
  while ((await server.stats()).total < lines) await sleep(20)
}

async function ask(server, what, parameters) {
  const answer = await fetch(`${server.url}/api/${what}?${new URLSearchParams(parameters)}`)
  if (!answer.ok) throw new Error(`${what} ${JSON.stringify(parameters)}: ${await answer.text()}`)
  return answer.json()
}

/** Sessions from all over the file. */
function needlesOf(file, count) {
  const fd = openSync(file, 'r')
  const { size } = statSync(file)
  const buffer = Buffer.alloc(2000)
  const found = Array.from({ length: count }, (_, i) => {
    readSync(fd, buffer, 0, buffer.length, Math.floor(((size - buffer.length) * (((i * 7) % count) + 0.5)) / count))
    return /"session":"(\w{16})"/.exec(buffer.toString('latin1'))[1]
  })
  closeSync(fd)
  return found
}

const sum = (values) => values.reduce((a, b) => a + b, 0)
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`
const share = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`
