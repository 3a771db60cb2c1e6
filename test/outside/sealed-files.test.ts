// Sealed segments in the hands of others: zcat, jq, Python and DuckDB read them as the ordinary compressed JSON lines they are.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, serverProcess } from '../crash/server-process.ts'
import { needs } from '../needs.ts'
import { needsPackage } from '../needs-package.ts'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
/** Several blocks to a segment, several segments. */
const LINES = 30_000

const folder = mkdtempSync(join(tmpdir(), 'sawlog-outside-'))
const journal = join(folder, 'data/journal')
const jq = await needs('jq')
const python = await needs('python3')
const duckdb = await needsPackage('@duckdb/node-api', '1.5.4-r.1')

const sealedFiles = (): string[] => readdirSync(journal).filter((name) => name.endsWith('.json.gz')).map((name) => join(journal, name)).sort()

/** Objects, text, escapes, text beyond ASCII, and what a reader might take for the end of something. */
function line(n: number): string {
  if (n % 10 === 3) return `plain text ${n} "quoted" \\ back {"not": "json"`
  return JSON.stringify({ n, level: n % 100 === 0 ? 'error' : 'info', message: `order ${n} für Käthe\n\u0000\u2028 done`, latency_ms: n / 8, pad: 'x'.repeat(100) })
}

beforeAll(async () => {
  const config = join(folder, 'config.yaml')
  writeFileSync(config, `data: ${JSON.stringify(join(folder, 'data'))}\nsources: [{ type: http, parser: auto }]\njournal: { segment_size: 3MiB, reserve: 0 }\n`)
  const server = serverProcess(config, await freePort(), join(folder, 'server.log'))
  server.start()
  await server.ready(30_000)
  let accepted = 0
  for (let n = 0; n < LINES; n += 5000) {
    for (const text of [true, false]) {
      const lines = Array.from({ length: 5000 }, (_, i) => line(n + i)).filter((one) => one.startsWith('plain') === text)
      const answer = await fetch(`${server.url}/ingest?source=${text ? 'text' : 'json'}`, { method: 'POST', headers: { 'content-type': text ? 'text/plain' : 'application/x-ndjson' }, body: lines.join('\n') })
      accepted += ((await answer.json()) as { accepted: number }).accepted
    }
  }
  expect(accepted).toBe(LINES)
  const said = spawnSync(process.execPath, [CLI, 'seal', '--server', server.url], { encoding: 'utf8' })
  expect([said.status, said.stderr], said.stdout).toEqual([0, ''])
  expect(readdirSync(journal).filter((name) => name.endsWith('.jsonl'))).toEqual([])
  expect(sealedFiles().length).toBeGreaterThan(1)
  await server.stop()
}, 90_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('after sawlog seal, zcat data/journal/*.json.gz | wc -l is the number of accepted records', () => {
  const run = spawnSync('/bin/sh', ['-c', 'zcat data/journal/*.json.gz | wc -l'], { cwd: folder, encoding: 'utf8' })
  expect([Number(run.stdout), run.stderr]).toEqual([LINES, ''])
})

test('gzip -t and zgrep find nothing strange', () => {
  expect(spawnSync('gzip', ['-t', ...sealedFiles()], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  expect(spawnSync('zgrep', ['-hc', '"n":29999,', ...sealedFiles()], { encoding: 'utf8' }).stdout.trim().split('\n').reduce((sum, count) => sum + Number(count), 0)).toBe(1)
})

test.skipIf(jq.missing !== '')(`jq reads bodies${jq.missing}`, () => {
  const texts = execFileSync('/bin/sh', ['-c', `zcat data/journal/*.json.gz | ${jq.path} -r 'if (.body | type) == "object" then .body.n else .body end' | head -20000 | sort -n | uniq -d | wc -l`], { cwd: folder, encoding: 'utf8' })
  expect(Number(texts)).toBe(0)
  const last = execFileSync('/bin/sh', ['-c', `zcat data/journal/*.json.gz | ${jq.path} -c 'select(.body.n? == 29998) | [.source, .level, .body.message, .body.latency_ms]'`], { cwd: folder, encoding: 'utf8' })
  expect(JSON.parse(last)).toEqual(['json', 'info', 'order 29998 für Käthe\n\u0000\u2028 done', 29998 / 8])
})

test.skipIf(python.missing !== '')(`Python's gzip reads every line in order${python.missing}`, () => {
  const script = `
import gzip, json, sys
ns, texts, errors = [], 0, 0
for path in sys.argv[1:]:
    with gzip.open(path, 'rt', encoding='utf-8', newline='\\n') as lines:
        for line in lines:
            record = json.loads(line)
            errors += record['level'] == 'error'
            if isinstance(record['body'], dict): ns.append(record['body']['n'])
            else: texts += 1
print(json.dumps([len(ns), ns == sorted(ns), texts, errors]))`
  expect(JSON.parse(execFileSync(python.path, ['-c', script, ...sealedFiles()], { encoding: 'utf8' }))).toEqual([LINES * 0.9, true, LINES / 10, LINES / 100])
})

describe.skipIf(duckdb.missing !== '')(`DuckDB${duckdb.missing}`, () => {
  async function ask(query: string): Promise<unknown[][]> {
    const { DuckDBInstance } = (await import(duckdb.entry)) as { DuckDBInstance: { create(): Promise<{ connect(): Promise<{ runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>; closeSync(): void }>; closeSync(): void }> } }
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    const rows = (await connection.runAndReadAll(query.replace('SEGMENTS', `read_json('${join(journal, '*.json.gz')}', format = 'newline_delimited')`))).getRowsJson()
    connection.closeSync()
    instance.closeSync()
    return rows
  }

  test('counts what was accepted, by source and level', async () => {
    expect(await ask('SELECT source, level, count(*)::INT FROM SEGMENTS GROUP BY ALL ORDER BY ALL')).toEqual([
      ['json', 'error', LINES / 100], ['json', 'info', LINES * 0.9 - LINES / 100], ['text', 'info', LINES / 10],
    ])
  })

  test('reaches into bodies that are now text, now an object', async () => {
    expect(await ask("SELECT body->>'$.message', (body->>'$.latency_ms')::DOUBLE FROM SEGMENTS WHERE (body->>'$.n')::INT = 12345 AND source = 'json'")).toEqual([['order 12345 für Käthe\n\u0000\u2028 done', 12345 / 8]])
  })
})
