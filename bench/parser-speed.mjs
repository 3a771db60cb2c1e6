// One parser over its lines, in a process of its own: lines to records to parsed, as the pipeline does it, nothing else. Prints MB/s.
import { FORMATS, OPTIONS } from './parser-lines.mjs'

const [name, megabytes] = process.argv.slice(2)
const built = (path) => import(new URL(`../dist/${path}`, import.meta.url).href)
const { builtins } = await built('plugins/index.js')
const { createHooks } = await built('core/hooks.js')
const { splitLines } = await built('core/lines.js')
const { LogRecord } = await built('core/record.js')

/** What the pipeline takes at once. */
const SLICE = 64 * 1024
const WARM_UP = 3

const plugin = builtins.find(({ kind, type }) => kind === 'parser' && type === name)
const hooks = createHooks()
const silent = () => undefined
plugin.setup(plugin.options.parse(OPTIONS[name] ?? {}), { name, hooks, signal: new AbortController().signal, problem: silent, logger: { debug: silent, info: silent, warn: silent, error: silent } })
const parse = hooks.parse.get(name)

const slices = []
let bytes = 0
for (let n = 0; bytes < Number(megabytes) * 1e6; ) {
  let text = ''
  while (text.length < SLICE) text += `${FORMATS[name](n++)}\n`
  slices.push(Buffer.from(text))
  bytes += text.length
}

let refused = 0
let lines = 0
function run(some) {
  for (const slice of some) {
    const chunk = splitLines(slice)
    const records = []
    for (let i = 0; i < chunk.count; i++) records.push(new LogRecord('bench', 'host', 0, chunk, chunk.starts[i], chunk.ends[i], null))
    parse.call({ stream: 'bench', source: 'bench', records })
    lines += records.length
    for (const record of records) if (record.error !== null) refused++
  }
}
for (let i = 0; i < WARM_UP; i++) run(slices.slice(0, 50))
const began = performance.now()
run(slices)
const seconds = (performance.now() - began) / 1000
console.log(JSON.stringify({ mbPerSecond: bytes / 1e6 / seconds, refused, lines }))
