// What plugins may leave in a record: whatever it is, the journal keeps one valid line for it and everything around it.
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { guardHooks } from '../../core/guard.ts'
import { createHooks } from '../../core/hooks.ts'
import { Intake } from '../../core/intake.ts'
import { Pipeline } from '../../core/pipeline.ts'
import type { LogRecord } from '../../core/record.ts'
import { tapped } from './component-of.ts'
import { freshDirectory, openAt, readAll, recordLines } from './journal/journal-at.ts'

const cleanups: Array<() => Promise<void> | void> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

const cyclic: { [name: string]: unknown } = {}
cyclic['self'] = cyclic

/** Each is what a plugin written without types may do to the record in the middle. */
const GARBAGE: Record<string, (record: { [name: string]: unknown } & LogRecord) => void> = {
  'error undefined': (record) => void Object.assign(record, { error: undefined }),
  'error an Error': (record) => void Object.assign(record, { error: new Error('boom') }),
  'error a symbol': (record) => void Object.assign(record, { error: Symbol('x') }),
  'level undefined': (record) => void Object.assign(record, { level: undefined }),
  'level unknown': (record) => void Object.assign(record, { level: 'loud' }),
  'level of a prototype': (record) => void Object.assign(record, { level: '__proto__' }),
  'level a number': (record) => void Object.assign(record, { level: 30 }),
  'source undefined': (record) => void Object.assign(record, { source: undefined }),
  'source a bigint': (record) => void Object.assign(record, { source: 1n }),
  'host cyclic': (record) => void Object.assign(record, { host: cyclic }),
  'host a function': (record) => void Object.assign(record, { host: () => 'web1' }),
  'tags missing': (record) => void Object.assign(record, { tags: undefined }),
  'tags a string': (record) => void Object.assign(record, { tags: 'auth' }),
  'tags with a number': (record) => void Object.assign(record, { tags: ['a', 5] }),
  'tags with an object': (record) => void Object.assign(record, { tags: ['a', Object.create(null)] }),
  'tags with undefined': (record) => void Object.assign(record, { tags: [undefined, 'a'] }),
  'tags cyclic': (record) => void Object.assign(record, { tags: [cyclic] }),
  'time NaN': (record) => void Object.assign(record, { time: NaN }),
  'time a string': (record) => void Object.assign(record, { time: '2026-01-01' }),
  'time a bigint': (record) => void Object.assign(record, { time: 5n }),
  'time text with a quote': (record) => record.timeFound(0, '"oops'),
  'time text of another kind': (record) => void Object.assign(record, { timeText: 5 }),
  'guessed missing': (record) => void Object.assign(record, { guessed: undefined }),
  'fields cyclic': (record) => void Object.assign(record.fields, cyclic),
  'fields that say undefined': (record) => void Object.assign(record.fields, { toJSON: () => undefined }),
  'fields under __proto__': (record) => void (record.fields['__proto__'] = { polluted: true } as never),
  'body undefined': (record) => record.replaceBody(undefined as never),
  'body null': (record) => record.replaceBody(null as never),
  'body a number': (record) => record.replaceBody(5 as never),
  'body a list': (record) => record.replaceBody([1] as never),
  'body a bigint inside': (record) => record.replaceBody({ n: 1n } as never),
  'body that throws': (record) => record.replaceBody({ toJSON: () => { throw new Error('no') } } as never),
  'json of a line that is none': (record) => record.setJson({ made: 'up' }),
  'json of a line in braces that is none': (record) => {
    record.replaceLine('{made=up}')
    record.setJson({ made: 'up' })
  },
  'lone surrogates': (record) => (record.replaceBody('\ud800'), record.tags.push('\udc00')),
  'line breaks': (record) => (record.replaceBody('a\nb\u2028c\r'), record.tags.push('x\ny'), void Object.assign(record, { source: 's\n#commit' })),
}

describe('whatever a plugin leaves in a record', () => {
  for (const [what, spoil] of Object.entries(GARBAGE)) {
    test(`${what}: one valid line, counted once, its neighbours untouched`, async () => {
      const directory = freshDirectory()
      const opened = await openAt(directory)
      cleanups.push(() => rmSync(directory, { recursive: true, force: true }), () => opened.journal.close())
      const hooks = createHooks()
      guardHooks(hooks, () => undefined)
      tapped(hooks, 'tagger', ({ records }) => spoil(records[1] as never))
      const port = new Intake(opened.journal, new Pipeline(opened.journal, hooks, () => undefined)).port('app', 'auto')
      for (const round of [0, 1]) {
        const { durable } = await port.emit('s', ['first', 'middle', 'last'], { from: round * 3, to: { offset: round * 3 + 3 } })
        await durable
      }
      const lines = recordLines(directory).map((line) => JSON.parse(line) as { body: unknown; tags: unknown; level: string; source: unknown; host: unknown })
      expect(lines).toHaveLength(6)
      for (const line of lines) {
        expect(line.tags).toEqual(expect.any(Array))
        for (const tag of line.tags as unknown[]) expect(typeof tag).toBe('string')
        expect(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).toContain(line.level)
        expect([typeof line.source, typeof line.host]).toEqual(['string', 'string'])
        expect(typeof line.body === 'string' || (typeof line.body === 'object' && line.body !== null && !Array.isArray(line.body))).toBe(true)
      }
      expect([lines[0]?.body, lines[2]?.body, lines[3]?.body, lines[5]?.body]).toEqual(['first', 'last', 'first', 'last'])
      expect((await readAll(opened.journal)).map(({ record }) => record)).toEqual([0, 1, 2, 3, 4, 5])
      expect(opened.journal.totals.records).toBe(6)
      expect(Object.keys(opened.journal.totals.levels)).toEqual(['info'])
    })
  }
})
