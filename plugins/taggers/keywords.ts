// Tags records by the words they contain.
import { compileWords, definePlugin, eachRecord, eachTagText, z } from '../../core/plugin.ts'

/** What `taggers:` left out of the config means. */
const TAGS = {
  auth: ['auth', 'login', 'logout', 'password', 'token'],
  payment: ['payment', 'card', 'refund'],
  api: ['api', 'GET', 'POST'],
}

const word = z.string().regex(/\S/, { error: 'expected a word' })

export default definePlugin({
  kind: 'tagger',
  type: 'keywords',
  summary: 'Adds each tag one of whose words occurs in the record.',
  options: z.strictObject({
    tags: z.record(z.string().min(1), z.array(word).min(1)).default(TAGS).describe('Words by tag.'),
    default: z.string().min(1).nullable().default('general').describe('The tag of records in which no word occurs; null for none.'),
  }),
  example: 'tags:\n  payment: [payment, card, refund]\n  api: [api, GET, POST]\ndefault: general',
  docs: [
    'Words match whole - no letter or digit may touch them, `_` and `-` may - and in any case; a word written with a capital matches only as written, so `GET` does not tag `get`. '
      + 'They are literals, and may contain spaces and symbols. All tags that match are added, in the order of the config.',
    'Of a JSON body the message and `service`, `logger`, `component`, `event` are looked at, or the whole line where there is no message; of text the whole line.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"warn","msg":"card declined"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"warn","source":"app","host":"web1","tags":["payment"],"body":{"level":"warn","msg":"card declined"},"guessed":["time"]}',
  },
  setup({ tags, default: fallback }, { hooks, name }) {
    const names = Object.keys(tags)
    const match = compileWords(Object.values(tags))
    /** What the record at hand contains; cleared before each. */
    const found = new Uint8Array(names.length)
    let matches = 0
    const look = (text: string): void => {
      matches += match(text, found)
    }
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => {
      found.fill(0)
      matches = 0
      eachTagText(record, look)
      const { tags } = record
      if (matches === 0) {
        if (fallback !== null && !tags.includes(fallback)) tags.push(fallback)
        return
      }
      for (let i = 0; i < names.length; i++) {
        const tag = names[i] as string
        if (found[i] === 1 && !tags.includes(tag)) tags.push(tag)
      }
    }))
  },
})
