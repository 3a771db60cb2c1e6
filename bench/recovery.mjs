// How long a start takes: with 10,000 sealed segments in the catalog, without a catalog, and after a crash with a full active segment.
// Each figure is of the journal alone (in this process: wall clock, and processor time, which a busy machine changes less) and of the server from
// its spawn to its first answer, beside that of an empty directory.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Journal } from '../dist/core/journal/journal.js'
import { encodeBlock, encodeState } from '../dist/core/journal/sealed/format.js'
import { IndexBuilder } from '../dist/core/journal/sealed/index-builder.js'
import { writeIndex } from '../dist/core/journal/sealed/write-index.js'
import { StateStore } from '../dist/core/journal/state-store.js'
import { benchDirectory, sleep, startServer } from './bench-server.mjs'

const ACTIVE_BYTES = 64 * 1024 * 1024
const CONFIG = 'sources: [{ type: http }]\njournal: { segment_size: 64MiB, reserve: 0 }\n'
const ROUNDS = 5

export default async function bench([count = '10000']) {
  const segments = Number(count)
  const empty = benchDirectory()
  const many = benchDirectory()
  makeSegments(join(many, 'data'), segments)
  const crashed = await crash()
  console.log(`${'start'.padEnd(46)}${'journal'.padStart(10)}${'processor'.padStart(10)}${'server'.padStart(10)}`)
  await row('empty directory', empty)
  await row(`${segments} sealed segments`, many, { limitMs: 500 })
  await row(`${segments} sealed segments, no catalog`, many, { before: (directory) => rmSync(join(directory, 'data/catalog.db'), { force: true }), rounds: 1 })
  await row(`crash with an active segment of ${(crashed.bytes / 2 ** 20).toFixed(1)} MiB`, crashed.directory, { before: crashed.restore, limitMs: 1000 })
  for (const directory of [empty, many, crashed.directory]) rmSync(directory, { recursive: true, force: true })
}

/** Medians, ms. `before` brings the directory into the state that is measured. */
async function row(name, directory, { before = () => undefined, rounds = ROUNDS, limitMs } = {}) {
  const journal = []
  const processor = []
  const server = []
  for (let round = 0; round < rounds; round++) {
    before(directory)
    const { ms, cpuMs } = await timed(() => openJournal(join(directory, 'data')))
    journal.push(ms)
    processor.push(cpuMs)
    before(directory)
    const began = performance.now()
    const { pid } = await startServer(CONFIG, directory)
    server.push(performance.now() - began)
    process.kill(pid, 'SIGKILL')
    await sleep(100)
  }
  console.log(`${name.padEnd(46)}${`${median(journal).toFixed(0)} ms`.padStart(10)}${`${median(processor).toFixed(0)} ms`.padStart(10)}${`${median(server).toFixed(0)} ms`.padStart(10)}${limitMs === undefined ? '' : `   (wanted < ${limitMs})`}`)
}

/** How long opening takes; closing is not part of it. */
async function timed(open) {
  const began = performance.now()
  const before = process.cpuUsage()
  const journal = await open()
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(before)
  await journal.close()
  return { ms, cpuMs: (user + system) / 1000 }
}

function openJournal(directory) {
  return Journal.open({
    directory, fsync: 'always', segmentBytes: ACTIVE_BYTES, segmentAgeMs: 3_600_000, maxBytes: 1e15, onFull: 'block', maxPendingBytes: 2 ** 21, reserveBytes: 0,
    now: Date.now, report: (level, message) => level === 'error' && console.log(message), committed: () => undefined,
  })
}

/** Sealed files of ten records each: a start looks at names, sizes and rows, not at what is in them. */
function makeSegments(directory, count) {
  mkdirSync(join(directory, 'journal'), { recursive: true })
  const store = new StateStore(join(directory, 'state.db'))
  const { id } = store.identity(() => null, 1)
  const counts = { records: 10, bytes: 0, levels: { info: 10 }, tags: {}, sources: { app: 10 }, streams: { 'app/x': 10 }, errors: {}, dropped: 0 }
  for (let segment = 1; segment <= count; segment++) {
    const digits = String(segment).padStart(12, '0')
    const time = 1_793_491_200_000 + segment * 60_000
    const lines = Buffer.from(Array.from({ length: 10 }, (_, n) => `{"time":"${new Date(time + n).toISOString()}","level":"info","source":"app","host":"web1","tags":[],"body":{"n":${segment * 10 + n}}}\n`).join(''))
    const block = encodeBlock(lines, 10, 0, 'gzip', 1)
    const index = new IndexBuilder()
    for (let at = 0; at < lines.length; ) {
      const newline = lines.indexOf(10, at)
      index.line(lines, at, newline)
      at = newline + 1
    }
    index.block({ offset: 0, length: block.length, raw: lines.length, records: 10, first: 0 })
    const state = {
      v: 1, journal: id, segment, created: time, sealed: time, records: 10, bytes: lines.length, firstTime: time, lastTime: time + 9, firstCommit: time, lastCommit: time + 9,
      sources: index.usage, frame: segment, positions: { 'app/x': { offset: segment * 10 } }, gaps: [], totals: { ...counts, records: segment * 10 }, supersedes: [],
    }
    const file = Buffer.concat([block, encodeState(JSON.stringify(state), 'gzip')])
    writeFileSync(join(directory, 'journal', `${digits}.json.gz`), file)
    writeIndex(join(directory, 'journal', `${digits}.idx`), index, segment, { bytes: file.length, name: `${digits}.json.gz` })
  }
  store.setNextSegment(count + 1)
  store.close()
}

/** A directory whose server was killed when its segment was nearly full; `restore` brings that back. */
async function crash() {
  const directory = benchDirectory()
  const server = await startServer(CONFIG, directory)
  const journal = join(directory, 'data/journal')
  const active = () => join(journal, readdirSync(journal).findLast((name) => name.endsWith('.jsonl')))
  const logs = join(directory, 'logs.json')
  spawnSync(process.execPath, [fileURLToPath(new URL('make-logs.mjs', import.meta.url)), '20000', 'json', logs])
  const body = readFileSync(logs)
  for (let size = 0, step = body.length * 2; size + step < ACTIVE_BYTES; ) {
    const answer = await fetch(`${server.url}/ingest`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body })
    if (!answer.ok) throw new Error(await answer.text())
    step = statSync(active()).size - size
    size += step
  }
  process.kill(server.pid, 'SIGKILL')
  await sleep(200)
  const kept = join(directory, 'kept')
  mkdirSync(kept)
  const data = join(directory, 'data')
  for (const name of readdirSync(data)) if (name.includes('.db')) copyFileSync(join(data, name), join(kept, name))
  const segment = active()
  copyFileSync(segment, join(kept, 'segment'))
  return {
    directory, bytes: statSync(segment).size,
    restore() {
      for (const name of readdirSync(data)) if (name.includes('.db')) rmSync(join(data, name))
      for (const name of readdirSync(journal)) rmSync(join(journal, name), { recursive: true })
      for (const name of readdirSync(kept)) copyFileSync(join(kept, name), name === 'segment' ? segment : join(data, name))
    },
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
