// The built server over real logs: every line once in the journal and in each output, in order, and what `auto` makes of them.
import Database from 'better-sqlite3'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StoredLine } from '../../core/journal/stored-line.ts'
import { rawBody } from '../../core/raw-body.ts'
import { parseCsv } from './parse-csv.ts'
import { corporaIn, FIXTURE_LOGS, SHARED_LOGS, type Corpus } from './corpora.ts'
import { freshDirectory, journalLines, startSawlog, until } from './sawlog.ts'

const TABLE = fileURLToPath(new URL('../../docs/real-logs.md', import.meta.url))

/** Formats that a parser of ours is for must parse nearly all of their lines. */
const PARSED = 0.99
/** Longer than a multiline timeout, a rotation's wait and an output's batch together. */
const QUIET_MS = 2500
/** A time this close to the run may be the time of arrival. */
const ARRIVAL_MS = 5 * 60_000

interface Row {
  readonly corpus: Corpus
  readonly parser: string
  readonly records: StoredLine[]
}

/** Runs one server over all of them, a source each. */
async function run(corpora: readonly Corpus[]): Promise<Row[]> {
  const directory = freshDirectory()
  mkdirSync(join(directory, 'logs'))
  const sources = corpora.map((corpus, i) => {
    const copy = join(directory, 'logs', `c${i}-${corpus.name.replaceAll(/[^\w.-]/g, '_')}`)
    copyFileSync(corpus.path, copy)
    const more = corpus.options === '' ? '' : `, ${corpus.options}`
    return `  - { type: file, name: c${i}, paths: [${JSON.stringify(copy)}], rotate_wait: 500ms${more} }`
  })
  const server = await startSawlog(`sources:\n${sources.join('\n')}
taggers: [{ type: keywords }]
outputs:
  - { type: jsonl, path: out/all.jsonl, start: beginning }
  - { type: csv, path: out/all.csv, start: beginning, columns: [source, body] }
  - { type: sqlite, path: out/all.db, start: beginning }
journal: { fsync: interval }
`, { directory })
  const settled = async (): Promise<void> => {
    let before = -1
    await until(async () => {
      const { total, outputs } = await server.stats()
      const still = total === before && total > 0 && outputs.every(({ lag }) => lag === 0)
      before = total
      if (!still) await sleep(QUIET_MS)
      return still
    }, 'the logs are read', 120_000)
  }
  await settled()
  // An unfinished last line is a line once its file is gone.
  rmSync(join(directory, 'logs'), { recursive: true })
  await settled()
  const stats = (await server.stats()) as unknown as { streams: Array<{ name: string; source: string; parser: string; parser_reason: string }>; problems: Array<{ level: string; message: string }> }
  expect(stats.problems.filter(({ level }) => level === 'error')).toEqual([])
  expect(await server.stop()).toBe(0)

  const journal = journalLines(directory).map((line, i) => new StoredLine(1, i, Buffer.from(line)))
  const bySource = new Map<string, StoredLine[]>()
  for (const line of journal) bySource.set(line.value.source, [...(bySource.get(line.value.source) ?? []), line])
  // Outputs read the journal: the same records in the same order.
  expect(readFileSync(join(directory, 'out/all.jsonl'), 'utf8') === journal.map(({ text }) => `${text}\n`).join(''), 'the JSONL output is the journal').toBe(true)
  const pairs = journal.map((line) => [line.value.source, rawBody(line)])
  const [header, ...cells] = parseCsv(readFileSync(join(directory, 'out/all.csv'), 'utf8'))
  expect(header).toEqual(['source', 'body'])
  expect(differs(cells.map(([source, body]) => `${source}\n${body}`), pairs.map(([source, body]) => `${source}\n${body}`))).toBe(null)
  const db = new Database(join(directory, 'out/all.db'), { readonly: true })
  const rows = db.prepare('SELECT source, body FROM records ORDER BY segment, record').raw().all() as Array<[string, string]>
  db.close()
  expect(differs(rows.map((row) => row.join('\n')), pairs.map((pair) => pair.join('\n')))).toBe(null)

  return corpora.map((corpus, i) => ({ corpus, parser: stats.streams.find(({ source }) => source === `c${i}`)?.parser ?? 'none', records: bySource.get(`c${i}`) ?? [] }))
}

/** The first place where two lists differ, or null. */
function differs(got: readonly string[], want: readonly string[]): string | null {
  for (let i = 0; i < Math.max(got.length, want.length); i++) {
    if (got[i] !== want[i]) return `at ${i} of ${want.length} (got ${got.length}): ${JSON.stringify(got[i]?.slice(0, 300))} instead of ${JSON.stringify(want[i]?.slice(0, 300))}`
  }
  return null
}

/** Every line once and in order: joined records are compared by the lines they were made of. */
function checkLines({ corpus, records }: Row): string | null {
  const text = (line: StoredLine): string => (typeof line.value.body === 'string' ? line.value.body : rawBody(line))
  if (!corpus.name.startsWith('derived-cri-docker/')) return differs(records.flatMap((line) => text(line).split('\n')), corpus.expected())
  // Objects inside a wrapper may be written anew; standard output and error are streams of their own.
  const normal = (value: string): string => {
    try {
      return JSON.stringify(JSON.parse(value))
    } catch {
      return value
    }
  }
  return differs(records.map((line) => normal(text(line))).sort(), corpus.expected().map(normal).sort())
}

const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`)

function tableOf(rows: readonly Row[]): string {
  const now = Date.now()
  const lines = rows.map(({ corpus, parser, records }) => {
    const parsed = records.filter(({ value }) => value.error === undefined).length
    const times = records.filter(({ value }) => !(value.guessed ?? []).includes('time') || Math.abs(Date.parse(value.time) - now) > ARRIVAL_MS).length
    const levels = records.filter(({ value }) => !(value.guessed ?? []).includes('level')).length
    const broken = corpus.malformed === 0 ? '' : ` (${corpus.malformed} lines are broken)`
    return `| ${corpus.name}${broken} | ${records.length} | ${corpus.options === '' ? '' : `\`${corpus.options}\``} | ${parser} | ${share(parsed, records.length)} | ${share(times, records.length)} | ${share(levels, records.length)} |`
  })
  return `# Real logs

What the built server makes of public log files, written by \`test/e2e/corpora.test.ts\` (SAWLOG_WRITE_DOCS=1). No source names a parser: \`auto\` chooses.
Every line was found once, in order, in the journal, the JSONL, CSV and SQLite outputs. *Times* and *levels* are those read from the line; a level that
a format does not state (access logs, sshd) is derived or \`info\`, and marked as guessed, as are times without a year or zone.

| log | records | told beside the path | parser chosen | parsed | times | levels |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`
}

function check(rows: readonly Row[]): void {
  const wrong: string[] = []
  for (const row of rows) {
    const { corpus, parser, records } = row
    const lines = checkLines(row)
    if (lines !== null) wrong.push(`${corpus.name}: ${lines}`)
    if (parser !== corpus.parser) wrong.push(`${corpus.name}: auto chose ${parser} instead of ${corpus.parser}`)
    const failed = records.filter(({ value }) => value.error !== undefined)
    if (failed.length > corpus.malformed + records.length * (1 - PARSED)) wrong.push(`${corpus.name}: ${failed.length} of ${records.length} did not parse: ${failed[0]?.text.slice(0, 300)}`)
  }
  expect(wrong).toEqual([])
}

test('fixtures: every line of each log is stored and delivered once, in order, by the parser that is for it', { timeout: 120_000 }, async () => {
  const { corpora } = corporaIn(FIXTURE_LOGS)
  expect(corpora.length).toBeGreaterThan(10)
  check(await run(corpora))
})

test.skipIf(SHARED_LOGS === null)(`the shared logs: the same, and docs/real-logs.md says what came of it${SHARED_LOGS === null ? ' (the shared logs are not beside this checkout)' : ''}`, { timeout: 300_000 }, async () => {
  const { corpora, skipped } = corporaIn(SHARED_LOGS as string)
  process.stdout.write(`${corpora.length} logs; not logs, skipped: ${skipped.join(', ')}\n`)
  const rows = await run(corpora)
  check(rows)
  const table = tableOf(rows)
  if (process.env['SAWLOG_WRITE_DOCS'] === '1') writeFileSync(TABLE, table)
  expect(readFileSync(TABLE, 'utf8') === table, 'docs/real-logs.md is stale: run this test with SAWLOG_WRITE_DOCS=1').toBe(true)
})
