import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { EraseJob } from '../../../core/erase/erase-job.ts'
import { rewriteSegment } from '../../../core/erase/rewrite-segment.ts'
import { type BlockTable, readBlockTable } from '../../../core/journal/sealed/block-table.ts'
import { readIndexHeader } from '../../../core/journal/sealed/read-index.ts'
import { zstd } from '../../../core/journal/sealed/zstd.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import { type SealedAt, sealedFrom, storedLine } from '../journal/sealed/segment-at.ts'

const AT = Date.UTC(2026, 10, 25)
const random = (bytes: number): string => randomBytes(bytes).toString('base64')

function erase(from: SealedAt, text: string, change: Partial<EraseJob> = {}): ReturnType<typeof rewriteSegment> & { lines(): string[]; table(): BlockTable; data: string; index: string } {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.message)
  const out = { data: `${from.data}.tmp${from.data.slice(-3)}`, index: `${from.index}.tmp`, name: 'x' }
  const result = rewriteSegment({ path: from.data, index: from.index, out, segment: 7, query: parsed.query, from: null, to: null, mode: 'delete', at: AT, level: 1, dryRun: false, ...change })
  const lines = (): string[] => gunzipSync(readFileSync(out.data)).toString().trimEnd().split('\n')
  return { ...result, ...out, lines, table: () => readBlockTable(out.data) }
}

/** Three blocks; `secret` is in the middle one. */
function threeBlocks(secret: string): { from: SealedAt; lines: string[] } {
  const lines = Array.from({ length: 3000 }, (_, n) => storedLine({ time: `2026-11-01T00:${String(n % 60).padStart(2, '0')}:00.${String(n).padStart(9, '0')}Z`, source: n === 1500 ? 'private' : 'app', body: n === 1500 ? secret : { n, pad: random(600) } }))
  return { from: sealedFrom([lines]), lines }
}

describe('erasing', () => {
  test('replaces the record by a line that keeps its number and time, and nothing of its text', () => {
    const { from, lines } = threeBlocks('anna.secret@example.org called')
    const done = erase(from, '"anna.secret@example.org"')
    expect(done.records).toBe(1)
    const left = done.lines()
    expect(left).toHaveLength(3000)
    expect(left.filter((_, n) => n !== 1500)).toEqual(lines.filter((_, n) => n !== 1500))
    expect(left[1500]).toBe('{"time":"2026-11-01T00:00:00.000001500Z","level":"info","source":"sawlog","host":"","tags":[],"body":"","error":"erased","at":"2026-11-25T00:00:00.000Z","erased":true}')
    expect(readFileSync(done.index).includes('anna')).toBe(false)
    expect([done.written?.state.sources, done.written?.state.bytes]).toEqual([{ app: [2999, expect.any(Number)] }, Buffer.byteLength(`${left.join('\n')}\n`)])
    execFileSync('gzip', ['--test', done.data])
  })

  test('copies the blocks without a match byte for byte', () => {
    const { from } = threeBlocks('needle')
    const before = readBlockTable(from.data)
    expect(before.blocks).toHaveLength(3)
    const done = erase(from, 'needle')
    const after = done.table()
    const bytesOf = (file: string, { offset, length }: { offset: number; length: number }): string => readFileSync(file).subarray(offset, offset + length).toString('hex')
    for (const n of [0, 2]) expect(bytesOf(done.data, after.blocks[n] as never) === bytesOf(from.data, before.blocks[n] as never)).toBe(true)
    expect(after.blocks.map(({ first, records }) => [first, records])).toEqual(before.blocks.map(({ first, records }) => [first, records]))
    expect([after.damage, after.state, after.bytes]).toEqual([[], done.written?.state, done.written?.bytes])
    expect(readIndexHeader(done.index, after.bytes).blocks.map((row) => row.slice(0, 5))).toEqual(after.blocks.map(({ offset, length, raw, records, first }) => [offset, length, raw, records, first]))
  })

  test('writes nothing where nothing matches, in a dry run, and the second time', () => {
    const { from } = threeBlocks('needle')
    for (const result of [erase(from, 'absent'), erase(from, 'needle', { dryRun: true })]) expect([result.written, existsSync(result.data), existsSync(result.index)]).toEqual([null, false, false])
    expect(erase(from, 'needle', { dryRun: true }).records).toBe(1)
    const done = erase(from, 'needle')
    const again = erase({ ...from, data: done.data }, '*', { dryRun: true })
    expect(again.records).toBe(2999)
  })

  test('reads only blocks that may hold a match, and all of them where the index is not proven intact', () => {
    const { from } = threeBlocks('needle')
    const damage = (): void => {
      const bytes = readFileSync(from.data)
      bytes.writeUInt8((bytes[2000] as number) ^ 1, 2000)
      writeFileSync(from.data, bytes)
    }
    damage()
    const read = (text: string): number => erase(from, text, { dryRun: true }).damaged
    // The first block is damaged: whether it was read is seen by that.
    expect([read('needle'), read('source:private'), read('n:3'), read('/./')]).toEqual([0, 0, 1, 1])
    const index = readFileSync(from.index)
    index.writeUInt8((index.at(-1) as number) ^ 1, index.length - 1)
    writeFileSync(from.index, index)
    expect([read('needle'), read('source:private')]).toEqual([1, 0])
    rmSync(from.index)
    expect(read('source:private')).toBe(1)
  })

  test('keeps to the span of record times', () => {
    const at = (minute: number): string => `2026-11-01T00:${String(minute).padStart(2, '0')}:00.5Z`
    const from = sealedFrom([[0, 1, 2, 3].map((minute) => storedLine({ time: at(minute), body: `m${minute}` }))])
    const done = erase(from, '*', { from: Date.parse(at(1)), to: Date.parse(at(3)) })
    expect(done.lines().map((line) => line.includes('"erased":true'))).toEqual([false, true, true, false])
  })

  test('redacts: what is known of a record stays, its text and fields do not', () => {
    const line = `${storedLine({ level: 'warn', body: { user: 'anna' } }).slice(0, -1)},"fields":{"ip":"10.0.0.1"},"guessed":["time"]}`
    const from = sealedFrom([[line, storedLine()]])
    const done = erase(from, 'user:anna', { mode: 'redact' })
    expect(done.lines()).toEqual(['{"time":"2026-11-01T00:00:00.013Z","level":"warn","source":"app","host":"web1","tags":["general"],"body":"[redacted]"}', storedLine()])
    expect(erase({ ...from, data: done.data }, 'level:warn', { mode: 'redact' }).records).toBe(0)
  })

  test('a body that reads like an erased record is erased as any other', () => {
    const from = sealedFrom([[storedLine({ body: { erased: true } }), storedLine({ body: '","erased":true}' })]])
    expect(erase(from, '*').records).toBe(2)
  })

  test('everything can go', () => {
    const { from } = threeBlocks('x')
    const done = erase(from, '*')
    expect([done.records, done.lines().length, done.written?.state.sources, done.table().state?.records]).toEqual([3000, 3000, {}, 3000])
    expect(done.written?.bytes).toBeLessThan(50_000)
  })

  test.skipIf(zstd === null)(`rewrites Zstandard${zstd === null ? ' (this Node.js has no Zstandard)' : ''}`, () => {
    const from = sealedFrom([[storedLine({ body: 'needle' }), storedLine()]], { compression: 'zstd' })
    const done = erase(from, 'needle')
    expect([done.records, done.table().damage]).toEqual([1, []])
  })
})
