// Lines of a file put together to records: each comes once and whole, whatever rotation, restarts and crashes do meanwhile.
import fs from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sharedData } from '../../shared-data.ts'
import { groupingOf } from '../multiline/group-lines.ts'
import { TailBench, until } from './tail-bench.ts'

const T = '2026-03-01T12:00:00.002653970Z'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
  use({ start: '^\\d', timeout: '1h' })
})
afterEach(() => bench.dispose())

function use(option: unknown): void {
  bench.options = { ...bench.options, multiline: option === null ? null : groupingOf(option) }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Waits for these records, and sees to it that no more come. */
async function expectRecords(...records: string[]): Promise<void> {
  await until(`${records.length} records`, () => bench.lines.length >= records.length).catch(() => undefined)
  await pause(60)
  expect(bench.lines).toEqual(records)
}

test('a record is handed over when the next one begins', async () => {
  bench.append('a.log', '1 a\n b\n c\n2 d\n')
  await bench.start()
  await expectRecords('1 a\n b\n c')
  bench.append('a.log', ' e\n3 f\n')
  await expectRecords('1 a\n b\n c', '2 d\n e')
})

test('a record is handed over when nothing comes for the timeout; what comes later is a record of its own', async () => {
  use({ start: '^\\d', timeout: '100ms' })
  bench.append('a.log', '1 a\n b\n')
  await bench.start()
  await expectRecords('1 a\n b')
  bench.append('a.log', ' c\n')
  await expectRecords('1 a\n b', ' c')
})

test('lines that trickle in within the timeout stay together', async () => {
  use({ start: '^\\d', timeout: '500ms' })
  await bench.start()
  bench.append('a.log', '1 a\n')
  for (const line of [' b\n', ' c\n', ' d\n', ' e\n', ' f\n']) {
    await pause(150)
    bench.append('a.log', line)
  }
  await expectRecords('1 a\n b\n c\n d\n e\n f')
})

test('while the pipeline is full no record ends for that', async () => {
  use({ start: '^\\d', timeout: '80ms' })
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  bench.host.onEmit = (_stream, { from, to }) => (from === to?.offset ? undefined : gate)
  bench.append('a.log', '1 a\n2 b\n')
  await bench.start()
  await pause(150)
  bench.append('a.log', ' c\n')
  open()
  await expectRecords('1 a', '2 b\n c')
})

test('an open record is not split by an orderly stop', async () => {
  bench.append('a.log', '1 a\n b\n')
  await bench.start()
  await pause(80)
  await bench.stop()
  bench.append('a.log', ' c\n2 d\n')
  await bench.start()
  await expectRecords('1 a\n b\n c')
})

test('an open record of a deleted file is handed over at a stop: nobody can read it again', async () => {
  bench.options = { ...bench.options, rotateWaitMs: 60_000 }
  bench.append('a.log', '1 a\n b\n')
  await bench.start()
  await pause(80)
  fs.rmSync(bench.path('a.log'))
  await pause(80)
  await bench.stop()
  expect(bench.lines).toEqual(['1 a\n b'])
})

describe('rotation', () => {
  test('a renamed file\'s record goes on, and its last one comes when it is let go', async () => {
    bench.options = { ...bench.options, paths: [bench.path('*.log')] }
    bench.append('a.log', '1 a\n b\n')
    await bench.start()
    await pause(60)
    fs.renameSync(bench.path('a.log'), bench.path('old'))
    bench.append('old', ' c\n2 d\n e\n')
    bench.append('a.log', '3 f\n4 g\n')
    await until('the old file is let go', () => bench.lines.includes('2 d\n e'))
    expect(bench.lines.toSorted()).toEqual(['1 a\n b\n c', '2 d\n e', '3 f'])
  })

  test('a deleted file\'s last record', async () => {
    bench.append('a.log', '1 a\n b\n')
    await bench.start()
    await pause(60)
    fs.rmSync(bench.path('a.log'))
    await expectRecords('1 a\n b')
  })

  test('also when it was closed because too many are open', async () => {
    bench.options = { ...bench.options, maxOpenFiles: 8, rotateWaitMs: 200 }
    for (let i = 0; i < 30; i++) bench.append(`${i}.log`, `1 file ${i}\n more\n`)
    await bench.start()
    await pause(200)
    for (let i = 0; i < 30; i++) fs.rmSync(bench.path(`${i}.log`))
    await until('all records', () => bench.lines.length === 30)
    expect(bench.lines.toSorted()).toEqual(Array.from({ length: 30 }, (_, i) => `1 file ${i}\n more`).toSorted())
  })

  test('copytruncate: the record goes on in the copy', async () => {
    bench.append('a.log', '1 a\n b\n')
    await bench.start()
    await pause(60)
    bench.append('a.log', ' c\n2 d\n')
    fs.copyFileSync(bench.path('a.log'), bench.path('a.log.1'))
    fs.truncateSync(bench.path('a.log'))
    bench.append('a.log', '3 e\n4 f\n')
    await until('the copy is read to its end', () => bench.lines.includes('2 d'))
    expect(bench.lines.toSorted()).toEqual(['1 a\n b\n c', '2 d', '3 e'])
  })

  test('a truncation without a copy: what was read of the open record is kept', async () => {
    bench.append('a.log', '1 a\n b\n')
    await bench.start()
    await pause(60)
    fs.writeFileSync(bench.path('a.log'), '2 c\n3 d\n')
    await expectRecords('1 a\n b', '2 c')
  })

  test('a file that was compressed while its last record was open', async () => {
    bench.options = { ...bench.options, rememberMs: 60_000 }
    bench.append('a.log', '1 a\n b\n')
    await bench.start()
    await pause(60)
    bench.append('a.log', ' c\n2 d\n e\n')
    fs.renameSync(bench.path('a.log'), bench.path('a.log.1'))
    fs.writeFileSync(bench.path('a.log.1.gz'), gzipSync(fs.readFileSync(bench.path('a.log.1'))))
    fs.rmSync(bench.path('a.log.1'))
    await expectRecords('1 a\n b\n c', '2 d\n e')
  })
})

test('gzip files are resumed at the open record', async () => {
  const text = Array.from({ length: 30_000 }, (_, i) => (i % 3 === 0 ? `${i} begins` : `  ${i} goes on with ${'x'.repeat(i % 50)}`)).join('\n')
  const want = text.split(/\n(?=\d)/)
  const packed = gzipSync(`${text}\n`)
  const half = Math.floor(packed.length / 2)
  bench.append('a.log.gz', packed.subarray(0, half))
  await bench.start()
  await until('the first half', () => bench.lines.length > 100)
  await pause(100)
  bench.crash()
  await bench.start()
  bench.append('a.log.gz', packed.subarray(half))
  await until('all records', () => bench.lines.length >= want.length)
  expect(bench.lines).toEqual(want)
})

describe('stdout and stderr', () => {
  const out = (text: string): string => `${T} stdout F ${text}\n`
  const err = (text: string): string => `${T} stderr F ${text}\n`

  test('a record of one stream does not hold up the other, and a crash neither loses nor doubles any', async () => {
    use({ preset: 'cri', start: '^\\d', timeout: '1h' })
    bench.append('a.log', err('1 e') + out('1 a') + out(' b') + err(' f') + out('2 c') + out('3 d'))
    await bench.start()
    await expectRecords(out('1 a\n b').trimEnd(), out('2 c').trimEnd())
    for (let i = 0; i < 3; i++) {
      bench.crash()
      await bench.start()
      await pause(60)
    }
    bench.append('a.log', err(' g') + err('2 h') + out('4 i'))
    await expectRecords(...[out('1 a\n b'), out('2 c'), err('1 e\n f\n g'), out('3 d')].map((line) => line.trimEnd()))
  })

  test('a stream that is silent while the other goes on and on does not hold up the position for ever', async () => {
    use({ preset: 'cri', start: '^\\d', timeout: '1h', max_bytes: '64KiB' })
    bench.append('a.log', err('1 e'))
    for (let i = 0; i < 2000; i++) bench.append('a.log', out(`${i} ${'x'.repeat(100)}`))
    await bench.start()
    await until('the silent stream\'s record', () => bench.lines.includes(err('1 e').trimEnd()))
  })

  test('without multiline in a later configuration, what was handed over does not come again', async () => {
    use({ preset: 'cri', start: '^\\d', timeout: '1h' })
    bench.append('a.log', err('1 e') + out('1 a') + out('2 b') + err(' f') + out('3 c'))
    await bench.start()
    await expectRecords(out('1 a').trimEnd(), out('2 b').trimEnd())
    await bench.stop()
    use(null)
    bench.append('a.log', out('4 d'))
    await bench.start()
    await expectRecords(...[out('1 a'), out('2 b'), err('1 e'), err(' f'), out('3 c'), out('4 d')].map((line) => line.trimEnd()))
  })
})

test('what the intake refused is read again, and nothing comes twice', async () => {
  let refusals = 3
  bench.host.onEmit = (_stream, { from, to }) => {
    if (from !== to?.offset && refusals-- > 0) throw new Error('not now')
  }
  bench.append('a.log', '1 a\n b\n2 c\n3 d\n e\n')
  await bench.start()
  await until('the records', () => bench.lines.length >= 2, 15_000)
  await expectRecords('1 a\n b', '2 c')
})

test('a record that was cut goes on over a restart, and says so', async () => {
  use({ start: '^\\d', timeout: '1h', max_lines: 2 })
  bench.append('a.log', '1\n a\n b\n')
  await bench.start()
  await expectRecords('1\n a')
  bench.crash()
  await bench.start()
  bench.append('a.log', ' c\n d\n2\n')
  await expectRecords('1\n a', ' b\n c', ' d')
  expect(bench.host.counted['cut_records']).toBe(1)
})

test('gaps are filled with whole records', async () => {
  bench.append('a.log', '1 a\n b\n2 c\n3 d\n e\n4 f\n5 g\n')
  await bench.start()
  await expectRecords('1 a\n b', '2 c', '3 d\n e', '4 f')
  const [stream = ''] = [...bench.host.streams().keys()]
  await bench.stop()
  bench.host.gapsToFill.push({ stream, from: 7, to: 18 })
  await bench.start()
  await expectRecords('1 a\n b', '2 c', '3 d\n e', '4 f', '2 c', '3 d\n e')
})

const FOLDER = 'logs/derived-cri-docker'
const folder = sharedData(FOLDER)
for (const [name, option] of [['cri.log', 'cri'], ['docker-json.log', 'docker']] as const) {
  test.skipIf(folder === null)(`${option} reassembles real lines written bit by bit, over stops and crashes${folder === null ? ` (${FOLDER} is not beside this checkout)` : ''}`, { timeout: 60_000 }, async () => {
    use({ preset: option, timeout: '1h' })
    const content = fs.readFileSync(`${folder}/${name}`)
    const expected = fs.readFileSync(`${folder}/expected.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.stringify(JSON.parse(line)))
    await bench.start()
    let step = 0
    for (let at = 0; at < content.length; at += 61_357) {
      bench.append('pod.log', content.subarray(at, at + 61_357))
      await pause(15)
      if (++step % 5 === 0) {
        if (step % 2 === 0) await bench.stop()
        else bench.crash()
        await bench.start()
      }
    }
    await until('all records', () => bench.lines.length >= expected.length, 20_000)
    const records = bench.lines.map((line) => {
      if (name === 'cri.log') {
        const [, stream, payload] = /^\S+ (\w+) F ([^]*)$/.exec(line) ?? []
        return JSON.stringify({ stream, line: payload })
      }
      const { stream, log } = JSON.parse(line) as { stream: string; log: string }
      return JSON.stringify({ stream, line: log.replace(/\n$/, '') })
    })
    expect(records).toEqual(expected)
  })
}
