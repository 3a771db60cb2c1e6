import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LineChunk } from '../../core/lines.ts'
import { OctetFrames, type Framing } from '../../core/octet-frames.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

interface Split {
  readonly frames: string[]
  readonly faults: string[]
  /** `[frame, length in bytes]` of those that were cut. */
  readonly cut: Array<[number, number]>
  /** The most that was held between two reads. */
  readonly held: number
}

function split(framing: Framing, reads: ReadonlyArray<string | Buffer>, maxFrame = 1000): Split {
  const faults: string[] = []
  const splitter = new OctetFrames({ framing, maxFrame, onFault: (reason) => faults.push(reason) })
  const frames: string[] = []
  const cut: Array<[number, number]> = []
  let held = 0
  const take = (chunk: LineChunk | null): void => {
    if (chunk === null) return
    expect(chunk.count).toBeGreaterThan(0)
    for (const [i, length] of chunk.cut ?? []) cut.push([frames.length + i, length])
    const texts = chunk.starts.map((start, i) => chunk.text(start, chunk.ends[i] as number))
    expect(chunk.flat).toBe(!texts.some((text) => text.includes('\n')))
    frames.push(...texts)
  }
  for (const read of reads) {
    take(splitter.push(Buffer.from(read)))
    held = Math.max(held, splitter.held)
  }
  take(splitter.end())
  expect(splitter.end()).toBeNull()
  expect(splitter.held).toBe(0)
  return { frames, faults, cut, held }
}

/** Every way to read `text` in two, and byte by byte. */
function readings(text: string): Buffer[][] {
  const bytes = Buffer.from(text)
  const inTwo = [...bytes.keys()].map((at) => [bytes.subarray(0, at), bytes.subarray(at)])
  return [[bytes], ...inTwo, [...bytes].map((byte) => Buffer.from([byte]))]
}

/** The same frames however the bytes arrive. */
function check(framing: Framing, text: string, want: string[], faults = 0): void {
  for (const reads of readings(text)) {
    const got = split(framing, reads)
    expect(got.frames, `${JSON.stringify(text)} in ${reads.length} reads`).toEqual(want)
    expect(got.faults.length).toBe(faults)
  }
}

describe('counted frames', () => {
  test('are taken by their length, whatever is in them', () => {
    check('octet_counted', '16 <1>1 - - - - - -17 <2>12 A B C D E -', ['<1>1 - - - - - -', '<2>12 A B C D E -'])
    check('octet_counted', '5 a\nb\0c', ['a\nb\0c'])
    check('octet_counted', '23 <1>1 - - - - - - hellø', ['<1>1 - - - - - - hellø'])
    check('octet_counted', '', [])
  })
  test('lose the newline that rsyslog and syslog-ng count', () => {
    check('octet_counted', '10 <13>hello\n7 <13>bye10 <13>again\n', ['<13>hello', '<13>bye', '<13>again'])
    check('octet_counted', '7 <13>a\r\n8 <13>b\n\r\n', ['<13>a', '<13>b\n'])
  })
  test('may be followed by a newline that is not counted', () => check('octet_counted', '5 <13>a\n5 <13>b\r\n5 <13>c', ['<13>a', '<13>b', '<13>c']))
  test('are found again after what is none', () => {
    check('octet_counted', '5 <13>axxx\n5 <13>b', ['<13>a', 'xxx', '<13>b'], 1)
    check('octet_counted', '5 <13>a12x 3\n5 <13>b', ['<13>a', '12x 3', '<13>b'], 1)
    check('octet_counted', '0 \n<13>plain\r\n5 <13>b', ['0 ', '<13>plain', '<13>b'], 2)
    check('octet_counted', '123456789 x\n5 <13>b', ['123456789 x', '<13>b'], 1)
    check('octet_counted', '16<1>1', ['16<1>1'], 1)
    check('octet_counted', ' 1 x', [' 1 x'], 1)
  })
  test('that did not come whole are kept and say so', () => {
    expect(split('octet_counted', ['10 <13>', 'a'])).toMatchObject({ frames: ['<13>a'], cut: [[0, 10]], faults: [] })
    expect(split('octet_counted', ['10'])).toMatchObject({ frames: ['10'], faults: ['the connection ended in the middle of a length'] })
  })
})

describe('frames with a terminator', () => {
  test('newline: CR goes, empty ones stay', () => check('newline', 'a\r\n\nb\0c\n\r\nd', ['a', '', 'b\0c', '', 'd']))
  test('nul: newlines in them stay, one at the end goes', () => check('nul', '<13>a\nb\0<13>c\n\0\0\n<13>d\0', ['<13>a\nb', '<13>c', '<13>d']))
})

describe('auto', () => {
  test('a count and a priority begin a counted connection', () => {
    check('auto', '10 <13>hello\n7 <13>bye', ['<13>hello', '<13>bye'])
    check('auto', '5 <13>a<13>b\n5 <13>c', ['<13>a', '<13>b', '<13>c'], 1)
  })
  test('a number without a priority behind it is text', () => {
    check('auto', '42 apples\n7 pears\n', ['42 apples', '7 pears'])
    check('auto', '42', ['42'])
    check('auto', '42 ', ['42 '])
    check('auto', '2026-11-01 x\n', ['2026-11-01 x'])
  })
  test('lines stay lines, also with a count in the middle', () => {
    check('auto', '<13>a\n<13>b\n48 <13>c\n', ['<13>a', '<13>b', '48 <13>c'])
    check('auto', 'plain\n\nlines', ['plain', '', 'lines'])
    expect(split('auto', ['<13>a\0b\n<13>c\n']).frames).toEqual(['<13>a\0b', '<13>c'])
  })
  test('NUL ends the frames of Python\'s SysLogHandler', () => {
    check('auto', '<134>one\0<132>two\nlines\n\0<131>three\0', ['<134>one', '<132>two\nlines', '<131>three'])
    expect(split('auto', ['<131>boom\nTraceback:\n  File\0<134>one\0']).frames).toEqual(['<131>boom\nTraceback:\n  File', '<134>one'])
  })
  test('NUL is noticed later when the first message came in pieces', () => {
    const got = split('auto', ['<131>boom\nTraceback:\n', '  File', '\nEnd\0', '<134>two\nlines\0<134>x\0'])
    expect(got.frames).toEqual(['<131>boom', 'Traceback:', '  File\nEnd', '<134>two\nlines', '<134>x'])
  })
  test('a NUL in a later message of a newline connection joins nothing', () => {
    check('auto', '<13>a\n<13>b\n<13>evil\0<13>c\n<13>d\n', ['<13>a', '<13>b', '<13>evil\0<13>c', '<13>d'])
  })
})

describe('a frame beyond the limit', () => {
  const long = 'x'.repeat(5000)
  function cuts(framing: Framing, text: string, want: Partial<Split>): void {
    for (const size of [1, 7, 1000, 100_000]) {
      const bytes = Buffer.from(text)
      const reads = [...Array(Math.ceil(bytes.length / size)).keys()].map((i) => bytes.subarray(i * size, (i + 1) * size))
      const got = split(framing, reads, 100)
      expect(got).toMatchObject(want)
      expect(got.held).toBeLessThanOrEqual(100)
    }
  }
  test('is cut, and the next one whole', () => {
    cuts('newline', `${long}\nnext\n`, { frames: ['x'.repeat(100), 'next'], cut: [[0, 5000]] })
    cuts('nul', `a\0${long}\0next\0`, { frames: ['a', 'x'.repeat(100), 'next'], cut: [[1, 5000]] })
    cuts('octet_counted', `5000 ${long}4 next`, { frames: ['x'.repeat(100), 'next'], cut: [[0, 5000]] })
    cuts('octet_counted', `100 ${'y'.repeat(100)}`, { frames: ['y'.repeat(100)], cut: [] })
    cuts('auto', `<13>${long}\n<13>b\n`, { frames: [`<13>${'x'.repeat(96)}`, '<13>b'], cut: [[0, 5004]] })
    cuts('newline', long, { frames: ['x'.repeat(100)], cut: [[0, 5000]] })
  })
  test('breaks no character', () => cuts('newline', `x${'é'.repeat(500)}\n`, { frames: [`x${'é'.repeat(49)}`], cut: [[0, 1001]] }))
})

describe('properties', () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array))
  /** Bytes among which terminators, digits and priorities are frequent. */
  const likely = fc.array(fc.constantFrom('\n', '\0', '<', '5 ', '12 ', '<13>', 'a', '\r', ' ', 'é'), { maxLength: 30 }).map((parts) => Buffer.from(parts.join('')))
  const pieces = (data: Buffer, cuts: readonly number[]): Buffer[] => {
    const at = [...new Set(cuts.map((cut) => cut % (data.length + 1)))].sort((a, b) => a - b)
    return [...at, data.length].map((end, i) => data.subarray(i === 0 ? 0 : at[i - 1], end))
  }
  const cuts = fc.array(fc.nat(), { maxLength: 8 })
  const messages = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !/[\n\r\0]/.test(text)).map((text) => `<13>${text}`), { maxLength: 6 })

  test('the frames do not depend on how the bytes arrive', { timeout: propertyMs }, () => {
    fc.assert(fc.property(fc.constantFrom<Framing>('newline', 'nul', 'octet_counted'), fc.oneof(bytes, likely), cuts, fc.integer({ min: 4, max: 20 }), (framing, data, at, limit) => {
      const { held, ...got } = split(framing, pieces(data, at), limit)
      const { held: _, ...whole } = split(framing, [data], limit)
      expect(got).toEqual(whole)
      expect(held).toBeLessThanOrEqual(Math.max(limit, 9))
    }), propertyRuns)
  })
  test('auto gives back what was framed in any of the three ways', { timeout: propertyMs }, () => {
    fc.assert(fc.property(fc.constantFrom('\n', '\0', ''), messages, cuts, (ending, texts, at) => {
      const data = texts.map((text) => (ending === '' ? `${Buffer.byteLength(text)} ${text}` : text + ending)).join('')
      expect(split('auto', pieces(Buffer.from(data), at)).frames).toEqual(texts)
    }), propertyRuns)
  })
  test('auto throws on no bytes and loses none but terminators', { timeout: propertyMs }, () => {
    /** Without what framing takes away (terminators, digits and spaces of counts) and characters a count may split. */
    const rest = (text: string): string => text.replace(/[\n\r\0\d é\uFFFD]/g, '')
    fc.assert(fc.property(likely, cuts, (data, at) => {
      expect(rest(split('auto', pieces(data, at)).frames.join(''))).toBe(rest(data.toString()))
    }), propertyRuns)
    fc.assert(fc.property(bytes, cuts, (data, at) => {
      split('auto', pieces(data, at), 20)
    }), propertyRuns)
  })
})
