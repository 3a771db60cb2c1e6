import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { IndexCheck } from '../../../core/check/check-index.ts'
import { checkSealed } from '../../../core/check/check-sealed.ts'
import type { Finding } from '../../../core/check/finding.ts'
import { mendBlocks, type Mended } from '../../../core/check/mend-blocks.ts'
import { readBlockTable } from '../../../core/journal/sealed/block-table.ts'
import { decodeBlock } from '../../../core/journal/sealed/format.ts'
import { sealSegment } from '../../../core/journal/sealed/seal-segment.ts'
import { freshFolder, storedLine, writeSegment } from '../journal/sealed/segment-at.ts'

/** Four blocks and a bit; every line another, so that a wrong place is seen. */
const LINES = Array.from({ length: 12_000 }, (_, n) => storedLine({ time: new Date(1_793_491_200_000 + n * 1000).toISOString(), body: { n, session: `s${(n * 7919) % 100_003}`, pad: createHash('sha512').update(String(n)).digest('hex').slice(n % 30).repeat(2) } }))
const home = mkdtempSync(join(tmpdir(), 'sawlog-mend-'))
afterAll(() => rmSync(home, { recursive: true }))
const NAME = '000000000007.json.gz'
const whole = { jsonl: join(home, '000000000007.jsonl'), data: join(home, NAME), index: join(home, '000000000007.idx'), name: NAME }
writeSegment(whole.jsonl, [LINES])
const sealed = sealSegment(whole.jsonl, whole, { segment: 7, length: statSync(whole.jsonl).size, compression: 'gzip', level: 1, now: 5000 })
const bytes = readFileSync(whole.data)
const { blocks, state } = readBlockTable(whole.data)
const second = blocks[1] as (typeof blocks)[number]

interface Outcome extends Mended {
  readonly lines: string[]
  readonly quarantined: Buffer[]
}

function findings(data: string, index: string): Finding[] {
  const found: Finding[] = []
  const check = new IndexCheck(index, { name: NAME, bytes: statSync(data).size })
  const facts = checkSealed({ number: 7, path: data, where: 'it', known: true, block: (entry, lines) => check.block(entry, lines) }, (finding) => found.push(finding))
  const wrong = check.verdict(facts.whole)
  check.close()
  if (wrong !== null) found.push({ level: 'problem', where: 'index', what: wrong, remedy: '', repair: null })
  return found
}

function linesOf(path: string): string[] {
  const file = readFileSync(path)
  return readBlockTable(path).blocks.flatMap((entry) => decodeBlock(file.subarray(entry.offset, entry.offset + entry.length), entry, 'gzip').toString().trimEnd().split('\n'))
}

/** Damages, checks that it is noticed, mends, and checks that nothing is left to notice. */
function mend(damaged: Buffer): Outcome {
  const folder = freshFolder()
  const path = join(folder, NAME)
  writeFileSync(path, damaged)
  expect(findings(path, whole.index).length).toBeGreaterThan(0)
  const out = { data: join(folder, 'out.json.gz'), index: join(folder, 'out.idx'), name: NAME }
  const { bytes: _, sources: __, ...lastKnown } = sealed.state
  const mended = mendBlocks({ number: 7, path, out, directory: folder, lastKnown, level: 1, now: () => 1_800_000_000_000 })
  expect(findings(out.data, out.index)).toEqual([])
  const kept = readdirSync(folder).includes('quarantine') ? readdirSync(join(folder, 'quarantine')) : []
  return { ...mended, lines: linesOf(out.data), quarantined: kept.map((name) => readFileSync(join(folder, 'quarantine', name))) }
}

/** Every record is where it was, or its number is kept by a tombstone. */
function expectInPlace(lines: readonly string[], lost: number): void {
  expect(lines).toHaveLength(LINES.length)
  const wrong = lines.filter((line, n) => line !== LINES[n])
  expect(wrong).toHaveLength(lost)
  for (const line of wrong) expect(JSON.parse(line)).toMatchObject({ erased: true, error: 'damaged on disk; see quarantine' })
}

function flipped(at: number, bit = 3): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] as number) ^ (1 << bit)
  return copy
}

test('there is something to damage', () => {
  expect(blocks.length).toBeGreaterThan(3)
  expect(findings(whole.data, whole.index)).toEqual([])
})

test.each([
  ['the first byte of the header', second.offset],
  ['the name of the subfield', second.offset + 13],
  ['the length of the member', second.offset + 16],
  ['the number of records', second.offset + 20],
  ['the number of the first record', second.offset + 24],
  ['the checksum', second.offset + second.length - 8],
  ['the length of the records', second.offset + second.length - 4],
])('a flipped bit in %s loses nothing', (_, at) => {
  const { lines, lost, kept } = mend(flipped(at))
  expect([lost, kept]).toEqual([0, []])
  expectInPlace(lines, 0)
})

test('a flipped bit in the compressed data costs its block, whose bytes are kept aside; numbers stay', () => {
  const { lines, lost, quarantined, state: mendedState } = mend(flipped(second.offset + 5000))
  expect(lost).toBe(second.records)
  expectInPlace(lines, second.records)
  expect(lines.findIndex((line, n) => line !== LINES[n])).toBe(second.first)
  expect(quarantined).toHaveLength(1)
  expect(quarantined[0]).toHaveLength(second.length)
  expect(mendedState.totals).toEqual(state?.totals)
})

test('of a file that was cut off, the records before the cut stay, also those of the block it is in', () => {
  const cut = second.offset + Math.floor(second.length / 2)
  const { lines, lost, state: mendedState } = mend(bytes.subarray(0, cut))
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(LINES.length - second.first)
  expectInPlace(lines, lost)
  expect(mendedState).toMatchObject({ journal: 'a-journal', segment: 7, records: LINES.length, positions: { 'a/x': { offset: 12_005 } } })
})

test('the end alone is made anew from what is known', () => {
  const last = blocks.at(-1) as (typeof blocks)[number]
  for (const cut of [last.offset + last.length, bytes.length - 1, bytes.length - 12]) {
    const { lines, lost, state: mendedState } = mend(bytes.subarray(0, cut))
    expect(lost).toBe(0)
    expectInPlace(lines, 0)
    expect(mendedState).toEqual(state)
  }
})

test('a block that is missing altogether leaves tombstones', () => {
  const { lines, lost, kept } = mend(Buffer.concat([bytes.subarray(0, second.offset), bytes.subarray(second.offset + second.length)]))
  expect([lost, kept]).toEqual([second.records, []])
  expectInPlace(lines, second.records)
})

test('whatever is overwritten, what is mended is whole and no other record is touched', () => {
  let seed = 7
  const random = (below: number): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) % below
  for (let round = 0; round < 12; round++) {
    const copy = Buffer.from(bytes)
    const start = random(bytes.length)
    const end = Math.min(bytes.length, start + 1 + random(round % 3 === 0 ? 300_000 : 50))
    for (let at = start; at < end; at++) copy[at] = random(256)
    if (copy.equals(bytes)) continue
    const { lines, lost } = mend(copy)
    expectInPlace(lines, lost)
    const touched = blocks.filter(({ offset, length }) => offset < end && offset + length > start)
    expect(lost, `bytes ${start} to ${end}`).toBeLessThanOrEqual(touched.reduce((sum, { records }) => sum + records, 0))
  }
})
