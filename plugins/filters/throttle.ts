// Limits how many records a key may bring in a time.
import { definePlugin, duration, fieldText, keepRecords, RecentMap, shortKey, z } from '../../core/plugin.ts'

interface Bucket {
  /** Records that may still pass. */
  tokens: number
  /** Up to when tokens were given, epoch ms. */
  at: number
  /** Dropped since one passed. */
  dropped: number
}

export default definePlugin({
  kind: 'filter',
  type: 'throttle',
  summary: 'Lets at most `rate` records pass in each `per` for each key, and notes how many it dropped on the next that passes.',
  options: z.strictObject({
    rate: z.number().positive().max(1e9).describe('How many records may pass in each `per`, for each key.'),
    per: duration({ min: 1 }).prefault('1s').describe('The time `rate` is meant for.'),
    burst: z.int().min(1).max(1e9).optional().describe('How many may pass at once after a quiet time; `rate` by default.'),
    key: z.string().min(1).default('source').describe('`source`, `host`, `level`, `message`, or a name in body or fields, with dots: each of its values has a limit of its own. Records without it share one.'),
    max_keys: z.int().min(1).max(1_000_000).default(10_000).describe('How many keys are remembered; one more forgets the one not seen for the longest time, which then begins anew.'),
  }),
  example: 'rate: 100\nper: 1s\nburst: 500\nkey: user_id',
  docs: [
    'A token bucket for each key: it holds `burst` tokens, gets `rate` in each `per`, evenly, and each record that passes takes one. What finds none is dropped and counted as `throttled`; '
      + 'the next record of that key that passes carries the number dropped before it as `throttled` in its fields.',
    'Time is the time of the records, so a file read at once is treated as it would have been live, and the same records give the same result again. A record that is older than the last by up to `per` gets no new tokens; '
      + 'when time goes back further, the bucket goes on from there with what it has. What was remembered is not kept over a restart. Use `when:` for what must never be dropped.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"connection refused"}',
    record: '{"time":"2026-11-01T00:00:01.013Z","level":"error","source":"app","host":"web1","tags":["general"],"body":{"level":"error","msg":"connection refused"},"fields":{"throttled":1874},"guessed":["time"]}',
  },
  setup({ rate, per, burst = Math.max(1, Math.floor(rate)), key, max_keys: maxKeys }, { hooks, name, count }) {
    const buckets = new RecentMap<Bucket>(maxKeys)
    const perMs = rate / per
    hooks.filter.tap(name, (batch) => {
      let dropped = 0
      try {
        return keepRecords(batch, (record) => {
          const value = shortKey(fieldText(record, key) ?? '')
          const { time } = record
          let bucket = buckets.get(value)
          if (bucket === undefined) buckets.add(value, (bucket = { tokens: burst, at: time, dropped: 0 }))
          else if (time > bucket.at) {
            bucket.tokens = Math.min(burst, bucket.tokens + (time - bucket.at) * perMs)
            bucket.at = time
          } else if (time < bucket.at - per) bucket.at = time
          if (bucket.tokens < 1) {
            bucket.dropped++
            dropped++
            return false
          }
          bucket.tokens--
          if (bucket.dropped > 0) record.fields['throttled'] = bucket.dropped
          bucket.dropped = 0
          return true
        })
      } finally {
        if (dropped > 0) count('throttled', dropped)
      }
    })
  },
})
