// Reloads of the real server: under load nothing is lost or doubled, mistakes change nothing, changes take effect, the rest runs on.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { countJournal, countJsonl, countSqlite } from '../crash/count-stores.ts'
import { startLoad } from './load.ts'
import { openHandles } from './open-handles.ts'
import { freshDirectory, journalRecords, startSawlog, type Started, until } from './sawlog.ts'

const RELOADS = 50
const LOG_FILES = /\/logs\/[ab]\.log/
const BAD_SETUP = fileURLToPath(new URL('../fixtures/plugins/bad/throws-in-setup.mjs', import.meta.url))

/** Says when it is set up, started and stopped: whoever is not changed must not be. */
const WITNESS = `
import { definePlugin, z } from 'sawlog/plugin'
export default definePlugin({
  kind: 'source', type: 'witness', summary: 'Says when it starts and stops.', options: z.strictObject({ mark: z.number() }),
  setup({ mark }, { logger }) {
    return { start: () => logger.info('Witness ' + mark + ' started.'), stop: () => logger.info('Witness ' + mark + ' stopped.') }
  },
})`

/** Each round has a component of its own name, by which it is known to be in effect; the other parts change in turn, or come and go. */
function validConfig(round: number): string {
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
  - { type: jsonl, name: constant, path: out/constant.jsonl, start: beginning }${round % 3 === 1 ? '\n  - { type: jsonl, name: passing, path: out/passing.jsonl }' : ''}
journal: { segment_size: 4MiB }
`
}

/** With what the log must say of it. */
function invalidConfig(round: number): { text: string; says: string } {
  const valid = validConfig(round)
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

/** Replaces the file as editors do, or writes it in place and sends SIGHUP. */
function write(server: Started, text: string, how: 'replace' | 'signal'): void {
  const file = join(server.directory, 'config.yaml')
  if (how === 'signal') {
    writeFileSync(file, text)
    server.process.kill('SIGHUP')
    return
  }
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

const configured = async (server: Started, name: string): Promise<boolean> => {
  const { plugins, outputs } = await server.stats()
  return [...plugins, ...outputs].some((component) => component.name === name)
}

/** `text` anew, not from an earlier reload. */
async function logged(server: Started, text: string, from: number): Promise<void> {
  await until(() => server.log().slice(from).includes(text), `${text} in the log`).catch((error: unknown) => {
    throw new Error(server.log().slice(from), { cause: error })
  })
}

test(`${RELOADS} reloads under load, valid and invalid in turn, lose and double nothing and leak no handle`, { timeout: 120_000 }, async () => {
  const directory = freshDirectory()
  for (const name of ['logs', 'out']) mkdirSync(join(directory, name))
  writeFileSync(join(directory, 'witness.mjs'), WITNESS)
  const server = await startSawlog(validConfig(0), { directory })
  const pid = server.process.pid as number
  const load = startLoad(server, join(directory, 'logs'))
  await until(async () => (await server.stats()).total > 500, 'records flow')

  // The first two bring in what is loaded once: only what grows from then on is a leak.
  let before = openHandles(pid, LOG_FILES)
  let current = 'round-0'
  for (let round = 1; round <= RELOADS; round++) {
    const how = round % 4 < 2 ? 'replace' : 'signal'
    const from = server.log().length
    if (round % 2 === 1) {
      write(server, validConfig(round), how)
      await until(() => configured(server, `round-${round}`), `round ${round} (${how}) is in effect`)
      expect(await configured(server, current)).toBe(false)
      current = `round-${round}`
    } else {
      const { text, says } = invalidConfig(round / 2)
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
    }
  }

  // The configuration of the third round but for its name, so that the same things are open.
  write(server, validConfig(RELOADS * 15 + 3), 'replace')
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
  process.stdout.write(`${RELOADS} reloads, ${total} lines; descriptors ${before.descriptors} before, ${after.descriptors} after; inotify watches ${before.watches} before, ${after.watches} after\n`)

  // The logs themselves: whoever followed them before a reload has let go of them, and who follows them now holds each once.
  const held = (): Array<[string, number]> => Object.entries(openHandles(pid, /^$/).targets).filter(([target]) => target.includes('/logs/'))
  await until(() => held().length >= 2 && held().every(([, count]) => count === 1), 'each log is held once').catch((error: unknown) => {
    throw new Error(JSON.stringify(held()), { cause: error })
  })

  // Watchers of one folder share a watch: only once nobody is configured to look at it does one that was left behind show.
  write(server, validConfig(RELOADS * 15 + 3).replace(/^.*name: tailed.*\n/m, ''), 'signal')
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

  const via = { ...expected }
  const right = { seen: total, lost: 0, doubled: 0, strange: 0, examples: [] }
  // What the passing generator said was none of the load.
  const own = (report: Awaited<ReturnType<typeof countJournal>>): object => ({ ...report, seen: report.seen - report.strange, strange: 0, examples: report.examples.filter((example) => !example.startsWith('strange')) })
  expect(own(await countJournal(join(directory, 'data/journal'), via))).toEqual(right)
  expect(own(await countJsonl(join(directory, 'out/lines.jsonl'), via))).toEqual(right)
  expect(own(await countJsonl(join(directory, 'out/constant.jsonl'), via))).toEqual(right)
  expect(own(countSqlite(join(directory, 'out/rows.db'), via))).toEqual(right)
})

test('what changes takes effect: files, output path and condition, tags, components that come and go', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  mkdirSync(join(directory, 'logs'))
  const append = (name: string, ...lines: readonly string[]): void => appendFileSync(join(directory, 'logs', name), lines.map((line) => `${line}\n`).join(''))
  const stored = (line: string): Promise<{ tags: string[] }> => until(() => journalRecords(directory).find(({ body }) => body === line), `${line} in the journal`)
  const bodies = (name: string): string[] => {
    const file = join(directory, 'out', name)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { body: string }).body) : []
  }
  const config = (path: string, words: string, outputs: readonly string[], more = ''): string => `
sources:
  - { type: file, name: app, paths: ['logs/${path}'], parser: text, sweep: 50ms, rotate_wait: 200ms }
taggers:
  - { type: keywords, tags: { found: [${words}] }, default: none }${more}
outputs:${outputs.map((output) => `\n  - { type: jsonl, ${output} }`).join('')}
`
  append('a.log', 'red 1')
  append('b.log', 'blue 1')
  const server = await startSawlog(config('a.log', 'red', ['name: out, path: out/one.jsonl']), { directory })
  const reload = async (text: string): Promise<void> => {
    const from = server.log().length
    write(server, text, 'signal')
    await logged(server, 'The configuration was reloaded.', from)
  }
  expect((await stored('red 1')).tags).toEqual(['found'])

  // Another file: the old one is no longer followed, the new one is read from its beginning. Other words.
  await reload(config('b.log', 'blue', ['name: out, path: out/one.jsonl']))
  expect((await stored('blue 1')).tags).toEqual(['found'])
  await until(() => !Object.keys(openHandles(server.process.pid as number, /^$/).targets).some((target) => target.endsWith('a.log')), 'a.log is let go')
  append('a.log', 'red 2')
  append('b.log', 'red 3')
  expect((await stored('red 3')).tags).toEqual(['none'])

  // More files: what was followed before goes on where it was.
  append('c.log', 'red 4')
  await reload(config('[bc].log', 'blue, red', ['name: out, path: out/one.jsonl']))
  expect((await stored('red 4')).tags).toEqual(['found'])
  await until(() => bodies('one.jsonl').length === 4, 'the first file has everything so far')

  // Another path and a condition: later records, and only those that match, go there.
  await reload(config('[bc].log', 'blue, red', ['name: out, path: out/two.jsonl, when: blue']))
  append('c.log', 'blue 5', 'red 5')
  await until(() => bodies('two.jsonl').length === 1, 'the second file has the match')
  expect(bodies('two.jsonl')).toEqual(['blue 5'])

  // One more output from the beginning, then without the first.
  await reload(config('[bc].log', 'blue, red', ['name: out, path: out/two.jsonl, when: blue', 'name: all, path: out/all.jsonl, start: beginning']))
  await until(() => bodies('all.jsonl').length === 6, 'a new output from the beginning has everything')
  await reload(config('[bc].log', 'blue, red', ['name: all, path: out/all.jsonl, start: beginning']))
  expect((await server.stats()).outputs.map(({ name }) => name)).toEqual(['all'])
  append('c.log', 'blue 6')
  await until(() => bodies('all.jsonl').length === 7, 'the other goes on')
  expect(bodies('one.jsonl').sort()).toEqual(['blue 1', 'red 1', 'red 3', 'red 4'])
  expect(bodies('two.jsonl')).toEqual(['blue 5'])
  expect(bodies('all.jsonl')).toHaveLength(new Set(bodies('all.jsonl')).size)

  // A condition on a tagger.
  await reload(config('[bc].log', 'blue, red', ['name: all, path: out/all.jsonl, start: beginning'], '\n  - { type: keywords, name: second, when: red, tags: { second: [red] } }'))
  append('b.log', 'blue 7', 'red 7')
  expect([(await stored('red 7')).tags, (await stored('blue 7')).tags]).toEqual([['found', 'second'], ['found']])
  expect(await server.stop()).toBe(0)
  expect(journalRecords(directory).map(({ body }) => body).sort()).toEqual(['blue 1', 'blue 5', 'blue 6', 'blue 7', 'red 1', 'red 3', 'red 4', 'red 5', 'red 7'])
})

test('a changed file source first reads what it holds open, also when that was renamed out of its globs', { timeout: 30_000 }, async () => {
  const directory = freshDirectory()
  mkdirSync(join(directory, 'logs'))
  // So long between two looks that only the drain can have read the rest.
  const config = (rescan: string): string => `sources:\n  - { type: file, name: app, paths: [logs/*.log], sweep: 60s, rescan: ${rescan} }\n`
  const log = join(directory, 'logs/app.log')
  const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, index) => `line ${from + index} ${'x'.repeat(200)}\n`).join('')
  writeFileSync(log, lines(0, 10))
  const server = await startSawlog(config('60s'), { directory })
  await until(async () => (await server.stats()).total === 10, 'the first lines')
  appendFileSync(log, lines(10, 20_000))
  renameSync(log, `${log}.1`)
  writeFileSync(log, lines(20_000, 20_010))
  write(server, config('61s'), 'signal')
  await until(async () => (await server.stats()).total >= 20_010, 'every line')
  expect(await server.stop()).toBe(0)
  const numbers = journalRecords(directory).map(({ body }) => Number(/^line (\d+)/.exec(String(body))?.[1])).sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 20_010 }, (_, index) => index))
})

test('a failing reload leaves the old generation as it was, and the next good one counts', { timeout: 30_000 }, async () => {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'witness.mjs'), WITNESS)
  const config = (mark: number, more = ''): string => `sources:\n  - { type: http }\n  - { type: ./witness.mjs, mark: ${mark} }\ntaggers:\n  - { type: keywords, tags: { payment: [card] } }${more}\n`
  const server = await startSawlog(config(1), { directory })
  let from = server.log().length
  // The witness changed as well, but nothing of a configuration whose setup fails may be seen.
  write(server, config(2, `\n  - { type: ${JSON.stringify(BAD_SETUP)} }`), 'signal')
  await logged(server, 'setup went wrong. Nothing was changed.', from)
  expect(server.log()).not.toMatch(/Witness (1 stopped|2 started)/)
  expect((await server.post('{"message":"a card"}')).status).toBe(200)
  expect(journalRecords(directory).map(({ tags }) => tags)).toEqual([['payment']])

  from = server.log().length
  write(server, config(3), 'signal')
  await logged(server, 'Witness 3 started', from)
  expect(server.log().slice(from)).toMatch(/Witness 1 stopped[^]*Witness 3 started/)
  expect((await server.post('{"message":"a card"}')).status).toBe(200)

  // What needs a new start is said, and ignored until then.
  from = server.log().length
  write(server, `${config(3)}data: elsewhere\n`, 'signal')
  await logged(server, 'Cannot change data while running. It takes effect with the next start.', from)
  expect(existsSync(join(directory, 'elsewhere'))).toBe(false)

  // Many signals at once end with what the file says last.
  for (let mark = 4; mark < 12; mark++) {
    write(server, config(mark), 'signal')
    utimesSync(join(directory, 'config.yaml'), new Date(), new Date())
  }
  await logged(server, 'Witness 11 started', from)
  expect((await server.post('{"message":"a card"}')).status).toBe(200)
  expect(await server.stop()).toBe(0)
  const started = [...server.log().matchAll(/Witness (\d+) (started|stopped)/g)].map(([, mark, what]) => `${mark} ${what}`)
  expect(started.slice(-2)).toEqual(['11 started', '11 stopped'])
  expect(started.filter((one) => one.endsWith('started')).length).toBe(started.filter((one) => one.endsWith('stopped')).length)
})
