import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync, closeSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compressionOf, readBlockTable, readSealedState } from '../../../../core/journal/sealed/block-table.ts'
import { readBlockSync } from '../../../../core/journal/sealed/read-block.ts'
import { sealSegment } from '../../../../core/journal/sealed/seal-segment.ts'
import { zstd } from '../../../../core/journal/sealed/zstd.ts'
import { sealedFrom, storedLine } from './segment-at.ts'

const random = (bytes: number): string => randomBytes(bytes).toString('base64')
const lines = (count: number, bytes: number): string[] => Array.from({ length: count }, (_, n) => storedLine({ body: { n, pad: random(bytes) } }))

function blocksOf(path: string): string[] {
  const fd = openSync(path, 'r')
  const texts = readBlockTable(path).blocks.map((entry) => readBlockSync(fd, entry, compressionOf(path)).toString('utf8'))
  closeSync(fd)
  return texts
}

const has = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('a sealed segment', () => {
  test('holds the record lines and nothing else for anything that reads gzip', () => {
    const { data, text } = sealedFrom([lines(900, 300), [], lines(4000, 700)])
    const wanted = Buffer.from(text)
    expect(gunzipSync(readFileSync(data)).equals(wanted)).toBe(true)
    if (has('zcat')) expect(execFileSync('zcat', [data], { maxBuffer: 2 ** 27 }).equals(wanted)).toBe(true)
    if (has('python3')) expect(execFileSync('python3', ['-c', 'import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())', data], { maxBuffer: 2 ** 27 }).equals(wanted)).toBe(true)
    if (has('gzip')) execFileSync('gzip', ['--test', data])
  })

  test.skipIf(zstd === null)(`does so with Zstandard${zstd === null ? ' (this Node.js has no Zstandard)' : ''}`, () => {
    const { data, text } = sealedFrom([lines(3000, 700)], { compression: 'zstd', level: 3 })
    expect(blocksOf(data).join('')).toBe(text)
    expect(readSealedState(data)).toMatchObject({ records: 3000 })
    if (has('zstd')) expect(execFileSync('zstd', ['-dc', data], { maxBuffer: 2 ** 27 }).toString()).toBe(text)
  })

  test('has blocks of about 1 MiB cut at line ends, and one for each longer line', () => {
    const long = storedLine({ body: random(1_500_000) })
    const { data, text } = sealedFrom([[...lines(1500, 1000), long, ...lines(3, 20)], [long, long]])
    const table = readBlockTable(data)
    expect(table.damage).toEqual([])
    const texts = blocksOf(data)
    expect(texts.join('')).toBe(text)
    expect(texts.every((block) => block.endsWith('\n') && (block.length <= 1_048_576 || block === `${long}\n`))).toBe(true)
    expect(texts.filter((block) => block === `${long}\n`)).toHaveLength(3)
    let first = 0
    for (const [n, block] of table.blocks.entries()) {
      const records = (texts[n] as string).split('\n').length - 1
      expect(block).toMatchObject({ first, records, raw: (texts[n] as string).length })
      first += records
    }
  })

  test('ends with what is needed to go on from it', () => {
    const { data, state } = sealedFrom([lines(3, 10), lines(2, 10)])
    expect(readSealedState(data)).toEqual(state)
    expect(readBlockTable(data).state).toEqual(state)
    expect(state).toMatchObject({
      v: 1, journal: 'a-journal', segment: 7, created: 1000, sealed: 5000, records: 5, firstTime: 99, lastTime: 201, firstCommit: 2000, lastCommit: 2001,
      frame: 42, positions: { 'a/x': { offset: 10 } }, gaps: [], totals: { records: 5 }, sources: { app: [5, state.bytes] },
    })
  })

  test('carries a state of any length', () => {
    const many = Array.from({ length: 2000 }, () => storedLine({ source: random(200) }))
    const { data, state, text } = sealedFrom([many])
    expect(Buffer.byteLength(JSON.stringify(state))).toBeGreaterThan(400_000)
    expect(readSealedState(data)).toEqual(state)
    expect(readBlockTable(data).state).toEqual(state)
    expect(gunzipSync(readFileSync(data)).toString()).toBe(text)
  })

  test('may hold no record at all', () => {
    const { data } = sealedFrom([[], []])
    expect(gunzipSync(readFileSync(data))).toHaveLength(0)
    expect(readSealedState(data)).toMatchObject({ records: 0, firstTime: null, frame: 42 })
  })

  test('holds frames far larger than what is read at once', () => {
    const { data, text } = sealedFrom([lines(5, 10), lines(3000, 900), [storedLine({ body: random(5_000_000) })], lines(5, 10)])
    expect(gunzipSync(readFileSync(data)).toString()).toBe(text)
  })

  test('is not made of a segment with a flipped bit, wherever it is', () => {
    const { jsonl, data, index } = sealedFrom([lines(20, 50), lines(20, 50)])
    const whole = readFileSync(jsonl)
    const seal = (length = whole.length): unknown => sealSegment(jsonl, { data, index, name: 'x' }, { segment: 7, length, compression: 'gzip', level: 1, now: 1 })
    for (let at = 3; at < whole.length; at += 97) {
      const bad = Buffer.from(whole)
      bad[at] = (bad[at] as number) ^ 4
      writeFileSync(jsonl, bad)
      expect(() => seal(), `byte ${at}`).toThrow()
    }
    writeFileSync(jsonl, whole)
    seal()
    truncateSync(jsonl, whole.length - 10)
    expect(() => seal()).toThrow('shorter than the catalog says')
    expect(() => seal(whole.length - 10)).toThrow('in the middle of a line')
  })
})

describe.each(zstd === null ? (['gzip'] as const) : (['gzip', 'zstd'] as const))('a damaged segment sealed with %s', (compression) => {
  test('keeps its other blocks readable when a header is overwritten', () => {
    const { data } = sealedFrom([lines(4000, 900)], { compression })
    const whole = readBlockTable(data)
    expect(whole.blocks.length).toBeGreaterThan(4)
    const bytes = readFileSync(data)
    // Its beginning, and a byte of each number in it.
    for (const at of compression === 'gzip' ? [0, 17, 21, 25] : [0, 9, 13, 17]) {
      const victim = whole.blocks[2] as { offset: number }
      const bad = Buffer.from(bytes)
      bad[victim.offset + at] = (bad[victim.offset + at] as number) ^ 0x40
      writeFileSync(data, bad)
      const table = readBlockTable(data)
      expect(table.damage, `byte ${at}`).toHaveLength(1)
      expect(table.blocks, `byte ${at}`).toEqual(whole.blocks.filter((block) => block.offset !== victim.offset))
      expect(table.state).toEqual(whole.state)
    }
  })

  test('never makes reading its table throw, however it was cut or changed', () => {
    const { data, state } = sealedFrom([lines(2500, 900)], { compression })
    const bytes = readFileSync(data)
    const whole = readBlockTable(data)
    for (let n = 0; n < 120; n++) {
      const bad = Buffer.from(bytes)
      for (let i = 0; i < 1 + (n % 5); i++) bad[Math.floor(Math.random() * bad.length)] = Math.floor(Math.random() * 256)
      writeFileSync(data, bad.subarray(0, n % 2 === 0 ? bad.length : Math.floor(Math.random() * bad.length)))
      const table = readBlockTable(data)
      for (const block of table.blocks) expect(block.offset + block.length).toBeLessThanOrEqual(statSync(data).size)
      expect([null, JSON.stringify(state)]).toContain(table.state === null ? null : JSON.stringify(table.state))
      readSealedState(data)
    }
    writeFileSync(data, bytes.subarray(0, (whole.blocks.at(-1) as { offset: number }).offset + 100))
    expect(readBlockTable(data)).toMatchObject({ blocks: whole.blocks.slice(0, -1), state: null })
  })

  test('tells a block with a flipped bit from a good one', () => {
    const { data } = sealedFrom([lines(20, 900)], { compression })
    const bytes = readFileSync(data)
    const [entry] = readBlockTable(data).blocks
    const fd = openSync(data, 'r')
    for (let at = 30; at < (entry as { length: number }).length - 8; at += 501) {
      const bad = Buffer.from(bytes)
      bad[at] = (bad[at] as number) ^ 1
      writeFileSync(data, bad)
      expect(() => readBlockSync(fd, entry as never, compression), `byte ${at}`).toThrow(expect.objectContaining({ name: 'DamagedBlock' }))
    }
    closeSync(fd)
  })
})
