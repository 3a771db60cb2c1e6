// The full crash runs. `npm run crash -- [proxy | disk] SECONDS SEED`: logger, collector and storage, one of them killed every 1 to 3 s, for 300 s.
// `npm run crash:spine -- ROUNDS LINES SEED`: kill -9 at random moments, 30 rounds over 300,000 lines.
// `npm run crash:seal -- ROUNDS SEED`: killed at each named step of sealing, deleting and erasing, 200 rounds.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const RUNS = { nodes: ['nodes', nodes], spine: ['kill', spine], seal: ['fault', seal] }
const [run, ...rest] = process.argv.slice(2)
const [suite, envOf] = RUNS[run]
const root = fileURLToPath(new URL('..', import.meta.url))
const done = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', `test/crash/${suite}.test.ts`, '--disable-console-intercept', '--reporter=dot'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, ...envOf(rest) },
})
process.exitCode = done.status ?? 1

function nodes(args) {
  const mode = ['proxy', 'disk'].includes(args[0]) ? args[0] : 'plain'
  const [seconds = '300', seed] = mode === 'plain' ? args : args.slice(1)
  if (!(Number(seconds) > 0)) throw new Error(`cannot run for ${seconds} seconds. Usage: npm run crash -- [proxy | disk] SECONDS SEED`)
  return { SAWLOG_CRASH_MODE: mode, SAWLOG_CRASH_SECONDS: seconds, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) }
}

function spine([rounds = '30', lines = '300000', seed]) {
  return { SAWLOG_CRASH_ROUNDS: rounds, SAWLOG_CRASH_LINES: lines, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) }
}

function seal([rounds = '200', seed]) {
  return { SAWLOG_CRASH_ROUNDS: rounds, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) }
}
