// Random records of two streams, rotations, stops and crashes: whatever the order, every record arrives exactly once and whole.
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { groupingOf } from '../multiline/group-lines.ts'
import { randomFrom } from '../../random-from.ts'
import { TailBench, until } from './tail-bench.ts'

const T = '2026-03-01T12:00:00.002653970Z'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench({ multiline: groupingOf({ preset: ['cri'], start: '^\\d+ begins', timeout: '1h', max_bytes: '4MiB' }) })
})
afterEach(() => bench.dispose())

/** Writes records of stdout and stderr across each other; both ends are closed at a rotation, as a runtime does. */
async function run(seed: number, steps: number): Promise<void> {
  const pick = randomFrom(seed)
  const want: string[] = []
  const open: Record<string, string[]> = { stdout: [], stderr: [] }
  let next = 1
  const lines = (): string => {
    let text = ''
    for (let i = pick(60) + 1; i > 0; i--) {
      const stream = pick(4) === 0 ? 'stderr' : 'stdout'
      const record = open[stream] as string[]
      if (record.length === 0 || pick(3) === 0) {
        if (record.length > 0) want.push(`${stream} ${record.join('\n')}`)
        open[stream] = [`${next++} begins`]
        text += `${T} ${stream} F ${open[stream][0]}\n`
      } else {
        const line = ` ${next++} ${'x'.repeat(pick(200))}`
        const at = pick(line.length)
        record.push(line)
        text += pick(3) === 0 ? `${T} ${stream} P ${line.slice(0, at)}\n${T} ${stream} F ${line.slice(at)}\n` : `${T} ${stream} F ${line}\n`
      }
    }
    return text
  }
  const close = (): void => {
    for (const stream of ['stdout', 'stderr']) {
      if ((open[stream] as string[]).length > 0) want.push(`${stream} ${(open[stream] as string[]).join('\n')}`)
      open[stream] = []
    }
  }
  await bench.start()
  for (let step = 0; step < steps; step++) {
    const text = lines()
    // A write may end anywhere.
    const cut = pick(text.length)
    bench.append('a.log', text.slice(0, cut))
    if (pick(3) === 0) await pause(pick(40))
    bench.append('a.log', text.slice(cut))
    const what = pick(10)
    if (what === 0) {
      bench.crash()
      await bench.start()
    } else if (what === 1) {
      await bench.stop()
      await bench.start()
    } else if (what === 2) {
      close()
      for (let i = 30; i > 0; i--) if (fs.existsSync(bench.path(`a.log.${i}`))) fs.renameSync(bench.path(`a.log.${i}`), bench.path(`a.log.${i + 1}`))
      fs.renameSync(bench.path('a.log'), bench.path('a.log.1'))
    } else if (what === 3) {
      bench.host.durable = false
      await pause(pick(50))
      if (pick(2) === 0) bench.host.durable = true
      else {
        bench.crash()
        await bench.start()
      }
    } else await pause(pick(30))
    bench.host.durable = true
    bench.host.flush()
  }
  close()
  await pause(100)
  await bench.stop()
  // A record still open in a rotated file comes once the file is gone, or in time: here, in time.
  bench.options = { ...bench.options, multiline: groupingOf({ preset: ['cri'], start: '^\\d+ begins', timeout: '50ms', max_bytes: '4MiB' }) }
  await bench.start()
  await until(`${want.length} records`, () => bench.lines.length >= want.length, 10_000).catch(() => undefined)
  await pause(100)
  const got = bench.lines.map((line) => /^\S+ (std\w+ )F ([^]*)$/.exec(line)?.slice(1).join('') ?? line)
  expect(got.toSorted(), `seed ${seed}`).toEqual(want.toSorted())
}

const seeds = process.env['SAWLOG_ROTATION_SEED'] === undefined ? [1, 2, 3, Date.now() % 1_000_000] : [Number(process.env['SAWLOG_ROTATION_SEED'])]
for (const [i, seed] of seeds.entries()) {
  test(`random records, rotations and restarts, run ${i + 1}`, { timeout: 60_000 }, () => run(seed, 60))
}
