import { once } from 'node:events'
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SegmentRow } from '../../../core/journal/catalog.ts'
import { DirectorySegments } from '../../../core/journal/directory-segments.ts'
import type { Extent } from '../../../core/journal/extents.ts'
import type { Journal } from '../../../core/journal/journal.ts'
import { sealSegment } from '../../../core/journal/sealed/seal-segment.ts'
import { append, freshDirectory, openAt, segmentFiles } from './journal-at.ts'

interface Scene {
  readonly directory: string
  readonly journal: Journal
  fill(from: number, to: number): Promise<void>
}

/** Frames of ten records, a few to a segment. */
async function scene(segmentBytes = 3000): Promise<Scene> {
  const directory = freshDirectory()
  const { journal } = await openAt(directory, { segmentBytes })
  onTestFinished(async () => {
    await journal.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    directory, journal,
    async fill(from, to) {
      for (let n = from; n < to; n += 10) await append(journal, 's', n, Array.from({ length: 10 }, (_, i) => ({ n: n + i })))
    },
  }
}

/** What the journal itself says of each segment. */
function ofJournal(journal: Journal): object[] {
  return journal.segments().map(({ number, path, bytes, records, firstTime, lastTime }) => ({ segment: number, file: path.slice(path.lastIndexOf('/') + 1), bytes, records, firstTime, lastTime }))
}

function found(segments: DirectorySegments): object[] {
  return segments.rows().map(({ number, firstTime, lastTime }) => {
    const { segment, file, bytes, records } = segments.at(number) as Extent
    return { segment, file, bytes, records, firstTime, lastTime }
  })
}

describe('the segments of a directory', () => {
  test('are what the journal that writes them says, while it grows', async () => {
    const { directory, journal, fill } = await scene()
    await fill(0, 100)
    const segments = new DirectorySegments(directory)
    expect(segments.rows().length).toBeGreaterThan(2)
    expect(found(segments)).toEqual(ofJournal(journal))
    expect(segments.list()).toEqual(journal.segments())
    expect(segments.refresh()).toBe(false)
    for (let n = 100; n < 200; n += 10) {
      await fill(n, n + 10)
      expect(segments.refresh()).toBe(true)
      expect(found(segments)).toEqual(ofJournal(journal))
    }
    const last = segments.rows().at(-1) as SegmentRow
    expect([segments.at(last.number)?.closed, segments.at(1)?.closed]).toEqual([false, true])
    expect([segments.after(0)?.segment, segments.after(1)?.segment, segments.after(last.number)]).toEqual([1, 2, null])
  })

  test('are the same without the catalog, and with one that cannot be read', async () => {
    const { directory, journal, fill } = await scene()
    await fill(0, 100)
    const copy = freshDirectory()
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
    await (await openAt(copy)).journal.close()
    for (const file of segmentFiles(directory)) copyFileSync(file, file.replace(directory, copy))
    // Its own journal has another id: these would be strangers there.
    expect(found(new DirectorySegments(copy))).toEqual([])
    expect(new DirectorySegments(copy).list().length).toBe(ofJournal(journal).length)
    copyFileSync(join(directory, 'state.db'), join(copy, 'state.db'))
    for (const suffix of ['-wal', '-shm']) copyFileSync(join(directory, `state.db${suffix}`), join(copy, `state.db${suffix}`))
    for (const break_ of [() => rmSync(join(copy, 'catalog.db')), () => writeFileSync(join(copy, 'catalog.db'), 'no database'), () => rmSync(join(copy, 'state.db'))]) {
      break_()
      expect(found(new DirectorySegments(copy))).toEqual(ofJournal(journal))
    }
  })

  test('end with their last whole frame', async () => {
    const { directory, journal, fill } = await scene(100_000)
    await fill(0, 20)
    const path = segmentFiles(directory).at(-1) as string
    const whole = readFileSync(path)
    await fill(20, 30)
    const grown = readFileSync(path)
    for (const cut of [whole.length, whole.length + 1, whole.length + 500, grown.length - 1]) {
      writeFileSync(path, grown.subarray(0, cut))
      const segments = new DirectorySegments(directory)
      expect(segments.at(1)).toMatchObject({ records: 20, bytes: whole.length })
      appendFileSync(path, grown.subarray(cut))
      expect(segments.refresh()).toBe(true)
      expect(found(segments)).toEqual(ofJournal(journal))
    }
    writeFileSync(path, whole.subarray(0, 50))
    expect(new DirectorySegments(directory).rows()).toEqual([])
  })

  test('are sealed where they are, in place of what they were made from', async () => {
    const { directory, journal, fill } = await scene()
    await fill(0, 70)
    const segments = new DirectorySegments(directory)
    const before = segments.at(1) as Extent
    const [raw] = journal.segments()
    const path = raw?.path as string
    const data = path.replace('.jsonl', '.json.gz')
    sealSegment(path, { data, index: path.replace('.jsonl', '.idx'), name: '000000000001.json.gz' }, { segment: 1, length: raw?.bytes as number, compression: 'gzip', level: 1, now: 5 })
    for (const step of [() => undefined, () => rmSync(path)]) {
      step()
      expect(segments.refresh()).toBe(false)
      for (const looked of [segments, new DirectorySegments(directory)]) {
        expect(looked.at(1)).toMatchObject({ file: '000000000001.json.gz', records: before.records, closed: true, sealed: { compression: 'gzip', firstTime: raw?.firstTime, lastTime: raw?.lastTime } })
      }
    }
    // A file that was replaced, as erasing does, has another row; one that is there as before has the same.
    const row = segments.at(1)?.sealed as SegmentRow
    expect(segments.current(1)).toBe(row)
    const whole = readFileSync(data)
    appendFileSync(data, whole)
    expect(segments.current(1)).not.toBe(row)
    // One whose end is cut off is read as far as it goes.
    writeFileSync(data, whole.subarray(0, -100))
    expect(new DirectorySegments(directory).list()[0]).toMatchObject({ number: 1, kind: 'sealed', records: before.records, firstTime: null })
    for (const name of readdirSync(segments.folder)) if (name.startsWith('000000000001')) rmSync(join(segments.folder, name))
    segments.refresh()
    expect([segments.at(1), segments.current(1), segments.rows()[0]?.number]).toEqual([null, undefined, 2])
  })

  test('are all there while one of them changes its file', async () => {
    const { directory, journal, fill } = await scene()
    await fill(0, 70)
    const numbers = journal.segments().map(({ number }) => number)
    const [, raw] = journal.segments()
    const path = raw?.path as string
    const data = path.replace('.jsonl', '.json.gz')
    sealSegment(path, { data, index: path.replace('.jsonl', '.idx'), name: '000000000002.json.gz' }, { segment: 2, length: raw?.bytes as number, compression: 'gzip', level: 1, now: 5 })
    const spare = join(directory, 'spare')
    mkdirSync(spare)
    // As sealing leaves it, and back, hundreds of times a second.
    const changing = new Worker(
      `const { linkSync, renameSync, unlinkSync } = require('node:fs')
      const { path, data, spare } = require('node:worker_threads').workerData
      const sleeping = new Int32Array(new SharedArrayBuffer(4))
      const links = { [path]: spare + '/raw', [data]: spare + '/sealed' }
      for (const file of [path, data]) linkSync(file, links[file])
      unlinkSync(data)
      for (let turn = 0; ; turn++) {
        const [come, go] = turn % 2 === 0 ? [data, path] : [path, data]
        linkSync(links[come], spare + '/new')
        renameSync(spare + '/new', come)
        unlinkSync(go)
        Atomics.wait(sleeping, 0, 0, 1)
      }`,
      { eval: true, workerData: { path, data, spare } },
    )
    onTestFinished(async () => void (await changing.terminate()))
    await once(changing, 'online')
    for (let look = 0; look < 1000; look++) expect(new DirectorySegments(directory).rows().map(({ number }) => number)).toEqual(numbers)
  })
})
