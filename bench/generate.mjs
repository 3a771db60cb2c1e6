// `sawlog generate`: flat out, at a rate, in bursts. CPU time is given as well, for it says more on a machine that others use.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { benchDirectory } from './bench-server.mjs'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const FORMATS = ['json', 'csv', 'text', 'logfmt', 'combined', 'syslog']

export default async function bench([seconds = '10']) {
  const directory = benchDirectory()
  for (const format of FORMATS) {
    const { made, took, cpu } = await generate(['--rate', 'max', '--lines', '3000000', '--format', format, '--sequence', '--out', '/dev/null'], directory)
    console.log(`flat out, ${format.padEnd(8)} ${(made / took).toFixed(0)} lines/s, ${((cpu / made) * 1e6).toFixed(2)} us of CPU a line${format === 'json' ? ' (wanted >= 300,000 lines/s)' : ''}`)
  }
  const rate = await generate(['--rate', '50000', '--for', `${seconds}s`, '--sequence', '--out', 'rate.log'], directory)
  console.log(`rate 50,000 for ${seconds} s: ${rate.made} lines in ${rate.took.toFixed(2)} s, ${(rate.made / rate.took).toFixed(0)} lines/s, off by ${off(rate.made / rate.took, 50_000)} (wanted <= 2 %), ${((100 * rate.cpu) / rate.took).toFixed(0)} % of a core`)
  await bursts(directory)
  rmSync(directory, { recursive: true, force: true })
}

/** Lines are counted when they arrive, not by what stands in them. */
async function bursts(directory) {
  const child = spawn(process.execPath, [cli, 'generate', '--rate', '5000', '--for', '12s', '--burst', 'every=4s,for=2s,factor=5'], { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] })
  let began = 0
  const perSecond = Array.from({ length: 12 }, () => 0)
  for await (const chunk of child.stdout) {
    began ||= performance.now()
    const second = Math.min(11, Math.floor((performance.now() - began) / 1000))
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) perSecond[second]++
  }
  // Two bursts of two seconds: at 4 and 8.
  const inBursts = perSecond.filter((_, second) => second >= 4 && second % 4 < 2)
  const between = perSecond.filter((_, second) => second < 4 || second % 4 >= 2)
  const mean = (counts) => counts.reduce((sum, count) => sum + count, 0) / counts.length
  console.log(`bursts as they arrive: ${mean(inBursts).toFixed(0)} lines/s in bursts, off by ${off(mean(inBursts), 25_000)}; ${mean(between).toFixed(0)} between, off by ${off(mean(between), 5000)} (wanted <= 5 %)`)
}

function off(measured, wanted) {
  return `${(Math.abs(measured / wanted - 1) * 100).toFixed(2)} %`
}

/** Lines, seconds of making them as the command says, and seconds of CPU with its start. */
export async function generate(args, directory) {
  const child = spawn(process.execPath, ['--import', 'data:text/javascript,process.on("exit",()=>process.stderr.write("cpu "+(process.cpuUsage().user+process.cpuUsage().system)))', cli, 'generate', ...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for await (const chunk of child.stderr) said += chunk
  const [, made, took] = /made (\d+) lines? of \w+ in ([\d.]+) s/.exec(said) ?? []
  if (made === undefined) throw new Error(said)
  return { made: Number(made), took: Number(took), cpu: Number(/cpu (\d+)/.exec(said)?.[1]) / 1e6 }
}
