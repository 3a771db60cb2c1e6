// The full crash runs. `npm run crash:spine -- ROUNDS LINES SEED`: kill -9 at random moments, 30 rounds over 300,000 lines.
// `npm run crash:seal -- ROUNDS SEED`: killed at each named step of sealing, deleting and erasing, 200 rounds.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [run, ...rest] = process.argv.slice(2)
const [suite, env] = run === 'seal' ? ['fault', seal(rest)] : ['kill', spine(rest)]
const root = fileURLToPath(new URL('..', import.meta.url))
const done = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', `test/crash/${suite}.test.ts`, '--disable-console-intercept', '--reporter=dot'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, ...env },
})
process.exitCode = done.status ?? 1

function spine([rounds = '30', lines = '300000', seed]) {
  return { SAWLOG_CRASH_ROUNDS: rounds, SAWLOG_CRASH_LINES: lines, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) }
}

function seal([rounds = '200', seed]) {
  return { SAWLOG_CRASH_ROUNDS: rounds, ...(seed === undefined ? {} : { SAWLOG_CRASH_SEED: seed }) }
}
