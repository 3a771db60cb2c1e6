// Custom plugins as the README tells to make them: a file anywhere, an installed package, TypeScript where the runtime runs it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until } from './sawlog.ts'

const FIXTURES = fileURLToPath(new URL('../fixtures/plugins/', import.meta.url))
/** The package that the tests run: `npm pack` takes what is built there. */
const PACKAGE = dirname(dirname(process.env['SAWLOG_ENTRY'] ?? fileURLToPath(new URL('../../dist/server.js', import.meta.url))))

/** A folder outside the project with copies of these fixtures; a blank and an umlaut in its name as anywhere on a disk. */
function pluginFolder(...files: readonly string[]): string {
  const folder = join(freshDirectory(), 'my plügins')
  mkdirSync(folder)
  for (const file of files) copyFileSync(join(FIXTURES, file), join(folder, file))
  return folder
}

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const TYPESCRIPT = Boolean(Reflect.get(process.features, 'typescript'))

/** The code block of the README that has this text. */
function readmeBlock(language: string, text: string): string {
  const blocks = [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block as string).filter((block) => block.includes(text))
  expect(blocks, `blocks of README.md with ${text}`).toHaveLength(1)
  return blocks[0] as string
}

const quoted = (...path: readonly string[]): string => JSON.stringify(join(...path))

test('files of every kind, loaded together from a folder elsewhere, each do their job', { timeout: 40_000 }, async () => {
  const plugins = pluginFolder('ticker.mjs', 'pipe-separated.mjs', 'office-hours.mjs', 'min-level.mjs', 'tally.mjs', 'keep-free.mjs')
  const directory = freshDirectory()
  const config = (retention: string): string => `
plugins: [${quoted(plugins, 'office-hours.mjs')}]
sources:
  - { type: ${quoted(plugins, 'ticker.mjs')}, every: 10ms, text: WARN tick }
  - { type: http, name: posted, parser: pipes }
parsers:
  - { type: ${quoted(plugins, 'pipe-separated.mjs')}, name: pipes, columns: [user, action] }
taggers:
  - { type: office-hours, from: 8, to: 18, when: 'source:posted' }
filters:
  - { type: ${quoted(plugins, 'min-level.mjs')}, level: warn }
outputs:
  - { type: ${quoted(plugins, 'tally.mjs')}, path: out/tally.json, start: beginning }
retention: [${retention}]
journal: { segment_size: 1MiB, segment_age: 1s, reserve: 0 }
`
  const server = await startSawlog(config(''), { directory })
  const local = (hour: number): string => new Date(2026, 10, 2, hour).toISOString()
  const answer = await server.post([`${local(3)}|error|anna|login|wrong password`, `${local(12)}|warn|ben|logout|slow`, `${local(12)}|info|eve|login|fine`].join('\n'), { 'Content-Type': 'text/plain' })
  expect(await answer.json()).toEqual({ accepted: 3, rejected: 0, errors: [] })

  // Parser, tagger and filter.
  const posted = await until(() => {
    const found = journalRecords(directory).filter(({ source }) => source === 'posted')
    return found.length > 0 && found
  }, 'the posted records')
  expect(posted.map(({ time, level, tags, fields }) => ({ time, level, tags, fields }))).toEqual([
    { time: local(3), level: 'error', tags: ['after-hours'], fields: { user: 'anna', action: 'login' } },
    { time: local(12), level: 'warn', tags: [], fields: { user: 'ben', action: 'logout' } },
  ])
  // Source: numbered, none missing, none twice.
  const ticks = await until(() => {
    const found = journalRecords(directory).filter(({ source }) => source === 'ticker')
    return found.length >= 20 && found
  }, 'twenty ticks')
  expect(ticks.map(({ body }) => body)).toEqual(ticks.map((_, index) => `WARN tick ${index + 1}`))
  // Output.
  const tally = (): { error?: number; warn?: number } => (existsSync(join(directory, 'out/tally.json')) ? (JSON.parse(readFileSync(join(directory, 'out/tally.json'), 'utf8')) as object) : {})
  await until(() => tally().error === 1 && (tally().warn ?? 0) > 20, 'the tally counts by level')

  // Retention sweeps at once when the configuration changes: no disk has so much room, so every closed segment may go.
  // Their numbers: a segment has another name once it is sealed.
  const segments = (): string[] => [...new Set(readdirSync(join(directory, 'data/journal')).flatMap((name) => /^(\d{12})\.json/.exec(name)?.[1] ?? []))].sort()
  await until(() => segments().length >= 3, 'three segments')
  const before = segments()
  writeFileSync(join(directory, 'config.yaml'), config(`{ type: ${quoted(plugins, 'keep-free.mjs')}, free: 1000000GB }`))
  await until(() => !segments().includes(before[0] as string) && !segments().includes(before[1] as string), 'the oldest segments are deleted')
  await until(() => /\[keep-free\]|keep-free/.test(server.log()) && /Deleted \d+ records to free \d+ bytes/.test(server.log()), 'the retention plugin says so')
  expect((await server.stats()).problems).toEqual([])
  expect(await server.stop()).toBe(0)
})

test('the README works as it stands: its plugin, and each of its ways to load one', { timeout: 30_000 }, async () => {
  const directory = freshDirectory()
  const plugin = readmeBlock('js', '// office-hours.mjs')
  const variant = (file: string, type: string, tag: string): void => writeFileSync(join(directory, file), plugin.replaceAll('office-hours', type).replaceAll('after-hours', tag))
  writeFileSync(join(directory, 'office-hours.mjs'), plugin)
  variant('other-tagger.mjs', 'other', 'other')
  variant('typed-tagger.ts', 'typed', 'typed')
  // What `npm install sawlog-plugin-example` puts there, and nothing else: no `sawlog` is beside it.
  cpSync(join(FIXTURES, 'sawlog-plugin-example'), join(directory, 'node_modules/sawlog-plugin-example'), { recursive: true })
  const ways = readmeBlock('yaml', './office-hours.mjs').split('\n').filter((line) => TYPESCRIPT || !line.includes('.ts')).join('\n')
  const server = await startSawlog(`${ways}  - { type: weekday }\nsources: [{ type: http }]\n`, { directory })
  for (const hour of [3, 8, 17]) expect((await server.post(JSON.stringify({ time: new Date(2026, 10, 2, hour).toISOString(), hour }))).status).toBe(200)

  // The first is told from 8 to 18, the others are from 9 to 17 by themselves.
  const typed = TYPESCRIPT ? ['typed'] : []
  const weekday = (hour: number): string => ['sunday', 'monday', 'tuesday'][new Date(2026, 10, 2, hour).getUTCDay()] as string
  expect(journalRecords(directory).map(({ body, tags }) => [(body as { hour: number }).hour, tags])).toEqual([
    [3, ['after-hours', 'other', ...typed, weekday(3)]],
    [8, ['other', ...typed, weekday(8)]],
    [17, ['other', ...typed, weekday(17)]],
  ])
  expect((await server.stats()).problems).toEqual([])
  expect(await server.stop()).toBe(0)
})

test('a changed plugin file takes effect with the next reload, and what the old one left behind is still known as its own', { timeout: 30_000 }, async () => {
  const plugins = pluginFolder()
  const file = join(plugins, 'mark.mjs')
  const code = (mark: string): string => `
import { definePlugin, eachRecord, z } from 'sawlog/plugin'
import { poll } from './lib/poll.mjs'
export default definePlugin({
  kind: 'tagger', type: 'mark', summary: 'Marks.', options: z.strictObject({}),
  setup(_options, { hooks, name }) {
    hooks.tag.tap(name, (batch) => eachRecord(batch, (record) => void record.tags.push('${mark}')))
    poll()
    setInterval(() => { throw new Error('${mark} forgot its timer') }, 50)
  },
})`
  mkdirSync(join(plugins, 'lib'))
  writeFileSync(join(plugins, 'lib/poll.mjs'), "export const poll = () => void setInterval(async () => { throw new Error('the poll went wrong') }, 50)")
  writeFileSync(file, code('one'))
  const directory = freshDirectory()
  // Reached through a link, as a deployment may have it.
  symlinkSync(plugins, join(directory, 'linked'))
  const server = await startSawlog('sources: [{ type: http }]\ntaggers: [{ type: ./linked/mark.mjs }]\n', { directory })
  const tagsOf = async (line: string): Promise<string[] | undefined> => {
    expect((await server.post(line, { 'Content-Type': 'text/plain' })).status).toBe(200)
    return journalRecords(directory).find(({ body }) => body === line)?.tags
  }
  expect(await tagsOf('first')).toEqual(['one'])
  expect((await server.problem('one forgot its timer')).component).toBe('mark')
  expect((await server.problem('the poll went wrong')).component).toBe('mark')

  writeFileSync(file, code('two'))
  utimesSync(file, 2_000_000_000, 2_000_000_000)
  server.process.kill('SIGHUP')
  await until(() => server.log().includes('The configuration was reloaded'), 'the reload')
  expect(await tagsOf('second')).toEqual(['two'])

  writeFileSync(join(directory, 'config.yaml'), 'sources: [{ type: http }]\ntaggers: [{ type: keywords, name: plain, tags: { payment: [card] } }]\n')
  await until(async () => (await server.stats()).plugins.every(({ name }) => name !== 'mark'), 'the plugin is gone')
  const count = async (): Promise<number> => (await server.stats()).problems.find(({ message }) => message.includes('two forgot its timer'))?.count ?? 0
  const before = await count()
  await until(async () => (await count()) > before + 2, 'its timer still fails, and is named')
  expect(await tagsOf('a card')).toEqual(['payment'])
  const began = performance.now()
  expect(await server.stop(), server.log()).toBe(0)
  expect(performance.now() - began, 'a forgotten timer does not hold up the exit').toBeLessThan(5000)
})

test('packages: Sawlog and a plugin as npm packs them, without compiling anything again', { timeout: 40_000 }, async () => {
  const project = freshDirectory()
  const unpack = (folder: string, name: string): string => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1) as string
    const target = join(project, 'node_modules', name)
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', join(project, packed), '--strip-components=1', '-C', target])
    return target
  }
  const sawlog = unpack(PACKAGE, 'sawlog')
  const plugin = unpack(join(FIXTURES, 'sawlog-plugin-example'), 'sawlog-plugin-example')
  expect(readdirSync(plugin).sort()).toEqual(['README.md', 'index.js', 'package.json'])
  symlinkSync(join(PACKAGE, 'node_modules'), join(sawlog, 'node_modules'))

  const server = await startSawlog(`
plugins: [sawlog-plugin-example]
sources: [{ type: http }]
taggers: [{ type: weekday, prefix: day- }]
filters: [{ type: drop-empty }]
`, { directory: project, server: join(sawlog, 'dist/server.js') })
  const answer = await server.post('{"time":"2026-11-02T08:00:00Z","message":"a"}')
  expect(answer.status).toBe(200)
  expect((await server.post('text\n   \nmore', { 'Content-Type': 'text/plain' })).status).toBe(200)
  const records = journalRecords(project)
  expect(records.map(({ body }) => body)).toEqual([{ time: '2026-11-02T08:00:00Z', message: 'a' }, 'text', 'more'])
  expect(records[0]?.tags).toEqual(['day-monday'])
  expect((await server.stats()).problems).toEqual([])
  const html = await (await fetch(`${server.url}/metrics`, { headers: { Accept: 'text/html' } })).text()
  for (const [, asset] of html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css|svg)[^"]*)"/g)) expect([asset, (await fetch(server.url + String(asset))).status]).toEqual([asset, 200])
  expect(await server.stop()).toBe(0)

  const types = execFileSync(process.execPath, ['--input-type=module', '-e', "import * as sdk from 'sawlog/plugin'; import * as suites from 'sawlog/testing'; console.log(typeof sdk.definePlugin, typeof suites.testTagger)"], { cwd: project, encoding: 'utf8' })
  expect(types.trim()).toBe('function function')
  expect(execFileSync(process.execPath, [join(sawlog, 'dist/cli.js'), 'plugins'], { encoding: 'utf8' })).toContain('keywords')
})

test('a TypeScript file runs where the runtime strips types, and is refused with the remedy elsewhere', { timeout: 30_000 }, async () => {
  const plugins = pluginFolder('shout.ts')
  const config = `sources: [{ type: http }]\ntaggers:\n  - { type: ${quoted(plugins, 'shout.ts')} }\n`
  if (!TYPESCRIPT) {
    const { code, output } = await runSawlog(config)
    expect(code).toBe(1)
    expect(output).toContain(`config.yaml:3:13: taggers[0].type: cannot load the plugin: ${join(plugins, 'shout.ts')} is TypeScript, which Node ${process.versions.node} does not run. Use Node 22.18 or later, or compile it to .mjs first`)
    return
  }
  const server = await startSawlog(config)
  expect((await server.post('HELP ME\nplease', { 'Content-Type': 'text/plain' })).status).toBe(200)
  expect(journalRecords(server.directory).map(({ tags }) => tags)).toEqual([['shout'], []])
  expect(await server.stop()).toBe(0)
})
