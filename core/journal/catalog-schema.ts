// Tables of catalog.db: what is known about each closed segment. Disposable: rebuilt from the segments.
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const segments = sqliteTable('segments', {
  number: integer('number').primaryKey(),
  bytes: integer('bytes').notNull(),
  records: integer('records').notNull(),
  /** Earliest and latest record time, epoch ms; null without records. */
  firstTime: integer('first_time'),
  lastTime: integer('last_time'),
  /** Wall clock of the first and last commit, epoch ms. */
  firstCommit: integer('first_commit').notNull(),
  lastCommit: integer('last_commit').notNull(),
  /** `closed`, or `deleting` between the mark and the unlink. */
  state: text('state', { enum: ['closed', 'deleting'] }).notNull(),
})
