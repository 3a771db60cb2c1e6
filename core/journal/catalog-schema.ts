// Tables of catalog.db: what is known about each closed segment. Disposable: rebuilt from the segments.
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const segments = sqliteTable('segments', {
  number: integer('number').primaryKey(),
  /** On disk, the index included. */
  bytes: integer('bytes').notNull(),
  /** Of those, the index; 0 while there is none. */
  indexBytes: integer('index_bytes').notNull().default(0),
  /** Of the record lines. */
  rawBytes: integer('raw_bytes').notNull().default(0),
  records: integer('records').notNull(),
  /** Earliest and latest record time, epoch ms; null without records. */
  firstTime: integer('first_time'),
  lastTime: integer('last_time'),
  /** Wall clock of the first and last commit, epoch ms. */
  firstCommit: integer('first_commit').notNull(),
  lastCommit: integer('last_commit').notNull(),
  /**
   * `closed`: a `.jsonl` that will not grow. `suspect`: one that cannot be sealed because a frame in it is bad; the next start mends it.
   * `sealed`: compressed blocks. `deleting`: between the mark and the unlink.
   */
  state: text('state', { enum: ['closed', 'suspect', 'sealed', 'deleting'] }).notNull(),
  /** How it is sealed; null while it is not. */
  compression: text('compression', { enum: ['gzip', 'zstd'] }),
  /** Null: our own. Else the journal it was copied from: it is searched, and never delivered to outputs. */
  journal: text('journal'),
  /** Records and raw bytes by source, JSON: `{"app":[1000,200000]}`. */
  sources: text('sources').notNull().default('{}'),
})
