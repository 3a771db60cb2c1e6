// Reloads of a server under load, a collector that forwards: nothing is lost or doubled, here or at the storage, and no handle or timer is left behind.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { countJournal, countJsonl, countSqlite } from '../crash/count-stores.ts'
import { startLoad } from './load.ts'
import { openHandles } from './open-handles.ts'
import { BAD_SETUP, configured, logged, WITNESS, write } from './reloading.ts'
import { freshDirectory, startSawlog, until } from './sawlog.ts'

const RELOADS = 50
/** Counts what is alive. */
const RESOURCES = fileURLToPath(new URL('live-resources.mjs', import.meta.url))
const LOG_FILES = /\/logs\/[ab]\.log/

/** Each round has a component of its own name, by which it is known to be in effect; the other parts change in turn, or come and go. */
function validConfig(storage: string, round: number): string {
  return `
sources:
  - { type: file, name: tailed, paths: [logs/*.log*], sweep: ${round % 2 === 0 ? 50 : 60}ms }
  - { type: http, name: posted, parser: ${round % 3 === 0 ? 'json' : 'auto'} }
  - { type: ./witness.mjs, mark: 1 }${round % 4 === 1 ? '\n  - { type: generator, name: extra, rate: 1 }' : ''}
taggers:
  - { type: keywords, name: round-${round}, tags: { payment: [card], word${round}: [card] } }
filters:${round % 2 === 0 ? ' []' : "\n  - { type: regex, include: 'card|demo|[a-z]' }"}
outputs:
  - { type: jsonl, name: lines, path: out/lines.jsonl, start: beginning, batch: { records: ${1000 + (round % 5)} } }
  - { type: sqlite, name: rows, path: out/rows.db, start: beginning, batch: { records: ${1000 + (round % 7)} } }
  - { type: jsonl, name: constant, path: out/constant.jsonl, start: beginning }
  - { type: forward, name: storage, url: '${storage}', timeout: ${10 + (round % 3)}s, batch: { records: ${1000 + (round % 11)} }, start: beginning }${round % 3 === 1 ? '\n  - { type: jsonl, name: passing, path: out/passing.jsonl }' : ''}
journal: { segment_size: 4MiB }
`
}

/** With what the log must say of it. */
function invalidConfig(storage: string, round: number): { text: string; says: string } {
  const valid = validConfig(storage, round)
  const wrong = (text: string, at: string, says: string): { text: string; says: string } => {
    const before = text.slice(0, text.indexOf(at)).split('\n')
    return { text, says: `config.yaml:${before.length}:${(before.at(-1) as string).length + 1}: ${says}` }
  }
  switch (round % 4) {
    case 0: return wrong(valid.replace('sweep:', `swep_${round}:`), `swep_${round}:`, `sources[0].swep_${round}: `)
    case 1: return wrong(`${valid}\tround${round}: [`, '\t', 'a tab cannot indent YAML')
    case 2: return wrong(valid.replace('type: sqlite', `type: sqlit${round}`), `sqlit${round}`, 'outputs[1].type: unknown output type')
    default: return { text: valid.replace('taggers:', `taggers:\n  - { type: ${JSON.stringify(BAD_SETUP)}, name: setup-${round} }`), says: `Cannot set up tagger setup-${round}: setup went wrong. Nothing was changed.` }
  }
}

test(`${RELOADS} reloads under load, valid and invalid in turn, lose and double nothing, here and at the storage, and leak no handle and no timer`, { timeout: 120_000 }, async () => {
  const directory = freshDirectory()
  for (const name of ['logs', 'out']) mkdirSync(join(directory, name))
  writeFileSync(join(directory, 'witness.mjs'), WITNESS)
  const storage = await startSawlog('sources: [{ type: http }]\njournal: { segment_size: 4MiB }\n')
  const resources = join(directory, 'resources')
  const server = await startSawlog(validConfig(storage.url, 0), { directory, command: [process.execPath, '--import', RESOURCES], env: { SAWLOG_TEST_RESOURCES: resources } })
  const pid = server.process.pid as number
  const load = startLoad(server, join(directory, 'logs'))
  await until(async () => (await server.stats()).total > 500, 'records flow')

  // The first two bring in what is loaded once: only what grows from then on is a leak.
  let before = openHandles(pid, LOG_FILES)
  let timersBefore = 0
  let socketsBefore = 0
  const alive = async (): Promise<{ timers: number; sockets: number }> => {
    rmSync(resources, { force: true })
    server.process.kill('SIGUSR2')
    const text = await until(() => existsSync(resources) && readFileSync(resources, 'utf8'), 'the count of timers')
    const { Timeout: timers = 0, TCPWRAP: sockets = 0 } = JSON.parse(text) as { Timeout?: number; TCPWRAP?: number }
    return { timers, sockets }
  }
  let current = 'round-0'
  for (let round = 1; round <= RELOADS; round++) {
    const how = round % 4 < 2 ? 'replace' : 'signal'
    const from = server.log().length
    if (round % 2 === 1) {
      write(server, validConfig(storage.url, round), how)
      await until(() => configured(server, `round-${round}`), `round ${round} (${how}) is in effect`)
      expect(await configured(server, current)).toBe(false)
      current = `round-${round}`
    } else {
      const { text, says } = invalidConfig(storage.url, round / 2)
      write(server, text, how)
      await logged(server, says, from)
      expect(await configured(server, current)).toBe(true)
    }
    if (round === 3) {
      await until(() => server.log().slice(from).includes('The configuration was reloaded.'), 'the third reload is through')
      // Outputs open their files with their first delivery, which under load may be a while after the reload.
      await until(() => {
        before = openHandles(pid, LOG_FILES)
        const open = Object.keys(before.targets)
        return ['out/rows.db', 'out/rows.db-wal', 'out/lines.jsonl', 'out/constant.jsonl'].every((name) => open.some((target) => target.endsWith(name)))
      }, 'all outputs have opened their files')
      ;({ timers: timersBefore, sockets: socketsBefore } = await alive())
    }
  }

  // The configuration of the third round but for its name, so that the same things are open.
  write(server, validConfig(storage.url, RELOADS * 15 + 3), 'replace')
  await until(() => configured(server, `round-${RELOADS * 15 + 3}`), 'the last round is in effect')
  const expected = await load.stop()
  const total = (expected.a as number) + (expected.b as number) + (expected.http as number)
  await until(async () => {
    const { sources, outputs } = await server.stats()
    return (sources.tailed ?? 0) + (sources.posted ?? 0) >= total && outputs.every(({ lag }) => lag === 0)
  }, 'everything is stored and delivered', 30_000)

  let after = openHandles(pid, LOG_FILES)
  await until(() => {
    after = openHandles(pid, LOG_FILES)
    return after.descriptors <= before.descriptors && after.watches <= before.watches
  }, 'as many handles as before').catch((error: unknown) => {
    throw new Error(`${JSON.stringify(before)} grew to ${JSON.stringify(after)}`, { cause: error })
  })
  // Under load a few more come and go: what each reload leaves behind makes dozens.
  let { timers, sockets } = await alive()
  await until(async () => {
    ;({ timers, sockets } = await alive())
    return timers <= timersBefore + 5 && sockets <= socketsBefore + 5
  }, 'as many timers and sockets as before').catch((error: unknown) => {
    throw new Error(`${timersBefore} timers and ${socketsBefore} sockets grew to ${timers} and ${sockets}`, { cause: error })
  })
  process.stdout.write(`${RELOADS} reloads, ${total} lines; descriptors ${before.descriptors} before, ${after.descriptors} after; inotify watches ${before.watches} before, ${after.watches} after; timers ${timersBefore} before, ${timers} after; sockets ${socketsBefore} before, ${sockets} after\n`)

  // The logs themselves: whoever followed them before a reload has let go of them, and who follows them now holds each once.
  const held = (): Array<[string, number]> => Object.entries(openHandles(pid, /^$/).targets).filter(([target]) => target.includes('/logs/'))
  await until(() => held().length >= 2 && held().every(([, count]) => count === 1), 'each log is held once').catch((error: unknown) => {
    throw new Error(JSON.stringify(held()), { cause: error })
  })

  // Watchers of one folder share a watch: only once nobody is configured to look at it does one that was left behind show.
  write(server, validConfig(storage.url, RELOADS * 15 + 3).replace(/^.*name: tailed.*\n/m, ''), 'signal')
  await until(() => openHandles(pid, /^$/).watches < after.watches && held().length === 0, 'nobody looks at the logs').catch((error: unknown) => {
    throw new Error(JSON.stringify(openHandles(pid, /^$/)), { cause: error })
  })

  // Who was not changed has not been stopped, and has started once.
  const starts = (await server.stats()).plugins.filter(({ name, hook }) => name === 'witness' && hook === 'start')
  expect(starts).toEqual([expect.objectContaining({ calls: 1, errors: 0 })])
  expect(server.log().match(/Witness 1 started/g)).toHaveLength(1)
  expect(server.log()).not.toContain('Witness 1 stopped')
  expect((await server.stats()).problems.filter(({ level }) => level !== 'info')).toEqual([])
  expect(await server.stop()).toBe(0)
  expect(await storage.stop()).toBe(0)

  const via = { ...expected }
  const right = { seen: total, lost: 0, doubled: 0, strange: 0, examples: [] }
  // What the passing generator said was none of the load.
  const own = (report: Awaited<ReturnType<typeof countJournal>>): object => ({ ...report, seen: report.seen - report.strange, strange: 0, examples: report.examples.filter((example) => !example.startsWith('strange')) })
  expect(own(await countJournal(join(directory, 'data/journal'), via))).toEqual(right)
  expect(own(await countJournal(join(storage.directory, 'data/journal'), via))).toEqual(right)
  expect(own(await countJsonl(join(directory, 'out/lines.jsonl'), via))).toEqual(right)
  expect(own(await countJsonl(join(directory, 'out/constant.jsonl'), via))).toEqual(right)
  expect(own(countSqlite(join(directory, 'out/rows.db'), via))).toEqual(right)
})
