// Every misbehaving plugin of test/fixtures/plugins/bad against the real server: named with its reason, and nobody else notices.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, launch, runSawlog, startSawlog, type Started, until } from './sawlog.ts'

const bad = (name: string): string => JSON.stringify(fileURLToPath(new URL(`../fixtures/plugins/bad/${name}.mjs`, import.meta.url)))

/** What every server here also runs, and what must go on working. */
const HEALTHY = `
  - { type: jsonl, name: lines, path: out/lines.jsonl, start: beginning }
`

async function page(server: Started): Promise<string> {
  const answer = await fetch(`${server.url}/metrics`, { headers: { Accept: 'text/html' } })
  return (await answer.text()).replaceAll('&#39;', "'").replaceAll('&quot;', '"')
}

/** Posts a line and sees it acknowledged, tagged by the built-in tagger, in the journal and in the healthy output. */
async function flows(server: Started, text: string): Promise<void> {
  const answer = await server.post(JSON.stringify({ message: text }))
  expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, rejected: 0, errors: [] }])
  const stored = journalRecords(server.directory).find(({ body }) => (body as { message?: string }).message === text)
  expect(stored?.tags).toEqual(['payment'])
  const file = join(server.directory, 'out/lines.jsonl')
  await until(() => existsSync(file) && readFileSync(file, 'utf8').includes(text), `${text} in the healthy output`)
}

/** Seen as an error of that plugin in the problems and on the page, with the reason and a remedy. */
async function named(server: Started, component: string, reason: string): Promise<void> {
  const problem = await until(async () => (await server.stats()).problems.find((one) => one.component === component && one.message.includes(reason)), `a problem of ${component}: ${reason}`)
  expect([problem.level, problem.remedy]).toEqual(['error', expect.stringMatching(/\w.*\.$/)])
  const html = await page(server)
  expect(html).toContain(component)
  expect(html).toContain(reason)
}

test('plugins that fail while running are named, and everyone else goes on', { timeout: 60_000 }, async () => {
  const taggers = ['throws-in-setup', 'throws-in-hook', 'throws-in-timer', 'rejects-in-timer', 'promise-from-hook']
  const filters = ['throws-in-filter', 'wrong-filter']
  const outputs = ['no-deliver', 'throws-in-deliver']
  const list = (names: readonly string[]): string => names.map((name) => `\n  - { type: ${bad(name)} }`).join('')
  const server = await startSawlog(`
sources:
  - { type: http }
taggers:${list(taggers)}
  - { type: keywords, tags: { payment: [card] } }
filters:${list(filters)}
outputs:${list(outputs)}${HEALTHY}`)
  await flows(server, 'the first card')

  await named(server, 'throws-in-setup', 'cannot set up tagger throws-in-setup: setup went wrong')
  await named(server, 'throws-in-hook', 'cannot complete tag: the hook went wrong')
  await named(server, 'throws-in-timer', 'threw outside of any hook: the timer went wrong')
  await named(server, 'rejects-in-timer', 'threw outside of any hook: the promise went wrong')
  await named(server, 'promise-from-hook', 'cannot complete tag: it returned a promise, which this hook does not wait for')
  await named(server, 'throws-in-filter', 'cannot complete filter: the filter went wrong')
  await named(server, 'wrong-filter', 'cannot complete filter: a filter must return the batch with the records that stay')
  await named(server, 'no-deliver', "cannot set up output no-deliver: an output's setup must return an object with deliver()")
  await named(server, 'throws-in-deliver', 'cannot deliver: the target went wrong')

  const { plugins, outputs: delivered } = await server.stats()
  const errorsOf = (name: string): Array<string | null> => plugins.filter((plugin) => plugin.name === name && plugin.errors > 0).map((plugin) => plugin.last_error)
  expect(errorsOf('throws-in-setup')).toEqual(['not running: setup went wrong'])
  expect(errorsOf('throws-in-hook')).toEqual(['the hook went wrong'])
  expect(errorsOf('throws-in-timer')).toEqual(['the timer went wrong'])
  expect(errorsOf('rejects-in-timer')).toEqual(['the promise went wrong'])
  expect(errorsOf('keywords')).toEqual([])
  expect(delivered.find(({ name }) => name === 'lines')).toMatchObject({ errors: 0 })

  await flows(server, 'another card')
  const counted = async (): Promise<number> => (await server.stats()).problems.find(({ component }) => component === 'throws-in-timer')?.count ?? 0
  const before = await counted()
  await until(async () => (await counted()) > before + 3, 'the timer throws on and is counted')
  expect(server.log().match(/The timer went wrong|the timer went wrong/g)).toHaveLength(1)
  await flows(server, 'the last card')
  expect(await server.stop()).toBe(0)
  expect(journalRecords(server.directory)).toHaveLength(3)
})

test('a start or stop that never ends is given up, and everyone else goes on', { timeout: 60_000 }, async () => {
  const server = await startSawlog(`
sources:
  - { type: ${bad('endless-start')} }
  - { type: ${bad('endless-stop')} }
  - { type: http }
taggers:
  - { type: keywords, tags: { payment: [card] } }
outputs:${HEALTHY}`)
  await flows(server, 'one card')
  await named(server, 'endless-start', 'cannot start: start did not finish within 10 s')
  const began = performance.now()
  expect(await server.stop()).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(server.log()).toContain('Cannot stop: stop did not finish within 4 s')
  expect(journalRecords(server.directory)).toHaveLength(1)
})

test('a signal during a start that never ends still ends the process', { timeout: 60_000 }, async () => {
  const { child, log, ended } = launch(`
sources:
  - { type: ${bad('endless-start')} }
`, { directory: freshDirectory() })
  await until(() => log().includes('It starts.'), 'the plugin starts')
  child.kill('SIGTERM')
  expect([await ended, log()]).toEqual([0, expect.stringContaining('Stopping on SIGTERM')])
})

const refused: ReadonlyArray<[name: string, reason: string | RegExp]> = [
  ['wrong-shape', 'is not a plugin: '],
  ['missing-options', 'options: expected a zod schema'],
  ['no-default-export', 'has no default export. End it with `export default definePlugin'],
  ['syntax-error', /cannot load .*syntax-error\.mjs: .*`node --check .*syntax-error\.mjs` shows the line/],
  ['throws-on-import', 'throws-on-import.mjs: the module went wrong'],
]

test.each(refused)('%s prevents the start with the place in the configuration', async (name, reason) => {
  const asType = await runSawlog(`sources:\n  - { type: http }\ntaggers:\n  - type: keywords\n  - type: ${bad(name)}\n`)
  expect(asType.code).toBe(1)
  expect(asType.output).toMatch(/^config\.yaml:5:11: taggers\[1\]\.type: /m)
  expect(asType.output).toMatch(reason)
  const asModule = await runSawlog(`plugins: [${bad(name)}]\n`, { args: ['--check'] })
  expect(asModule.code).toBe(1)
  expect(asModule.output).toMatch(/^config\.yaml:1:11: plugins\[0\]: /m)
  expect(asModule.output).toMatch(reason)
  expect(asModule.output).not.toContain('OK')
})
