// A journal in a process of its own, for tests that kill it: stores numbered records, then deletes or erases some. Says on stdout how far it came.
//   node keep-house.mjs DIRECTORY fill COUNT | delete SEGMENTS | erase QUERY
import { eraseThread } from '../../dist/core/erase/erase-thread.js'
import { Eraser } from '../../dist/core/erase/eraser.js'
import { Journal } from '../../dist/core/journal/journal.js'
import { WorkerRunner } from '../../dist/core/journal/sealed/worker-runner.js'
import { chunkOf } from '../../dist/core/lines.js'
import { LogRecord } from '../../dist/core/record.js'
import { parseQuery } from '../../dist/core/search/parse-query.js'

const [directory, action, argument] = process.argv.slice(2)
const reports = []
const journal = await Journal.open({
  directory, fsync: 'always', segmentBytes: 16 * 1024, segmentAgeMs: 3600_000, maxBytes: 1e12, onFull: 'block', maxPendingBytes: 2 * 1024 * 1024, reserveBytes: 0,
  sealing: { compression: 'gzip', level: 1, maxUnsealedBytes: 1e9, runner: new WorkerRunner() },
  now: Date.now, report: (level, message) => void reports.push(`${level}: ${message}`), committed: () => undefined,
})
const say = (text) => process.stdout.write(`${text}\n`)

async function fill(count) {
  for (let n = journal.positions.get('a/x')?.offset ?? 0, end = n + count; n < end; n++) {
    const body = { n, who: n % 10 === 0 ? 'anna.secret' : 'ben', pad: 'x'.repeat(100) }
    const chunk = chunkOf([JSON.stringify(body)])
    const record = new LogRecord('app', 'host', 1_700_000_000_000 + n, chunk, chunk.starts[0], chunk.ends[0], null)
    record.setJson(body)
    journal.draft.add('a/x', 'app', [record])
    journal.draft.move('a/x', { from: n, to: { offset: n + 1 } })
    await journal.submit()
    say(`stored ${n}`)
  }
}

if (action === 'fill') await fill(Number(argument))
if (action === 'delete') {
  const { rows } = { rows: Number(argument) }
  const store = journal.retention()
  let limit = store.bytes
  for (let gone = 0; gone < rows; limit--) gone = store.plan({ bytes: limit - 1 }).segments
  say(`deleted ${(await store.deleteBefore({ bytes: limit })).segments}`)
  await fill(3)
}
if (action === 'erase') {
  const eraser = new Eraser({ journal, report: () => undefined, level: 1, thread: eraseThread, now: Date.now, forget: () => undefined })
  const { query } = parseQuery(argument)
  const { records, segments, complete } = await eraser.erase({ query, from: null, to: null, mode: 'delete', dryRun: false })
  say(`erased ${records} in ${segments}: ${complete}`)
}
for (const report of reports) say(report)
await journal.close()
say('closed')
