// The sqlite output against real databases.
import Database from 'better-sqlite3'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import { Retry } from '../../../core/delivery-errors.ts'
import { type Cursor, StoredLine } from '../../../core/journal/stored-line.ts'
import sqlite from '../../../plugins/outputs/sqlite.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'

testOutput({ test, expect }, sqlite, {
  guarantee: 'exactly-once',
  options: (directory) => ({ path: join(directory, 'collected', 'out.db') }),
  valid: [{ path: 'x.db' }, { path: 'x.db', table: 'Logs_2' }],
  invalid: [{}, { path: '' }, { path: 'x.db', table: 'a b' }, { path: 'x.db', table: 'sqlite_x' }, { path: 'x.db', table: 'x"; drop' }, { path: 'x.db', table: '1x' }],
  read: (directory) => rowsOf(join(directory, 'collected', 'out.db')).map(({ body }) => body),
})

const START: Cursor = { segment: 1, record: 0, state: null }
const LINES = [...Array(10).keys()].map((i) => makeStoredLine(1, i, { body: `record ${i}` }))
const signal = new AbortController().signal

let directory: string
let path: string
let host: Host<typeof sqlite>
let opened: Output[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sawlog-sqlite-'))
  path = join(directory, 'out.db')
  opened = []
})
afterEach(async () => {
  for (const output of opened) await output.close?.()
  rmSync(directory, { recursive: true, force: true })
})

async function start(options: object = {}, journal = 'j1'): Promise<Output> {
  host = await createHost(sqlite, { path, ...options }, { journal }).setup()
  opened.push(host.component)
  return host.component
}

function rowsOf(file: string, table = 'records'): Array<Record<string, unknown>> {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare(`SELECT * FROM "${table}" ORDER BY journal, segment, record`).all() as Array<Record<string, unknown>>
  } finally {
    db.close()
  }
}

async function refusal(output: Output): Promise<Retry> {
  const error: unknown = await output.deliver(LINES, START, signal).then(() => null, (reason: unknown) => reason)
  expect(error).toBeInstanceOf(Retry)
  return error as Retry
}

describe('a row', () => {
  test('holds every part of the record', async () => {
    const output = await start()
    const text = '{"time":"2026-11-01T00:00:00.123456789Z","level":"error","source":"app","host":"web1","tags":["payment","a,b"],"body":{"msg":"declined","n":12345678901234567890,"in":{"a":"}\\"{"}},"fields":{"log.file.path":"/x"},"guessed":["level"],"error":"odd"}'
    await output.deliver([new StoredLine(7, 9, Buffer.from(text))], START, signal)
    expect(rowsOf(path)).toEqual([{
      journal: 'j1', segment: 7, record: 9, time: '2026-11-01T00:00:00.123456789Z', level: 'error', source: 'app', host: 'web1', tags: '["payment","a,b"]',
      message: 'declined', body: '{"msg":"declined","n":12345678901234567890,"in":{"a":"}\\"{"}}', fields: '{"log.file.path":"/x"}', guessed: '["level"]', error: 'odd',
    }])
  })

  test('holds the body as it came, wherever similar text stands', async () => {
    const bodies = ['{"a":1}', '{}', '{"body":{"fields":{}},"error":"x"}', '{"a":"\\\\"}', '{"a":"\\\\\\"}"}', `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`]
    const output = await start()
    const lines = bodies.flatMap((body, i) => ['', ',"fields":{"body":"}"}', ',"error":"\\",\\"body\\":{"'].map((end, j) => {
      const text = `{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"\\",\\"body\\":{","host":"h","tags":[",\\"body\\":"],"body":${body}${end}}`
      return new StoredLine(i, j, Buffer.from(text))
    }))
    await output.deliver(lines, START, signal)
    expect(rowsOf(path).map(({ body }) => body)).toEqual(bodies.flatMap((body) => [body, body, body]))
  })

  test('holds text with a message of its own', async () => {
    const output = await start()
    await output.deliver([makeStoredLine(1, 0, { body: '{"looks":"like json' })], START, signal)
    expect(rowsOf(path)[0]).toMatchObject({ message: '{"looks":"like json', body: '{"looks":"like json', fields: null, guessed: null, error: null })
  })
})

test('time and level are found by index', async () => {
  await deliverFrom(await start(), LINES, START, { batch: () => 10 })
  const db = new Database(path, { readonly: true })
  const plan = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
  expect(plan("SELECT * FROM records WHERE time > '2026'")).toContain('USING INDEX records_time')
  expect(plan("SELECT * FROM records WHERE level = 'error' ORDER BY time DESC")).toContain('USING INDEX records_level_time')
  db.close()
})

test('a batch is in the table as a whole or not at all', async () => {
  const output = await start()
  await output.deliver(LINES.slice(0, 3), START, signal)
  const broken = Object.defineProperty(new StoredLine(1, 5, Buffer.from('{}')), 'value', {
    get: () => {
      throw new Error('cannot be read')
    },
  })
  await expect(output.deliver([...LINES.slice(3, 5), broken], START, signal)).rejects.toBeInstanceOf(Retry)
  expect(rowsOf(path).length).toBe(3)
  await output.deliver(LINES, START, signal)
  expect(rowsOf(path).length).toBe(10)
})

test('journals that share a table do not mix', async () => {
  await deliverFrom(await start({}, 'one'), LINES, START, { batch: () => 4 })
  await deliverFrom(await start({}, 'two'), LINES, START, { batch: () => 4 })
  expect(rowsOf(path).map(({ journal }) => journal)).toEqual([...LINES.map(() => 'one'), ...LINES.map(() => 'two')])
})

test('two outputs fill two tables of one database', async () => {
  await deliverFrom(await start({ table: 'one' }), LINES, START, { batch: () => 4 })
  await deliverFrom(await start({ table: 'order' }), LINES, START, { batch: () => 4 })
  expect([rowsOf(path, 'one').length, rowsOf(path, 'order').length]).toEqual([10, 10])
})

test('a large batch leaves the event loop to others every few milliseconds', async () => {
  const output = await start()
  const many = [...Array(20_000).keys()].map((i) => makeStoredLine(1, i))
  let turns = 0
  let running = true
  const count = () => {
    turns++
    if (running) setImmediate(count)
  }
  setImmediate(count)
  const began = performance.now()
  await output.deliver(many, START, signal)
  running = false
  const took = performance.now() - began
  expect(rowsOf(path).length).toBe(20_000)
  // 2 ms a slice; the commit at the end is one step whose length depends on the disk.
  expect(turns).toBeGreaterThan(Math.min(10, took / 50))
})

describe('what cannot be written is tried again', () => {
  test('while another program writes', async () => {
    const output = await start()
    await output.deliver(LINES.slice(0, 2), START, signal)
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    const error = await refusal(output)
    expect(error.message).toMatch(/another process is writing to it/)
    expect(error.afterMs).toBe(250)
    other.exec('COMMIT')
    other.close()
    await output.deliver(LINES, START, signal)
    expect(rowsOf(path).length).toBe(10)
  })

  test('when the file is not a database', async () => {
    writeFileSync(path, 'this is a text file that somebody put here, longer than a header. '.repeat(20))
    const output = await start()
    expect((await refusal(output)).message).toMatch(/damaged or not a SQLite database\. Move it away/)
    renameSync(path, `${path}.old`)
    await output.deliver(LINES, START, signal)
    expect(rowsOf(path).length).toBe(10)
    expect(readFileSync(`${path}.old`, 'utf8')).toMatch(/^this is a text file/)
  })

  test('when it is a directory', async () => {
    mkdirSync(path)
    expect((await refusal(await start())).message).toMatch(/cannot write to the database .*: it cannot be opened\. Check that the path is a file/)
  })

  test('when the disk is full', async () => {
    const output = await start()
    await output.deliver(LINES.slice(0, 1), START, signal)
    const db = new Database(path)
    const pages = Number(db.pragma('page_count', { simple: true }))
    db.close()
    await output.close?.()
    const limited = await start()
    const original = Database.prototype.pragma
    // SQLite's own limit gives the very error a full disk gives.
    Database.prototype.pragma = function (this: Database.Database, source: string, options?: Database.PragmaOptions) {
      if (source.startsWith('synchronous')) original.call(this, `max_page_count = ${pages}`)
      return original.call(this, source, options)
    }
    try {
      const error: unknown = await limited.deliver([makeStoredLine(1, 1, { body: 'x'.repeat(100_000) })], START, signal).catch((reason: unknown) => reason)
      expect((error as Error).message).toMatch(/the disk is full\. Free space/)
    } finally {
      Database.prototype.pragma = original
    }
    await limited.deliver(LINES, START, signal)
    expect(rowsOf(path).length).toBe(10)
  })

  test('when the table is somebody else’s', async () => {
    const db = new Database(path)
    db.exec('CREATE TABLE records (id INTEGER, note TEXT)')
    db.close()
    expect((await refusal(await start())).message).toMatch(/the table "records" of .* has no journal, segment.*Choose another table/)
    await (await start({ table: 'logs' })).deliver(LINES, START, signal)
    expect(rowsOf(path, 'logs').length).toBe(10)
  })
})

test('a database deleted while running is made anew and reported', async () => {
  const output = await start()
  await output.deliver(LINES.slice(0, 4), START, signal)
  rmSync(path)
  await output.deliver(LINES.slice(4), { ...START, record: 4 }, signal)
  expect(rowsOf(path).map(({ record }) => record)).toEqual([4, 5, 6, 7, 8, 9])
  expect(host.problems.map(({ message }) => message)).toEqual([expect.stringMatching(/was moved or deleted/)])
  await output.close?.()
  expect(existsSync(`${path}-wal`)).toBe(false)
})

describe("Sawlog's own databases are refused", () => {
  test.each(['state.db', 'catalog.db', 'lock.db'])('%s of a data directory', async (name) => {
    mkdirSync(join(directory, 'journal'))
    path = join(directory, name)
    await expect(start()).rejects.toThrow(/belongs to Sawlog's own data directory\. Choose another path/)
  })

  test('a file of that name elsewhere is taken', async () => {
    path = join(directory, 'state.db')
    await (await start()).deliver(LINES, START, signal)
    expect(rowsOf(path).length).toBe(10)
  })

  test('a database that has their tables', async () => {
    const db = new Database(path)
    db.exec('CREATE TABLE __drizzle_migrations (id INTEGER); CREATE TABLE cursors (output TEXT)')
    db.close()
    expect((await refusal(await start())).message).toMatch(/a database of Sawlog itself/)
  })
})
