// Random writes, rotations, restarts and crashes: whatever the order, every line arrives exactly once.
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { randomFrom } from '../../random-from.ts'
import { TailBench, until } from './tail-bench.ts'

let bench: TailBench
beforeEach(() => {
  bench = new TailBench({ rememberMs: 60_000 })
})
afterEach(() => bench.dispose())

async function run(seed: number, steps: number): Promise<void> {
  const pick = randomFrom(seed)
  const names = ['a.log', 'b.log', 'c.log']
  let next = 1
  const write = (name: string) => {
    let text = ''
    // Another letter in each line: 256 equal bytes before two offsets would hide a truncation.
    for (let i = pick(200) + 1; i > 0; i--) text += `${name} ${next++} ${String.fromCharCode(97 + (next % 26)).repeat(pick(300))}\n`
    bench.append(name, text)
  }
  const shift = (name: string) => {
    for (let i = 30; i > 0; i--) {
      for (const gz of ['', '.gz']) if (fs.existsSync(bench.path(`${name}.${i}${gz}`))) fs.renameSync(bench.path(`${name}.${i}${gz}`), bench.path(`${name}.${i + 1}${gz}`))
    }
  }
  /** At once, in pieces, or with the source stopped meanwhile. */
  const compress = async (name: string): Promise<void> => {
    const plain = [1, 2, 3].map((i) => `${name}.${i}`).find((one) => fs.existsSync(bench.path(one)))
    if (plain === undefined) return
    const content = fs.readFileSync(bench.path(plain))
    const at = pick(content.length + 1)
    const packed = pick(2) === 0 ? gzipSync(content) : Buffer.concat([gzipSync(content.subarray(0, at)), gzipSync(content.subarray(at))])
    const how = pick(3)
    if (how === 0) await bench.stop()
    const half = how === 1 ? pick(packed.length) : 0
    fs.writeFileSync(bench.path(`${plain}.gz`), packed.subarray(0, half))
    if (how === 1) await pause(pick(300))
    fs.appendFileSync(bench.path(`${plain}.gz`), packed.subarray(half))
    if (pick(2) === 0) await pause(pick(30))
    fs.rmSync(bench.path(plain))
    if (how === 0) await bench.start()
  }
  for (const name of names) write(name)
  await bench.start()
  for (let step = 0; step < steps; step++) {
    const name = names[pick(names.length)] as string
    const what = pick(12)
    if (what < 5) write(name)
    else if (what < 7) {
      shift(name)
      fs.renameSync(bench.path(name), bench.path(`${name}.1`))
      if (pick(2) === 0) write(name)
      else bench.append(name, '')
    } else if (what === 7) {
      shift(name)
      fs.copyFileSync(bench.path(name), bench.path(`${name}.1`))
      if (pick(2) === 0) await pause(pick(60))
      fs.truncateSync(bench.path(name), 0)
      if (pick(2) === 0) write(name)
    } else if (what === 8) {
      await bench.stop()
      if (pick(2) === 0) write(name)
      await bench.start()
    } else if (what >= 10) await compress(name)
    else {
      bench.host.durable = false
      write(name)
      await pause(pick(50))
      bench.crash()
      await bench.start()
    }
    if (pick(3) === 0) await pause(pick(40))
  }
  const numbers = () => bench.lines.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b)
  await until(`${next - 1} lines with seed ${seed}`, () => bench.lines.length >= next - 1).catch(() => undefined)
  await pause(900)
  const got = numbers()
  const seen = new Set(got)
  const lost = Array.from({ length: next - 1 }, (_, i) => i + 1).filter((n) => !seen.has(n))
  const doubled = got.filter((n, i) => got[i - 1] === n)
  expect({ seed, lost: lost.length, doubled: doubled.length }, `lost ${lost.slice(0, 20)} doubled ${doubled.slice(0, 20)}`).toEqual({ seed, lost: 0, doubled: 0 })
}

const seeds = process.env['SAWLOG_SEED'] === undefined ? [1, 2, 3] : [Number(process.env['SAWLOG_SEED'])]
test.each(seeds)('random writes, rotations, restarts and crashes with seed %i lose and double nothing', (seed) => run(seed, 60))
