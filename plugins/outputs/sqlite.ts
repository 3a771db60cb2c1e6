// Inserts records into a table of a SQLite database, each under its position in the journal.
import Database from 'better-sqlite3'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { definePlugin, messageOf, type PluginContext, rawBody, Retry, type StoredLine, z } from '../../core/plugin.ts'

const COLUMNS = ['journal', 'segment', 'record', 'time', 'level', 'source', 'host', 'tags', 'message', 'body', 'fields', 'guessed', 'error'] as const

/** Inserting blocks the event loop, 10 to 20 us a record; after this long the rest of the process gets a turn. */
const SLICE_MS = 2
/** Records between two looks at the clock. */
const SLICE_RECORDS = 16
/** Another process holds the database: it is asked again, never waited for, since waiting would block the event loop. */
const BUSY_RETRY_MS = 250
/** A damaged file does not mend itself; an operator who replaced it should not wait long either. */
const DAMAGED_RETRY_MS = 10_000
/** Files of a data directory, and tables that only those have. */
const OWN_FILES = new Set(['state.db', 'catalog.db', 'lock.db'])
const OWN_TABLES = "('cursors', 'segments')"

const TROUBLES: ReadonlyArray<readonly [code: RegExp, cause: string, remedy: string, afterMs: number | null]> = [
  [/^SQLITE_(BUSY|LOCKED)/, 'another process is writing to it', 'Nothing to do unless this lasts; then find the process that holds a transaction open.', BUSY_RETRY_MS],
  [/^SQLITE_FULL/, 'the disk is full', 'Free space there; nothing is lost meanwhile, the journal keeps the records.', null],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'the file is damaged or not a SQLite database', 'Move it away; a new one is made. `sqlite3 FILE .recover` may save what it holds.', DAMAGED_RETRY_MS],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'it may not be written', 'Give the user Sawlog runs as the right to write the file and its directory.', null],
  [/^SQLITE_CANTOPEN/, 'it cannot be opened', 'Check that the path is a file, not a directory, and may be written.', null],
  [/^SQLITE_IOERR/, 'the device reports an error', 'Check the disk (dmesg) before trusting it further.', null],
]

export default definePlugin({
  kind: 'output',
  type: 'sqlite',
  summary: 'Inserts every record as a row into a table of a SQLite database.',
  options: z.strictObject({
    path: z.string().min(1).describe('The database file. It and directories that are missing are made.'),
    table: z
      .string()
      .regex(/^(?!sqlite_)[A-Za-z_][A-Za-z0-9_]{0,62}$/i, 'expected letters, digits and "_", not beginning with a digit or "sqlite_"')
      .default('records')
      .describe('The table; made where it is missing.'),
  }),
  example: 'path: data/collected/collected.db\ntable: records',
  guarantee: 'Exactly once, also over `kill -9` and power loss: the position in the journal is the primary key.',
  docs: [
    'Columns: `journal`, `segment`, `record` (the key), `time` (ISO 8601 in UTC), `level`, `source`, `host`, `tags` (JSON), `message`, `body` (JSON as it came, or the text), `fields` (JSON), `guessed` (JSON), `error`. Time and level are indexed.',
    'A batch is one transaction with `synchronous=FULL` in WAL mode; other programs can read meanwhile. While another program writes, delivery is tried again.',
    "Several Sawlogs may fill one table, since each journal has an id of its own. Sawlog's own databases are refused.",
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: "SELECT time, level, tags, message FROM records -> 2026-11-01T00:00:00.013Z | error | [\"payment\"] | card declined",
  },
  setup({ path, table }, { journal, problem }) {
    if (isOwnFile(path)) throw new Error(`cannot use ${path}: it belongs to Sawlog's own data directory. Choose another path, such as data/collected/collected.db.`)
    const target = new Target(path, table, problem)
    return {
      async deliver(lines) {
        try {
          await target.insert(lines, journal)
        } catch (error) {
          target.close()
          throw trouble(path, error)
        }
      },
      close: () => target.close(),
    }
  },
})

/** The open database; reopened after each failure and when its file was replaced. */
class Target {
  readonly #path: string
  readonly #table: string
  readonly #problem: PluginContext['problem']
  #open: { readonly db: Database.Database; readonly insert: Database.Statement<unknown[]>; readonly ino: bigint } | null = null

  constructor(path: string, table: string, problem: PluginContext['problem']) {
    this.#path = path
    this.#table = table
    this.#problem = problem
  }

  async insert(lines: readonly StoredLine[], journal: string): Promise<void> {
    if (this.#open !== null && inodeOf(this.#path) !== this.#open.ino) {
      // Writing on into a file without a name would lose the records.
      this.#problem('warn', `cannot go on in the database that ${this.#path} was: it was moved or deleted.`, 'Nothing to do; a new one is made. Stop Sawlog before you move a database, or copy it with `sqlite3 FILE .backup`.')
      this.close()
    }
    const { db, insert } = (this.#open ??= openTable(this.#path, this.#table))
    db.exec('BEGIN IMMEDIATE')
    let sliceStart = performance.now()
    for (let i = 0; i < lines.length; i++) {
      insert.run(rowOf(lines[i] as StoredLine, journal))
      if (i % SLICE_RECORDS === 0 && performance.now() - sliceStart > SLICE_MS) {
        await turn()
        sliceStart = performance.now()
      }
    }
    db.exec('COMMIT')
  }

  /** An open transaction is rolled back with it. */
  close(): void {
    this.#open?.db.close()
    this.#open = null
  }
}

function openTable(path: string, table: string) {
  mkdirSync(dirname(path), { recursive: true })
  const db = new Database(path, { timeout: 0 })
  try {
    const own = db.prepare(`SELECT count(*) FROM sqlite_master WHERE type = 'table' AND (name = '__drizzle_migrations' OR name IN ${OWN_TABLES})`).pluck().get()
    if (Number(own) > 1) throw new Retry(`cannot use ${path}: it is a database of Sawlog itself. Choose another path.`, DAMAGED_RETRY_MS)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec(
      `CREATE TABLE IF NOT EXISTS "${table}" (
        journal TEXT NOT NULL, segment INTEGER NOT NULL, record INTEGER NOT NULL,
        time TEXT NOT NULL, level TEXT NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL, tags TEXT NOT NULL,
        message TEXT NOT NULL, body TEXT NOT NULL, fields TEXT, guessed TEXT, error TEXT,
        PRIMARY KEY (journal, segment, record))`,
    )
    checkColumns(db, path, table)
    db.exec(`CREATE INDEX IF NOT EXISTS "${table}_time" ON "${table}" (time)`)
    db.exec(`CREATE INDEX IF NOT EXISTS "${table}_level_time" ON "${table}" (level, time)`)
    // Not INSERT OR IGNORE: that would pass over any other broken constraint in silence as well.
    const insert = db.prepare<unknown[]>(
      `INSERT INTO "${table}" (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) ON CONFLICT (journal, segment, record) DO NOTHING`,
    )
    return { db, insert, ino: inodeOf(path) }
  } catch (error) {
    db.close()
    throw error
  }
}

function checkColumns(db: Database.Database, path: string, table: string): void {
  const there = new Set(db.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(table))
  const missing = COLUMNS.filter((column) => !there.has(column))
  if (missing.length > 0) {
    throw new Retry(`cannot use the table "${table}" of ${path}: it has no ${missing.join(', ')}. Choose another table name, or rename that table.`, DAMAGED_RETRY_MS)
  }
}

function rowOf(line: StoredLine, journal: string): unknown[] {
  const { time, level, source, host, tags, body, fields, guessed, error } = line.value
  return [
    journal, line.segment, line.record, time, level, source, host, JSON.stringify(tags), messageOf(body, fields), rawBody(line),
    fields === undefined ? null : JSON.stringify(fields), guessed === undefined ? null : JSON.stringify(guessed), error ?? null,
  ]
}

/** 0 for no file. */
function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n
}

function isOwnFile(path: string): boolean {
  return OWN_FILES.has(basename(path)) && (existsSync(join(dirname(path), 'journal')) || existsSync(join(dirname(path), 'lock.db')))
}

function trouble(path: string, error: unknown): Retry {
  if (error instanceof Retry) return error
  const code = error instanceof Database.SqliteError ? error.code : ''
  const known = TROUBLES.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return new Retry(`cannot write to the database ${path}: ${known[1]}. ${known[2]}`, known[3])
  return new Retry(`cannot write to the database ${path}: ${error instanceof Error ? error.message : String(error)}. Check the path and its disk.`)
}
