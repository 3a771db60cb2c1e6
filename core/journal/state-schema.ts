// Tables of state.db: what cannot be rebuilt from the segments.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** One row: which journal this is, and how far its segment numbers have come. */
export const journal = sqliteTable('journal', {
  id: text('id').primaryKey(),
  created: integer('created').notNull(),
  /** Numbers below were used before, even if their segments are gone. */
  nextSegment: integer('next_segment').notNull(),
  /** Idempotency keys of segments up to this one are in `answers`. */
  keysThrough: integer('keys_through').notNull(),
  /** Where streams stood and what was counted at the end of that segment, JSON: for when the end of the segment itself cannot be read. */
  fold: text('fold'),
})

/** Where each output stands. */
export const cursors = sqliteTable('cursors', {
  output: text('output').primaryKey(),
  segment: integer('segment').notNull(),
  record: integer('record').notNull(),
  /** The output's own state, JSON. */
  state: text('state').notNull(),
  updated: integer('updated').notNull(),
})

/** What requests with an Idempotency-Key were answered. */
export const answers = sqliteTable(
  'answers',
  {
    id: text('id').notNull(),
    hash: text('hash').notNull(),
    answer: text('answer').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.id] }), index('answers_at').on(table.at)],
)

/** How far each erasing rule has come: segments up to `through` hold nothing for it any more. */
export const erasures = sqliteTable('erasures', {
  /** SHA-256 of the query: what should be erased may itself be named in it. */
  rule: text('rule').primaryKey(),
  through: integer('through').notNull(),
  updated: integer('updated').notNull(),
})

/** Records that a target refused for good. The record itself is in its segment, as long as that is kept. */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    /** Ascending in the order of refusal. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    output: text('output').notNull(),
    segment: integer('segment').notNull(),
    record: integer('record').notNull(),
    reason: text('reason').notNull(),
    /** When it was refused last, epoch ms. */
    at: integer('at').notNull(),
  },
  (table) => [uniqueIndex('dead_letters_record').on(table.output, table.segment, table.record)],
)

/** Each start of a process on this journal, oldest first: what tells it from a copy that went another way. */
export const runs = sqliteTable('runs', {
  number: integer('number').primaryKey({ autoIncrement: true }),
  id: text('id').notNull(),
  /** Where the journal ended then: what lies before was there, what lies behind came later. */
  segment: integer('segment').notNull(),
  record: integer('record').notNull(),
  /** Wall clock, epoch ms. */
  at: integer('at').notNull(),
})

/** Searches that people gave a name, for the page of logs. Times are as typed: `1h` stays the last hour. */
export const savedSearches = sqliteTable('saved_searches', {
  name: text('name').primaryKey(),
  q: text('q').notNull(),
  from: text('from').notNull(),
  to: text('to').notNull(),
  columns: text('columns').notNull(),
  /** When it was saved, epoch ms. */
  at: integer('at').notNull(),
})
