// Reloads of the real server: mistakes change nothing, changes take effect, the rest runs on.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHandles } from './open-handles.ts'
import { BAD_SETUP, logged, WITNESS, write } from './reloading.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

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

test('a reload asked for while the server starts comes after the start', { timeout: 30_000 }, async () => {
  const directory = freshDirectory()
  // Set up while the journal is being opened.
  writeFileSync(join(directory, 'hasty.mjs'), `
import { definePlugin, z } from 'sawlog/plugin'
export default definePlugin({ kind: 'tagger', type: 'hasty', summary: 'Asks for a reload.', options: z.strictObject({}), setup() { process.kill(process.pid, 'SIGHUP') } })
`)
  const server = await startSawlog('sources: [{ type: http }]\ntaggers: [{ type: ./hasty.mjs }]\n', { directory })
  await until(() => server.log().includes('The configuration was reloaded'), 'the reload')
  expect(await server.stop()).toBe(0)
})
