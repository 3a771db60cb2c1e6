// Drops repeats of a record within a window of time, and says how many there were.
import { definePlugin, duration, fieldText, findTime, keepRecords, messageOf, RecentMap, shortKey, z, type LogRecord } from '../../core/plugin.ts'

interface Seen {
  /** Time of the record that passed last, epoch ms. */
  since: number
  /** Dropped since. */
  repeats: number
}

export default definePlugin({
  kind: 'filter',
  type: 'dedupe',
  summary: 'Drops records that repeat one of the last `window`, and notes how many on the next that passes.',
  options: z.strictObject({
    window: duration({ min: 1 }).prefault('10s').describe('How long after a record that passed its repeats are dropped.'),
    fields: z.array(z.string().min(1)).min(1).optional().describe('What makes two records the same: names in body or fields, with dots. By default level and message.'),
    max_keys: z.int().min(1).max(1_000_000).default(10_000).describe('How many different records are remembered; one more forgets the one not seen for the longest time.'),
  }),
  example: 'window: 1m\nfields: [message, user_id]',
  docs: [
    'The first record passes at once, and opens the window; those that follow in the same source with the same level and message are dropped. The next one after the window passes, opens a new window, '
      + 'and carries the number of those dropped before it as `repeated` in its fields. All that were dropped are counted as `duplicates`, at once.',
    'By default the message decides: `fields.message`, or what a JSON body says under the usual names (the whole body where it says nothing), or a line of text without the time at its head. '
      + 'Two JSON records that say the same of different users are then the same: name `fields` that tell them apart. A field that a record does not have counts as empty.',
    'The window is measured by the time of the records, so a file read at once is treated as it would have been live, and a record older than the window does not count as a repeat either. '
      + 'When no record follows, or the key was forgotten, or Sawlog stops, no record can carry the number; the log says so at the stop, and what was forgotten is counted as `repeats_unmarked`. What was remembered is not kept over a restart.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"warn","msg":"queue full"}',
    record: '{"time":"2026-11-01T00:00:10.513Z","level":"warn","source":"app","host":"web1","tags":["general"],"body":{"level":"warn","msg":"queue full"},"fields":{"repeated":41},"guessed":["time"]}',
  },
  setup({ window, fields, max_keys: maxKeys }, { hooks, name, count, logger }) {
    const seen = new RecentMap<Seen>(maxKeys, ({ repeats }) => {
      if (repeats > 0) count('repeats_unmarked', repeats)
    })
    hooks.filter.tap(name, (batch) => {
      let dropped = 0
      try {
        return keepRecords(batch, (record) => {
          const key = `${record.source}\0${shortKey(fields === undefined ? ownKey(record) : keyOf(record, fields))}`
          const known = seen.get(key)
          if (known === undefined) {
            seen.add(key, { since: record.time, repeats: 0 })
            return true
          }
          if (Math.abs(record.time - known.since) < window) {
            known.repeats++
            dropped++
            return false
          }
          if (known.repeats > 0) record.fields['repeated'] = known.repeats
          known.since = record.time
          known.repeats = 0
          return true
        })
      } finally {
        if (dropped > 0) count('duplicates', dropped)
      }
    })
    hooks.stop.tapPromise(name, () => {
      let unmarked = 0
      for (const { repeats } of seen.values()) unmarked += repeats
      if (unmarked > 0) logger.info(`Dropped ${unmarked} duplicates that no later record could say.`)
      return Promise.resolve()
    })
  },
})

function ownKey(record: LogRecord): string {
  const { object, readFields: { message } } = record
  if (object !== null) return `${record.level}\0${messageOf(object) || record.line}`
  if (typeof message === 'string' && message !== '') return `${record.level}\0${message}`
  const { line } = record
  return `${record.level}\0${record.guessed.includes('time') ? line : line.slice(findTime(line)?.end ?? 0)}`
}

/** Lengths between, so that no two lists of values look alike. */
function keyOf(record: LogRecord, fields: readonly string[]): string {
  let key = ''
  for (const field of fields) {
    const value = fieldText(record, field) ?? ''
    key += `${value.length}:${value}`
  }
  return key
}
