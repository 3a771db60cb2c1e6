// Files that are not UTF-8: every line as the standard decoders read it, however it was written, read and interrupted.
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { textEncoding, type EncodingName } from '../../../core/files/text-encoding.ts'
import { numbered, numberedLines, TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench()
})
afterEach(() => bench.dispose())

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const fixture = (name: string): Buffer => fs.readFileSync(fileURLToPath(new URL(`../../fixtures/logs/encodings/${name}.log`, import.meta.url)))

const utf16 = (text: string, big = false): Buffer => {
  const bytes = Buffer.from(text, 'utf16le')
  return big ? bytes.swap16() : bytes
}

/** What is read of a file in this encoding, whose last line is complete. */
async function read(content: Buffer, encoding: EncodingName): Promise<string[]> {
  bench.options = { ...bench.options, encoding: textEncoding(encoding) }
  bench.append('app.log', content)
  await bench.start()
  await until(`all ${content.length} bytes`, () => [...bench.host.streams().values()][0]?.offset === content.length)
  return bench.lines
}

const FILES: [file: string, encoding: EncodingName, label?: string][] = [
  ['generic_enc_big5', 'big5'], ['generic_enc_gb18030', 'gb18030'], ['generic_enc_gbk', 'gbk'], ['generic_enc_sjis', 'shift_jis'], ['generic_enc_uhc', 'windows-949'],
  ['generic_enc_win1250', 'windows-1250'], ['generic_enc_win1251', 'windows-1251'], ['generic_enc_win1252', 'windows-1252'], ['generic_enc_win1253', 'windows-1253'],
  ['generic_enc_win1254', 'windows-1254'], ['generic_enc_win1255', 'windows-1255'], ['generic_enc_win1256', 'windows-1256'], ['generic_enc_win866', 'ibm866'],
  ['generic_enc_win874', 'windows-874'], ['unicode_c', 'utf-8', 'utf-16le'], ['unicode_j', 'utf-8', 'utf-16le'], ['unicode_be_c', 'utf-8', 'utf-16be'], ['unicode_be_j', 'utf-8', 'utf-16be'],
  ['unicode_subdivision_flags', 'utf-16le'], ['unicode_subdivision_flags_be', 'utf-16be'],
]

/** The decoder of the runtime, which drops the mark. No file uses what it has wrong. */
function expected(content: Buffer, label: string): string[] {
  return new TextDecoder(label).decode(content).split('\n').slice(0, -1).map((line) => line.replace(/\r$/, ''))
}

describe('sample files', () => {
  test.each(FILES)('%s as %s', async (file, encoding, label) => {
    const content = fixture(file)
    const want = expected(content, label ?? encoding)
    expect(want.length).toBeGreaterThan(0)
    expect(want.join('')).not.toContain('\ufffd')
    expect(await read(content, encoding)).toEqual(want)
    expect(bench.host.counted).toEqual({})
  })

  test.each(FILES.filter(([file]) => !/win125[0134]|win866/.test(file)))('%s as %s, written byte by byte over restarts and crashes', async (file, encoding, label) => {
    const content = fixture(file)
    bench.options = { ...bench.options, encoding: textEncoding(encoding), sweepMs: 10 }
    bench.append('app.log', '')
    await bench.start()
    for (let i = 0; i < content.length; i++) {
      bench.append('app.log', content.subarray(i, i + 1))
      if (i % 2 === 0) await pause(12)
      if (i % 17 === 16) {
        if (i % 2 === 0) await bench.stop()
        else bench.crash()
        await bench.start()
      }
    }
    const want = expected(content, label ?? encoding)
    await until('all lines', () => bench.lines.length >= want.length)
    await pause(50)
    expect(bench.lines).toEqual(want)
  })
})

describe('line ends', () => {
  /** Names with 0x0A and 0x00 on either side of every character. */
  const tricky = ['\u0a0a\u0a00\u000b', '\u0a00', '\u000a'.replace('\n', '\u0a0d'), '\u010a\u0a01', '', 'a\u0a0ab', '😀\u0a0a']
  test.each(['utf-16le', 'utf-16be'] as const)('%s: 0x0A inside a character is none', async (encoding) => {
    expect(await read(utf16(`${tricky.join('\n')}\r\nend\n`, encoding === 'utf-16be'), encoding)).toEqual([...tricky, 'end'])
    expect(bench.host.counted).toEqual({})
  })

  test('a damaged character does not swallow the line end behind it', async () => {
    expect(await read(Buffer.from([0x81, 0x0a, 0x41, 0xfe, 0x0a, 0x42, 0x0a]), 'gb18030')).toEqual(['\ufffd', 'A\ufffd', 'B'])
    expect(bench.host.counted).toEqual({ invalid_encoding: 2 })
  })

  test('lone surrogates are counted, a U+FFFD that was written is not', async () => {
    expect(await read(Buffer.concat([utf16('a\ud83d\n'), utf16('\ufffd\n'), utf16('\udc00b\n')]), 'utf-16le')).toEqual(['a\ufffd', '\ufffd', '\ufffdb'])
    expect(bench.host.counted).toEqual({ invalid_encoding: 2 })
  })
})

test.each([
  ['windows-1252', [0x80, 0x93, 0xe4], '\u20ac\u201cä'], ['latin1', [0x85, 0xff], '\u2026ÿ'], ['iso-8859-15', [0xa4], '\u20ac'], ['ibm866', [0x1a, 0x1c, 0x7f, 0x80], '\x1a\x1c\x7f\u0410'],
  ['koi8-r', [0xc1], '\u0430'], ['euc-jp', [0xa4, 0xa2], '\u3042'], ['macintosh', [0x8a], 'ä'],
] as const)('%s %j', (encoding, bytes, want) => {
  expect(textEncoding(encoding)?.decode(Buffer.from(bytes))).toBe(want)
})

test('long lines are cut between characters, by bytes of the file', async () => {
  bench.options = { ...bench.options, maxLine: 65 }
  const text = `${'\u3042'.repeat(40)}\n\u3042\n${'x'.repeat(70)}\n`
  const sjis = Buffer.concat([Buffer.alloc(80, Buffer.from([0x82, 0xa0])), Buffer.from([10, 0x82, 0xa0, 10]), Buffer.from(`${'x'.repeat(70)}\n`)])
  expect(await read(sjis, 'shift_jis')).toEqual(['\u3042'.repeat(32), '\u3042', 'x'.repeat(65)])
  expect(bench.host.lines.map((got) => got.cut)).toEqual([80, null, 70])
  expect(bench.host.counted).toEqual({ cut_lines: 2 })
  await bench.stop()
  bench.append('wide.log', Buffer.concat([utf16('\ufeff'), utf16(text), utf16(`${'😀'.repeat(20)}\n`)]))
  bench.options = { ...bench.options, encoding: null, maxLine: 66 }
  fs.rmSync(bench.path('app.log'))
  await bench.start()
  await until('the wide lines', () => bench.lines.length === 7)
  expect(bench.lines.slice(3)).toEqual(['\u3042'.repeat(32), '\u3042', 'x'.repeat(33), '😀'.repeat(16)])
})

test('long lines that do not fit a window', async () => {
  bench.options = { ...bench.options, maxLine: 400_000 }
  const fits = '\u0a0aé'.repeat(90_000)
  const long = 'é\u0a0a'.repeat(150_001)
  expect(await read(utf16(`\ufeffone\n${fits}\r\n${long}\nend\n`), 'utf-8')).toEqual(['one', fits, long.slice(0, 200_000), 'end'])
  expect(bench.host.lines.map((got) => got.cut)).toEqual([null, null, 600_004, null])
})

test('scenario 21: a UTF-16 byte order mark is recognised, is no part of a record, and is remembered over restarts and rotations', async () => {
  for (const [name, big] of [['le.log', false], ['be.log', true]] as const) bench.append(name, utf16(`\ufeff${numbered(1, 100, `${name} ä`)}`, big))
  bench.append('utf8.log', `\ufeff${numbered(1, 100, 'utf8.log ä')}`)
  const want = (from: number, to: number): string[] => ['be.log', 'le.log', 'utf8.log'].flatMap((name) => numberedLines(from, to, `${name} ä`))
  const more = (from: number, to: number): void => {
    for (const [name, big] of [['le.log', false], ['be.log', true]] as const) bench.append(name, utf16(numbered(from, to, `${name} ä`), big))
    bench.append('utf8.log', numbered(from, to, 'utf8.log ä'))
  }
  await bench.start()
  await until('the first lines', () => bench.lines.length === 300)
  more(101, 200)
  await until('more lines', () => bench.lines.length === 600)
  await bench.stop()
  more(201, 300)
  fs.renameSync(bench.path('le.log'), bench.path('le.log.1'))
  await bench.start()
  await until('the lines written while stopped', () => bench.lines.length === 900)
  bench.crash()
  await bench.start()
  bench.append('le.log.1', utf16('last\n'))
  await until('the last line', () => bench.lines.length === 901)
  expect([...bench.lines].sort()).toEqual([...want(1, 300), 'last'].sort())
  expect(bench.host.counted).toEqual({})
})

test.each([['utf-16le', false], ['utf-16be', true]] as const)('scenario 21: a stale writer of %s leaves a hole of NULs, and no mark behind it', async (_name, big) => {
  const writer = fs.openSync(bench.path('app.log'), 'w')
  fs.writeSync(writer, utf16(`\ufeff${numbered(1, 1000)}`, big))
  await bench.start()
  await until('the first lines', () => bench.lines.length === 1000)
  const hole = fs.statSync(bench.path('app.log')).size
  fs.copyFileSync(bench.path('app.log'), bench.path('app.log.1'))
  fs.truncateSync(bench.path('app.log'), 0)
  fs.writeSync(writer, utf16(numbered(1001, 1010), big))
  await until('the lines behind the hole', () => bench.lines.length === 1010)
  expect(bench.host.counted).toEqual({ nul_bytes: hole })
  await bench.stop()
  fs.writeSync(writer, utf16('\u0100\u0001 \u4100\n', big))
  await bench.start()
  await until('the last line', () => bench.lines.length === 1011)
  fs.closeSync(writer)
  expect(bench.lines).toEqual([...numberedLines(1, 1010), '\u0100\u0001 \u4100'])
  expect(bench.host.counted).toEqual({})
})

test('scenario 21: a NUL-filled head of UTF-16 by configuration', async () => {
  const lines = ['\u4100\u0100', 'plain', '\u0a00\u000b']
  for (const [encoding, big] of [['utf-16le', false], ['utf-16be', true]] as const) {
    bench.options = { ...bench.options, encoding: textEncoding(encoding), paths: [bench.path(`${encoding}.log`)] }
    bench.append(`${encoding}.log`, Buffer.concat([Buffer.alloc(700_000), utf16(`${lines.join('\n')}\n\0\0x\n`, big)]))
    await bench.start()
    await until('all lines', () => bench.lines.length === 4)
    expect(bench.lines).toEqual([...lines, 'x'])
    expect(bench.host.counted).toEqual({ nul_bytes: 700_004 })
    await bench.dispose()
    bench = new TailBench()
  }
})

test('start: end in UTF-16 begins at a line', async () => {
  bench.options = { ...bench.options, start: 'end' }
  bench.append('app.log', utf16('\ufeffold\nhalf \u0a0a'))
  await bench.start()
  bench.append('app.log', utf16(' whole\n'))
  await until('the line', () => bench.lines.length === 1)
  expect(bench.lines).toEqual(['half \u0a0a whole'])
})
