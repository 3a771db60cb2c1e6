// Each parser's speed beside the reference loop (read, split, JSON.parse). The two are run in turn: a noisy machine slows both.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FORMATS } from './parser-lines.mjs'
import { logFile, reference } from './tail.mjs'

/** Below this share of the reference loop a parser would be what intake waits for. */
const FLOOR = 0.15
const MEGABYTES = 30

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

export default async function bench(args) {
  const rounds = 3
  const names = args.length > 0 ? args : Object.keys(FORMATS)
  const file = logFile(300_000)
  const slow = []
  console.log('parser           MB/s  ratio (median of 3 rounds, each beside the reference loop)')
  for (const name of names) {
    const speeds = []
    const ratios = []
    for (let round = 0; round < rounds; round++) {
      const before = reference(file)
      const { mbPerSecond, refused, lines } = JSON.parse(execFileSync(process.execPath, [fileURLToPath(new URL('./parser-speed.mjs', import.meta.url)), name, String(MEGABYTES)], { encoding: 'utf8' }))
      if (refused > 0) throw new Error(`the ${name} parser refused ${refused} of ${lines} lines of its own format`)
      speeds.push(mbPerSecond)
      ratios.push(mbPerSecond / ((before + reference(file)) / 2))
    }
    if (median(ratios) < FLOOR) slow.push(name)
    console.log(`${name.padEnd(14)} ${median(speeds).toFixed(0).padStart(6)}  ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`)
  }
  console.log(slow.length === 0 ? `none is under ${FLOOR} of the reference loop` : `under ${FLOOR}: ${slow.join(', ')}`)
  if (slow.length > 0) process.exitCode = 1
}
