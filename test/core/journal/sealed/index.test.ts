import * as fc from 'fast-check'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { LEVELS } from '../../../../core/level.ts'
import { IndexBuilder } from '../../../../core/journal/sealed/index-builder.ts'
import { FLAG_INCOMPLETE, FLAG_ODD_NUMBERS, type IndexHeader } from '../../../../core/journal/sealed/index-header.ts'
import { indexSealed } from '../../../../core/journal/sealed/index-sealed.ts'
import { addLineTokens } from '../../../../core/journal/sealed/line-tokens.ts'
import { blocksWithTokens, readIndexHeader } from '../../../../core/journal/sealed/read-index.ts'
import { mix, tokenHash } from '../../../../core/journal/sealed/token-hash.ts'
import { TokenSet } from '../../../../core/journal/sealed/token-set.ts'
import { tombstone } from '../../../../core/journal/frame.ts'
import { eachJsonToken, tokensOf } from '../../../../core/tokens.ts'
import { sealedFrom, type SealedAt, storedLine } from './segment-at.ts'

const hashOf = (token: string): { high: number; low: number } => tokenHash(Buffer.from(token), 0, Buffer.byteLength(token))

function headerOf(sealed: SealedAt): IndexHeader {
  return readIndexHeader(sealed.index, sealed.bytes)
}

function blocksWith(sealed: SealedAt, text: string): number[] {
  const fd = openSync(sealed.index, 'r')
  const may = blocksWithTokens(fd, headerOf(sealed), tokensOf(text).map(hashOf))
  closeSync(fd)
  return [...may.entries()].flatMap(([block, is]) => (is === 1 ? [block] : []))
}

describe('the token filters of an index', () => {
  const words = Array.from({ length: 9000 }, (_, n) => `word${n * 7919}`)
  const body = (n: number): object => ({ session: `S${n.toString(16).padStart(6, '0')}x`, text: `${words[n % 9000]} Über "quoted\n${words[(n * 31) % 9000]}" caf\u00e9`, pad: 'p '.repeat(200) })
  const many = Array.from({ length: 9000 }, (_, n) => storedLine({ body: body(n) }))

  test('never rule out a block that holds the tokens, and nearly always one that does not', () => {
    const sealed = sealedFrom([many])
    const { blocks } = headerOf(sealed)
    expect(blocks.length).toBeGreaterThan(5)
    let passed = 0
    for (let n = 0; n < 9000; n += 13) {
      const home = blocks.findIndex((row) => n >= row[4] && n < row[4] + row[3])
      const found = blocksWith(sealed, `s${n.toString(16).padStart(6, '0')}X`)
      expect(found).toContain(home)
      passed += found.length - 1
      expect(blocksWith(sealed, `${words[n]} Über ${words[(n * 31) % 9000]} café`)).toContain(home)
    }
    expect(passed / ((9000 / 13) * (blocks.length - 1))).toBeLessThan(0.005)
    let wrong = 0
    for (let n = 0; n < 2000; n++) wrong += blocksWith(sealed, `nowhere${n}`).length
    expect(wrong / (2000 * blocks.length)).toBeLessThan(0.005)
  })

  test('know keys, the level, the source and the tags as well, but not the time', () => {
    const sealed = sealedFrom([[storedLine({ level: 'warn', source: 'Shop-9', tags: ['paid', 'x"y'], body: { latency_ms: 17 } })]])
    for (const token of ['latency_ms', '17', 'warn', 'shop', '9', 'paid', 'x', 'y', 'web1', 'body', 'level']) expect(blocksWith(sealed, token), token).toEqual([0])
    for (const token of ['2026', '01t00', '013z', 'time']) expect(blocksWith(sealed, token), token).toEqual([])
  })

  test('stay small when one block holds rubbish', () => {
    const rubbish = Array.from({ length: 900 }, (_, n) => storedLine({ body: Array.from({ length: 200 }, (_x, i) => (n * 200 + i).toString(36)).join(' ') }))
    const plain = Array.from({ length: 20_000 }, () => storedLine({ body: 'the same words in every line of the block, again and again' }))
    const sealed = sealedFrom([plain, rubbish])
    expect(sealed.indexBytes).toBeLessThan(sealed.state.bytes / 4)
    const home = headerOf(sealed).blocks.findLastIndex((row) => row[4] <= 20_000 + 850)
    expect(blocksWith(sealed, (850 * 200 + 3).toString(36))).toContain(home)
  })

  test('hash what the tokeniser sees, whatever the bytes are', () => {
    const pairs = (fill: (set: TokenSet) => void): string[] => {
      const set = new TokenSet()
      fill(set)
      const taken = set.take()
      return Array.from({ length: taken.length / 2 }, (_, i) => `${mix(taken[2 * i] as number)} ${mix(taken[2 * i + 1] as number)}`).sort()
    }
    const check = (bytes: Buffer): void => {
      const line = Buffer.concat([bytes.map((byte) => (byte === 10 ? 32 : byte)), Buffer.from('\n')])
      const end = line.length - 1
      const want = new Set<string>()
      eachJsonToken(line, 0, end, (token, first, last) => {
        const { high, low } = tokenHash(token, first, last)
        want.add(`${high} ${low}`)
      })
      expect(pairs((set) => addLineTokens(line, 0, end, set))).toEqual([...want].sort())
    }
    fc.assert(fc.property(fc.jsonValue(), (value) => check(Buffer.from(JSON.stringify(value)))))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => check(Buffer.from(bytes))))
    fc.assert(fc.property(fc.array(fc.constantFrom('a', 'Z', '"', '\\', '\\u00e9', 'é', '\\n', ' ', '1', '.', 'e', '{', ':')), (parts) => check(Buffer.from(parts.join('')))))
  })
})

describe('the counts of an index', () => {
  const levels = ['info', 'error', 'debug']
  const sources = ['a', 'b', '__proto__']
  const time = (n: number): string => new Date(1_793_000_000_000 + n * 977).toISOString()
  const lines = Array.from({ length: 12_000 }, (_, n) => storedLine({ time: n % 5 === 0 ? time(n).replace('Z', '456Z') : time(n), level: levels[n % 3] as string, source: sources[n % 7 % 3] as string, tags: n % 2 === 0 ? ['even', 'x'] : ['x', 'x'], body: { n, pad: 'y'.repeat(200) } }))

  test('are those of a count by hand', () => {
    const sealed = sealedFrom([lines.slice(0, 5000), lines.slice(5000)])
    const header = headerOf(sealed)
    expect(header.blocks.length).toBeGreaterThan(2)
    for (const [b, [, , , records, first, minTime, maxTime, flags]] of header.blocks.entries()) {
      const counts = new Map<string, number>()
      const tags = new Map<string, number>()
      const times: number[] = []
      for (const line of lines.slice(first, first + records)) {
        const value = JSON.parse(line) as { time: string; level: string; source: string; tags: string[] }
        times.push(Date.parse(value.time))
        const key = `${Math.floor(Date.parse(value.time) / 60_000)} ${value.level} ${value.source}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
        for (const tag of new Set(value.tags)) tags.set(tag, (tags.get(tag) ?? 0) + 1)
      }
      const quads = header.counts[b] as number[]
      const got = new Map<string, number>()
      for (let i = 0; i < quads.length; i += 4) got.set(`${quads[i]} ${LEVELS[quads[i + 1] as number]} ${header.sources[quads[i + 2] as number]}`, quads[i + 3] as number)
      expect(got).toEqual(counts)
      const gotTags = new Map<string, number>()
      const pairs = header.tagCounts[b] as number[]
      for (let i = 0; i < pairs.length; i += 2) gotTags.set(header.tags[pairs[i] as number] as string, pairs[i + 1] as number)
      expect(gotTags).toEqual(tags)
      expect([minTime, maxTime, flags]).toEqual([Math.min(...times), Math.max(...times), 0])
    }
    expect(Object.entries(sealed.state.sources).map(([name, [records]]) => [name, records])).toEqual(sources.map((name) => [name, lines.filter((line) => line.includes(`"source":"${name}"`)).length]))
  })

  test('leave erased records out', () => {
    const header = headerOf(sealedFrom([[storedLine(), tombstone(5, 'gone').trimEnd(), storedLine({ body: { erased: true } }), storedLine({ body: '","erased":true}' })]]))
    expect(header.blocks[0]?.slice(3, 5)).toEqual([4, 0])
    expect(header.counts[0]?.[3]).toBe(3)
    expect(headerOf(sealedFrom([[tombstone(5, 'gone').trimEnd()]])).blocks[0]?.slice(5)).toEqual([0, -1, 0])
  })

  test('read any head that is JSON, and say so when they lack something', () => {
    const odd = '{"level":"error","time":"2026-11-01T00:00:00.013Z","source":"odd","tags":["t"],"body":1}'
    const far = storedLine({ time: '+012026-11-01T00:00:00.013Z' })
    const header = headerOf(sealedFrom([[odd, far, storedLine({ source: '],"body":' })]]))
    expect(header.sources).toEqual(['odd', 'app', '],"body":'])
    expect(header.counts[0]).toHaveLength(12)
    expect(header.blocks[0]?.[7]).toBe(0)
    const flags = (list: string[]): number | undefined => headerOf(sealedFrom([list])).blocks[0]?.[7]
    expect(flags([storedLine(), '{"no":"record"}'])).toBe(FLAG_INCOMPLETE)
    expect(flags(Array.from({ length: 2001 }, (_, n) => storedLine({ tags: [`t${n}`] })))).toBe(FLAG_INCOMPLETE)
  })

  test('do not grow with heads that are all different', () => {
    const builder = new IndexBuilder()
    const text = Array.from({ length: 25_000 }, (_, n) => storedLine({ source: `s${n % 10}`, tags: [`t${n % 100}`] }).replace('web1', `web${n}`))
    for (const line of text) builder.line(Buffer.from(`${line}\n`), 0, Buffer.byteLength(line))
    builder.block({ offset: 0, length: 1, raw: 1, records: text.length, first: 0 })
    const { counts, tagCounts } = builder.content
    expect(counts[0]?.filter((_, i) => i % 4 === 3)).toEqual(Array(10).fill(2500))
    expect(tagCounts[0]?.filter((_, i) => i % 2 === 1)).toEqual(Array(100).fill(250))
  })
})

describe('numbers that are not written as JavaScript writes them', () => {
  const check = (json: string, odd: boolean): void => {
    const line = `${storedLine({ body: 0 }).slice(0, -2)}${json}}`
    expect((headerOf(sealedFrom([[line]])).blocks[0]?.[7] as number) & FLAG_ODD_NUMBERS, json).toBe(odd ? FLAG_ODD_NUMBERS : 0)
  }
  test('are marked', () => {
    for (const json of ['{"a":1e3}', '{"a":1.50}', '[1,2,1E5]', '-0', '{"a":{"b":[12.0]}}', '{"a":12345678901234567890}', '{"a":"\\n","b":1.0}', '{"é":0.10}', '0.00000001', '1e+3']) check(json, true)
    for (const json of ['{"a":1000}', '{"a":1.5,"b":-2.25,"c":0}', '"1.50 and 1e3"', '{"a":"x\\" 1.50"}', '{"a":"\\n: 1e3","b":1}', '{"v":"é 2.0"}', '1e-7', '1e+21', '{"ns":1700000000000000000}', '{"1.50":1}', '0.000001', '[]']) check(json, false)
  })
})

describe('an index file', () => {
  test('made anew from the blocks is the one made while sealing', () => {
    const sealed = sealedFrom([Array.from({ length: 5000 }, (_, n) => storedLine({ body: { n, pad: 'z'.repeat(300) } }))])
    const again = `${sealed.index}.again`
    expect(indexSealed(sealed.data, again, 7)).toEqual({ indexBytes: sealed.indexBytes, damaged: 0 })
    expect(readFileSync(again).equals(readFileSync(sealed.index))).toBe(true)
  })

  test('that is cut, changed, foreign or missing is said to be none', () => {
    const sealed = sealedFrom([[storedLine()]])
    const bytes = readFileSync(sealed.index)
    const check = (content: Buffer): void => {
      writeFileSync(sealed.index, content)
      expect(() => headerOf(sealed)).toThrow(expect.objectContaining({ name: 'NoIndex' }))
    }
    for (const length of [0, 5, 11, 13, 40, 100]) check(bytes.subarray(0, length))
    writeFileSync(sealed.index, bytes)
    const length = bytes.readUInt32LE(8)
    const header = headerOf(sealed)
    for (let at = 0; at < 12 + length; at++) {
      const bad = Buffer.from(bytes)
      bad[at] = (bad[at] as number) ^ 0x10
      writeFileSync(sealed.index, bad)
      let got: unknown = header // a bit that means nothing, as in a length that is longer than need be
      try {
        got = headerOf(sealed)
      } catch (error) {
        expect((error as Error).name).toBe('NoIndex')
      }
      expect(got, `byte ${at}`).toEqual(header)
    }
    writeFileSync(sealed.index, bytes)
    expect(() => readIndexHeader(sealed.index, sealed.bytes + 1)).toThrow('another file')
    expect(() => readIndexHeader(`${sealed.index}.not`, sealed.bytes)).toThrow(expect.objectContaining({ name: 'NoIndex' }))
  })
})
