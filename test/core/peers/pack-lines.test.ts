// Bodies of requests, and which stream a line belongs to.
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { StoredLine } from '../../../core/journal/stored-line.ts'
import { Lanes } from '../../../core/peers/lanes.ts'
import { packLines } from '../../../core/peers/pack-lines.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'

/** As a reader of the journal gives them: in one buffer, here and there with a commit line between. */
function linesIn(texts: readonly string[]): StoredLine[] {
  const bytes = Buffer.from(texts.map((text, i) => `${text}\n${i % 3 === 2 ? '#commit 0 {}\n' : ''}`).join(''))
  let at = 0
  return texts.map((text, i) => {
    const start = at
    const end = start + Buffer.byteLength(text)
    at = end + 1 + (i % 3 === 2 ? '#commit 0 {}\n'.length : 0)
    return new StoredLine(1, i, bytes, start, end)
  })
}

test('a body holds the lines it names, as they are, however it is sent', async () => {
  const texts = Array.from({ length: 50 }, (_, n) => makeStoredLine(1, n, { body: `line ${n} \u{1f600}` }).text)
  const lines = linesIn(texts)
  for (const size of [1, 300, 1000, 1e6]) {
    for (const compress of [true, false]) {
      const sent: string[] = []
      for (let first = 0; first < lines.length; ) {
        const { count, bytes, to, body } = packLines(lines, first, size, compress)
        const text = (compress ? gunzipSync(await body) : await body).toString()
        expect([Buffer.byteLength(text), to]).toEqual([bytes, { segment: 1, record: first + count }])
        if (count > 1) expect(bytes).toBeLessThanOrEqual(size)
        sent.push(...text.split('\n').slice(0, -1))
        first += count
      }
      expect(sent).toEqual(texts)
    }
  }
})

test('lines of a source have one lane, however their source is written', () => {
  const lanes = new Lanes(8)
  const sources = ['app', 'web', 'a"b', 'b\\', '', 'ü', 'app ']
  const laneOf = new Map(sources.map((source) => [source, lanes.of(makeStoredLine(1, 0, { source }))]))
  const times = ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.1Z', '2026-11-01T00:00:00.123456789Z']
  for (const source of sources) for (const time of times) for (const level of ['info', 'error'] as const) expect(lanes.of(makeStoredLine(2, 0, { source, time, level, body: { source: 'other' } }))).toBe(laneOf.get(source))
  expect(new Set(laneOf.values()).size).toBeGreaterThan(1)
  expect(lanes.of(new StoredLine(1, 0, Buffer.from('{"broken')))).toBe(lanes.of(new StoredLine(1, 0, Buffer.from('{"time":"'))))
})
