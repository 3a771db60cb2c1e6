// A record that never ends must not fill the memory.
import fs from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { groupingOf } from '../multiline/group-lines.ts'
import { TailBench, until } from './tail-bench.ts'

test('memory stays bounded on an endless continuation', { timeout: 120_000 }, async () => {
  const bench = new TailBench({ multiline: groupingOf({ start: '^\\d', timeout: '1h' }) })
  onTestFinished(() => bench.dispose())
  const block = Buffer.from(`  at an.endless.Trace.frame(Trace.java:1)\n`.repeat(25_000))
  bench.append('a.log', '1 begins\n')
  // What is stored is not what is measured: the records are dropped.
  let records = 0
  let bytes = 0
  const { emit } = bench.host
  bench.host.emit = async (stream, input, options) => {
    if (!('bytes' in input)) return emit(stream, input, options)
    for (let i = 0; i < input.count; i++) bytes += (input.ends[i] as number) - (input.starts[i] as number) + 1
    records += input.count
    return { kept: input.count, durable: Promise.resolve() }
  }
  await bench.start()
  let before = 0
  let written = 9
  while (written < 200e6) {
    for (let i = 0; i < 5; i++, written += block.length) bench.append('a.log', block)
    await until('it is read', () => bytes > written - 2e6, 30_000)
    if (before === 0 && written > 30e6) before = process.memoryUsage().rss
    fs.truncateSync(bench.path('a.log'), written)
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  expect(records).toBeGreaterThan(150)
  expect(bench.host.counted['cut_records']).toBe(records)
})
