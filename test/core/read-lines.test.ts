// A byte stream becomes lines, with backpressure, timeouts and nothing lost at the end.
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { LineChunk } from '../../core/lines.ts'
import { readLines } from '../../core/read-lines.ts'
import { eventually } from '../contract/eventually.ts'
import { groupingOf, markedOf, textsOf } from './multiline/group-lines.ts'

interface Reading {
  readonly stream: PassThrough
  readonly lines: string[]
  readonly wrong: string[]
  readonly counts: Map<string, number>
  readonly stop: AbortController
  readonly done: Promise<void>
  /** Awaited by each emit. */
  gate: Promise<void>
}

function read(option: unknown = null, maxLine = 1024): Reading {
  const stream = new PassThrough()
  const stop = new AbortController()
  const counts = new Map<string, number>()
  const reading = { stream, stop, counts, lines: [] as string[], wrong: [] as string[], gate: Promise.resolve() }
  const emit = async (chunk: LineChunk): Promise<{ durable: Promise<void> }> => {
    await reading.gate
    reading.lines.push(...textsOf(chunk))
    reading.wrong.push(...markedOf(chunk))
    return { durable: Promise.resolve() }
  }
  const count = (what: string, by: number): void => void counts.set(what, (counts.get(what) ?? 0) + by)
  const done = readLines(stream, { framing: 'newline', maxLine, multiline: option === null ? null : groupingOf(option), emit, count }, stop.signal)
  return Object.assign(reading, { done })
}

test('lines over any chunks, the last without its newline', async () => {
  const reading = read()
  for (const part of ['a', 'b\r\nc\n\n', 'é'.slice(0, 1), '\nd']) reading.stream.write(part)
  reading.stream.end()
  await reading.done
  expect(reading.lines).toEqual(['ab', 'c', '', 'é', 'd'])
})

test('lines longer than allowed are cut and counted', async () => {
  const reading = read(null, 64)
  reading.stream.write(`${'x'.repeat(50)}`)
  reading.stream.write(`${'y'.repeat(50)}\nnext\n`)
  reading.stream.end()
  await reading.done
  expect([reading.lines, reading.counts.get('cut_lines')]).toEqual([['x'.repeat(50) + 'y'.repeat(14), 'next'], 1])
})

test('a record is handed over when nothing comes for the timeout', async () => {
  const reading = read({ start: '^\\d', timeout: '60ms' })
  reading.stream.write('1\n a\n')
  expect(await eventually(() => reading.lines.length === 1)).toBe(true)
  reading.stream.write('2\n')
  reading.stream.end()
  await reading.done
  expect(reading.lines).toEqual(['1\n a', '2'])
})

test('while nothing can be handed over nothing is read, and no record ends for that', async () => {
  const reading = read({ start: '^\\d', timeout: '30ms' })
  let open: () => void = () => undefined
  reading.gate = new Promise((resolve) => {
    open = resolve
  })
  reading.stream.write('0\n1\n')
  await eventually(() => reading.stream.readableLength === 0)
  reading.stream.write(' a\n')
  await new Promise((resolve) => {
    setTimeout(resolve, 100)
  })
  expect(reading.stream.readableLength).toBe(3)
  open()
  reading.stream.end()
  await reading.done
  expect(reading.lines).toEqual(['0', '1\n a'])
})

test('stopping hands over what was read, and leaves the stream to the next reader', async () => {
  const first = read({ start: '^\\d' })
  first.stream.write('1\n a\n2\nhal')
  await eventually(() => first.lines.length === 1)
  first.stop.abort()
  await first.done
  expect(first.lines).toEqual(['1\n a', '2\nhal'])
  first.stream.write('3\n')
  first.stream.end()
  const lines: string[] = []
  const emit = async (chunk: LineChunk): Promise<{ durable: Promise<void> }> => {
    lines.push(...textsOf(chunk))
    return { durable: Promise.resolve() }
  }
  await readLines(first.stream, { framing: 'newline', maxLine: 64, multiline: null, emit, count: () => undefined }, new AbortController().signal)
  expect(lines).toEqual(['3'])
})

test('what came before an error is handed over', async () => {
  const reading = read()
  reading.stream.write('a\nb')
  await eventually(() => reading.lines.length === 1)
  reading.stream.destroy(new Error('reset'))
  await expect(reading.done).rejects.toThrow('reset')
  expect(reading.lines).toEqual(['a', 'b'])
})

test('records that were cut are counted', async () => {
  const reading = read({ start: '^\\d', max_lines: 2 })
  reading.stream.end('1\n a\n b\n2\n')
  await reading.done
  expect([reading.wrong, reading.counts.get('cut_records')]).toEqual([['1\n a|multiline record cut at 2 lines', ' b|goes on from a multiline record that was cut', '2|'], 1])
})
