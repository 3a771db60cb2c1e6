// Starts and readers that find sealed segments in every state but the right one.
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readBlockTable } from '../../../core/journal/sealed/block-table.ts'
import { append, freshDirectory, openAt, readAll, recordLines, segmentFiles } from './journal-at.ts'
import { fill, forgetCatalog, journalFiles, numbers, openSealing, range, sealed, sealedFiles, seen } from './sealing-at.ts'

describe('a start', () => {
  test('unlinks the unsealed twin of a sealed segment, and prefers it to a sealed one that is not whole', async () => {
    const directory = freshDirectory()
    const { journal } = await openAt(directory, { segmentBytes: 2000 })
    await fill(journal, 0, 60)
    await journal.close()
    const plain = segmentFiles(directory)
    const copies = plain.map((file) => readFileSync(file))
    const sealing = await openSealing(directory)
    await sealing.journal.seal()
    await sealing.journal.close()
    for (const [i, file] of plain.entries()) writeFileSync(file, copies[i] as Buffer)
    const damaged = sealedFiles(directory)[1] as string
    truncateSync(damaged, 100)
    for (const lose of [() => undefined, forgetCatalog]) {
      lose(directory)
      const again = await openAt(directory)
      expect(seen(await readAll(again.journal))).toEqual(range(0, 60))
      await again.journal.close()
    }
    expect(segmentFiles(directory)).toEqual([plain[1]])
    expect(readdirSync(join(directory, 'journal/quarantine'))).toEqual(['000000000002.json.gz'])
    expect(existsSync(join(directory, 'journal/000000000002.idx'))).toBe(false)
  })

  test('removes what a crash left of a sealing', async () => {
    const directory = await sealed()
    for (const name of ['000000000009.json.gz.tmp', '000000000009.idx.tmp', '000000000077.idx']) writeFileSync(join(directory, 'journal', name), 'half')
    const { journal, reports } = await openSealing(directory)
    expect(readdirSync(join(directory, 'journal')).filter((name) => /tmp|77/.test(name))).toEqual([])
    expect(reports).toEqual([])
    await journal.close()
  })

  test('goes on from state.db when the end of the newest segment cannot be read', async () => {
    const directory = await sealed()
    const newest = sealedFiles(directory).at(-1) as string
    const bytes = readFileSync(newest)
    const before = readBlockTable(newest)
    const stateAt = (before.blocks.at(-1) as { offset: number; length: number }).offset + (before.blocks.at(-1) as { length: number }).length
    bytes[stateAt + 30] = (bytes[stateAt + 30] as number) ^ 0xff
    writeFileSync(newest, bytes)
    forgetCatalog(directory)
    const { journal, reports } = await openSealing(directory)
    expect(reports.join()).toContain('its end is missing')
    // Whose it is cannot be known without catalog and end: it is not delivered.
    expect(seen(await readAll(journal)).length).toBeLessThan(100)
    await journal.close()
    const second = await sealed()
    const last = sealedFiles(second).at(-1) as string
    truncateSync(last, readFileSync(last).length - 20)
    const opened = await openSealing(second)
    expect(opened.reports.join()).toContain('its end is missing')
    expect(seen(await readAll(opened.journal))).toEqual(range(0, 100))
    expect(opened.journal.positions.get('a/x')).toEqual({ offset: 100 })
    expect(opened.journal.totals.records).toBe(100)
    await opened.journal.close()
  })

  test('survives any one file cut, changed, emptied, swapped or missing, and readers get what is intact', async () => {
    const damages: Array<[string, (file: string, other: string) => void]> = [
      ['cut', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
      ['emptied', (file) => truncateSync(file, 0)],
      ['missing', (file) => rmSync(file)],
      ['another in its place', (file, other) => copyFileSync(other, file)],
      ['garbage', (file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length, 'garbage'))],
      ['a flipped bit', (file) => {
        const bytes = readFileSync(file)
        bytes[60] = (bytes[60] as number) ^ 1
        writeFileSync(file, bytes)
      }],
    ]
    for (const [name, damage] of damages) {
      for (const lose of [() => undefined, forgetCatalog]) {
        const directory = await sealed()
        const [first, , third] = sealedFiles(directory) as [string, string, string]
        damage(third, first)
        lose(directory)
        const { journal, reports } = await openSealing(directory)
        const bodies = seen(await readAll(journal)) as number[]
        expect(new Set(bodies).size, name).toBe(bodies.length)
        expect(bodies.length, name).toBeGreaterThan(75)
        if (!(name === 'missing' && lose === forgetCatalog)) expect(reports.join(), name).toMatch(/000000000003/)
        await append(journal, 'a/x', 100, numbers(100, 105))
        expect((seen(await readAll(journal)) as number[]).slice(-5)).toEqual(range(100, 105))
        expect(journal.positions.get('a/x')).toEqual({ offset: 105 })
        await journal.close()
      }
    }
  })

  test('makes missing, damaged and foreign indexes anew', async () => {
    const directory = await sealed()
    const indexes = journalFiles(directory, '.idx')
    const whole = indexes.map((file) => readFileSync(file))
    rmSync(indexes[0] as string)
    truncateSync(indexes[1] as string, 50)
    writeFileSync(indexes[2] as string, '')
    const { journal, reports } = await openSealing(directory)
    // What is there is not looked at before it is needed.
    for (const number of [2, 3]) journal.indexLost(number)
    await journal.seal()
    expect(indexes.map((file) => readFileSync(file).equals(whole[indexes.indexOf(file)] as Buffer))).toEqual(indexes.map(() => true))
    writeFileSync(indexes[3] as string, Buffer.alloc((whole[3] as Buffer).length))
    journal.indexLost(4)
    await journal.seal()
    expect(readFileSync(indexes[3] as string).equals(whole[3] as Buffer)).toBe(true)
    expect(reports).toEqual([])
    await journal.close()
  })

  test('keeps positions and totals when a frameless segment is all there is', async () => {
    const directory = await sealed()
    const { journal } = await openSealing(directory)
    await append(journal, 'a/x', 100, numbers(100, 105))
    await journal.close()
    const active = segmentFiles(directory)[0] as string
    truncateSync(active, readFileSync(active).indexOf('\n') + 1)
    for (const file of [...sealedFiles(directory), ...journalFiles(directory, '.idx')]) rmSync(file)
    for (let start = 0; start < 3; start++) {
      forgetCatalog(directory)
      const again = await openAt(directory)
      expect(again.journal.positions.get('a/x')).toEqual({ offset: 100 })
      expect(again.journal.totals.records).toBe(100)
      await again.journal.close()
    }
  })
})

describe('a bad block', () => {
  test('is passed over by readers and named once', async () => {
    const directory = freshDirectory()
    const { journal } = await openSealing(directory, { segmentBytes: 1e8 })
    for (let n = 0; n < 400; n++) await append(journal, 'a/x', n, [{ n, pad: randomBytes(5000).toString('hex') }])
    await journal.seal()
    await journal.close()
    const [file] = sealedFiles(directory) as [string]
    const { blocks } = readBlockTable(file)
    const victim = blocks[1] as { offset: number; first: number; records: number }
    const bytes = readFileSync(file)
    bytes[victim.offset + 500] = (bytes[victim.offset + 500] as number) ^ 1
    writeFileSync(file, bytes)
    const again = await openSealing(directory)
    const want = range(0, 400).filter((n) => n < victim.first || n >= victim.first + victim.records)
    expect(seen(await readAll(again.journal))).toEqual(want)
    expect(seen(await readAll(again.journal))).toEqual(want)
    expect(again.reports).toEqual([expect.stringContaining(`error: cannot read ${victim.records} records of segment 000000000001.json.gz from number ${victim.first} on`)])
    await again.journal.close()
  })
})

describe('a segment of another journal', () => {
  test('is entered, not delivered, not counted, and its number is not used again', async () => {
    const other = await sealed()
    const directory = freshDirectory()
    const { journal } = await openSealing(directory)
    await fill(journal, 0, 20)
    await journal.close()
    copyFileSync(sealedFiles(other)[2] as string, join(directory, 'journal/000000000500.json.gz'))
    const again = await openSealing(directory)
    expect(again.reports.join()).toMatch(/info: segment 000000000500\.json\.gz belongs to another journal/)
    await again.journal.seal()
    expect(existsSync(join(directory, 'journal/000000000500.idx'))).toBe(true)
    expect(again.journal.totals.records).toBe(20)
    const { segment } = again.journal.head()
    expect(segment).toBeLessThan(500)
    copyFileSync(sealedFiles(other)[1] as string, join(directory, `journal/${String(segment + 1).padStart(12, '0')}.json.gz`))
    await append(again.journal, 'a/x', 20, numbers(20, 25))
    expect(again.journal.head().segment).toBe(segment + 2)
    expect(seen(await readAll(again.journal))).toEqual(range(0, 25))
    await again.journal.close()
    const third = await openSealing(directory)
    expect(seen(await readAll(third.journal))).toEqual(range(0, 25))
    expect(third.journal.totals.records).toBe(25)
    await third.journal.close()
    expect(recordLines(directory)).toHaveLength(0)
  })

  test('whose name one of ours has is said to have replaced it; beside the unsealed one it gives way', async () => {
    const other = await sealed()
    const directory = freshDirectory()
    const { journal } = await openAt(directory, { segmentBytes: 2000 })
    await fill(journal, 0, 30)
    await journal.close()
    copyFileSync(sealedFiles(other)[1] as string, join(directory, 'journal/000000000002.json.gz'))
    const again = await openAt(directory)
    expect(seen(await readAll(again.journal))).toEqual(range(0, 30))
    expect(again.reports.join()).toContain('000000000002.json.gz was not used')
    await again.journal.close()
  })

  test('does not make anybody forget where sources stand, unsealed and with the highest number', async () => {
    const other = freshDirectory()
    const strange = await openAt(other)
    await append(strange.journal, 'b/y', 0, numbers(0, 5))
    await strange.journal.close()
    const directory = await sealed()
    const copy = join(directory, 'journal/000000000900.jsonl')
    copyFileSync(segmentFiles(other)[0] as string, copy)
    for (let n = 100; n < 115; n += 5) {
      const { journal, reports } = await openSealing(directory)
      expect(reports).toEqual([expect.stringContaining('warn: segment 000000000900.jsonl belongs to another journal')])
      expect([journal.positions.get('a/x'), journal.positions.get('b/y')]).toEqual([{ offset: n }, undefined])
      await append(journal, 'a/x', n, numbers(n, n + 5))
      expect(journal.head().segment).toBeLessThan(100)
      await journal.close()
    }
    expect(existsSync(copy)).toBe(true)
  })
})
