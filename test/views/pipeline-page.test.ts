import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { Config } from '../../core/config/config.ts'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { HttpProblem } from '../../core/http/http-problem.ts'
import type { Workbench } from '../../core/http/workbench.ts'
import { ParserTrial } from '../../core/parser-trial.ts'
import type { PipelineNode, ReadModel } from '../../core/read-model.ts'
import { Registry } from '../../core/registry.ts'
import type { Store } from '../../core/search/store.ts'
import { builtins } from '../../plugins/index.ts'
import { createPages } from '../../views/pages.tsx'
import { fixtureModel, HOSTILE } from '../fixture-model.ts'

function node(id: string, change: Partial<PipelineNode> = {}): PipelineNode {
  const [section = '', name = ''] = id.split('/')
  const kind = section.replace(/s$/, '') as PipelineNode['kind']
  return { id, kind, type: name, name, path: `${section}[0]`, when: null, summary: 'What it does.', failed: null, used: true, records: 1000, dropped: 0, perSecond: 20, history: [10, 20, 20], errors: 0, ms: 50, lastError: null, output: null, ...change }
}

const SEARCH = node('outputs/search', { type: 'elasticsearch', output: { name: 'search', type: 'elasticsearch', lag: 1200, lagBytes: 9000, lagSeconds: 40, delivered: 7, errors: 2, rejected: 1, deadLetters: 2, lastError: 'HTTP 500', state: 'retrying' }, lastError: 'HTTP 500', errors: 2 })
const NODES = [node('sources/app'), node('parsers/json'), node('parsers/csv', { used: false }), node('taggers/keywords'), SEARCH, node('retention/age', { records: null, perSecond: null })]
const MODEL: Partial<ReadModel> = {
  pipeline: () => ({ nodes: NODES, wires: [{ from: 'sources/app', to: 'parsers/json' }] }),
  problems: () => ['search', 'other'].map((component) => ({ component, level: 'warn' as const, message: `${component} is slow`, remedy: 'Wait.', time: 1, count: 3 })),
  streamsOf: () => [{ name: '/var/log/app.log', source: 'app', records: 10, errors: 1, parser: 'json', parserReason: '48 of 50 lines fit' }],
  config: () => ({ file: 'config.yaml', levels: [], values: [{ path: 'outputs[0].url', value: 'http://search', from: 'file', line: 12, by: null }, { path: 'outputs[0].auth', value: '********', from: 'env', line: 13, by: 'TOKEN' }] }),
}

const asked: unknown[] = []
const workbench = {
  outputs: {
    deadLetters: () => [{ id: 5, output: 'search', segment: 3, record: 4, reason: 'mapping conflict', at: Date.UTC(2026, 10, 1) }],
    discard: (...args: unknown[]) => (asked.push(['discard', ...args]), 1),
    redeliver: (...args: unknown[]) => (asked.push(['redeliver', ...args]), Promise.resolve({ delivered: 1, refused: 1, gone: 0, failed: null })),
    replay: (output: string) => (asked.push(['replay', output]), Promise.resolve({ records: 12 })),
  },
  parsers: new ParserTrial(() => new Registry(builtins), () => ({ parsers: [] }) as unknown as Config),
} as unknown as Workbench

function app(model: Partial<ReadModel> = MODEL): Hono {
  const hono = new Hono()
  hono.onError((error) => (error as HttpProblem).toResponse())
  mountPages(hono, { model: fixtureModel(model), store: {} as Store, pages: createPages(), setLevel: () => false, workbench })
  return hono
}
const get = async (path: string, model?: Partial<ReadModel>): Promise<string> => (await app(model).request(path)).text()
const post = (path: string, form: Record<string, string>) => app().request(path, { method: 'POST', body: new URLSearchParams(form) })

test('draws the declared plugins in the order records pass them, with what flows and what lags', async () => {
  const html = await get('/pipeline')
  const order = [...html.matchAll(/id="box-([^"]+)"/g)].map(([, id = '']) => decodeURIComponent(id))
  expect(order).toEqual(['sources/app', 'parsers/json', 'taggers/keywords', 'journal', 'retention/age', 'outputs/search'])
  expect(html).toContain('None: everything is stored.')
  expect(html).toContain('1.2k behind, 40 s')
  expect(html).toContain('1 parser more that streams may choose')
})

test('shows an output with its options, its last error and its dead letters', async () => {
  const html = await get('/pipeline?node=outputs/search')
  for (const text of ['HTTP 500', 'http://search', '********', 'env TOKEN, line 13', 'mapping conflict', '3-4', '2 dead letters', 'Replay from', 'search is slow']) expect(html).toContain(text)
  expect(html).not.toContain('other is slow')
  expect(html).toContain('hx-get="/pipeline/fragment?node=outputs%2Fsearch"')
})

test('shows which parser each stream has and why', async () => {
  const html = await get('/pipeline/fragment?node=sources/app')
  expect(html).toContain('48 of 50 lines fit')
  expect(html).toContain('href="/pipeline?node=parsers%2Fjson#node"')
  expect(html).not.toContain('<html')
})

test('says so where a plugin is not there', async () => {
  const answer = await app().request('/pipeline?node=outputs/nothing')
  expect([answer.status, (await answer.text()).includes('There is no plugin')]).toEqual([404, true])
})

test('replays and discards dead letters, and goes back to the output', async () => {
  const replayed = await post('/pipeline/dead-letters', { output: 'search', id: '5', action: 'replay' })
  expect([replayed.status, replayed.headers.get('location')]).toEqual([303, '/pipeline?node=outputs%2Fsearch&said=1+delivered%2C+1+refused+again#node'])
  expect(await get('/pipeline?node=outputs/search&said=1+delivered%2C+1+refused+again')).toContain('1 delivered, 1 refused again</p>')
  expect(await get('/pipeline?node=outputs/search&said=1+delivered%2C+call+this+number')).not.toContain('call this number')
  await post('/pipeline/dead-letters', { output: 'search', id: '', action: 'discard' })
  await post('/pipeline/replay', { output: 'search', from: '2h' })
  expect(asked).toEqual([['redeliver', 'search', [5]], ['discard', 'search', null], ['replay', 'search']])
  expect((await post('/pipeline/replay', { output: 'search', from: 'whenever' })).status).toBe(400)
  expect((await post('/pipeline/dead-letters', { output: 'search', id: 'x', action: 'replay' })).status).toBe(400)
  expect((await post('/pipeline/dead-letters', { output: 'search', id: '5', action: 'burn' })).status).toBe(400)
})

test('is not moved by hostile names', async () => {
  for (const text of Object.values(HOSTILE)) {
    const hostile = node(`sources/${Buffer.from(text).toString()}`, { kind: 'source', name: text, type: text, summary: text, when: text, lastError: text, failed: text })
    const html = await get(`/pipeline?${String(new URLSearchParams({ node: hostile.id, said: text }))}`, { pipeline: () => ({ nodes: [hostile], wires: [] }), streamsOf: () => [{ name: text, source: text, records: 1, errors: 1, parser: text, parserReason: text }], parseErrors: () => [{ time: 1, stream: `${text}/x`, parser: text, reason: text, line: text }] })
    expect(html).not.toMatch(/<(script>window|img src=x)| onmouseover="window/)
    // What is sent back has the names and lines themselves; it is not shown, or in a field of its own.
    expect(html.replaceAll(/<textarea[^<]*<\/textarea>| (?:value|data-node)="[^"]*"/g, '')).not.toContain('\u202E')
  }
})

test('gives names as text to every attribute', async () => {
  expect(await get('/pipeline', { pipeline: () => ({ nodes: [node('sources/half \ud800 pair')], wires: [] }) })).toContain('half')
})

test('draws a pipeline of nothing', async () => {
  expect(await get('/pipeline', {})).toContain('None is declared: nothing comes in.')
})

const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ').trim()
const attempt = async (form: Record<string, string>, path = '/pipeline/try/fragment'): Promise<string> => words(await (await post(path, { node: 'sources/app', parser: 'json', options: '', lines: '', ...form })).text())

test('tries a parser on lines and says what to write into the configuration', async () => {
  const said = await attempt({ parser: 'regex', options: "pattern: '^(?P<level>[A-Z]+) (?P<message>.*)$'", lines: 'WARN it is late\nnothing' })
  for (const text of ['1 of 2 lines parse.', 'WARN it is late none warn it is late', 'does not parse: does not match the pattern', 'parsers: - type: regex name: my-regex', 'parser: my-regex']) expect(said).toContain(text)
})

test('says what is wrong with options, at their lines', async () => {
  expect(await attempt({ parser: 'regex', options: "\npattern: '('", lines: 'x' })).toContain('line 2, column 10')
  expect(await attempt({ parser: 'regex', options: 'patern: x', lines: 'x' })).toContain('Did you mean &quot;pattern&quot;?')
  expect(await attempt({ parser: 'json', options: 'timezone: ${PATH}', lines: 'x' })).toContain('PATH is not set')
})

test('tries nothing that is too much', async () => {
  expect(await attempt({ lines: ' ' })).toContain('There are no lines')
  expect(await attempt({ lines: 'x\n'.repeat(101) })).toContain('At most 100')
  expect(await attempt({ lines: 'x'.repeat(65 * 1024) })).toContain('more than 64 KiB')
  expect(await attempt({ parser: './evil.mjs', lines: 'x' })).toContain('There is no parser')
})

test('works without JavaScript: the page with the lines as they were, and the result', async () => {
  const answer = await post('/pipeline/try', { node: 'sources/app', parser: 'json', options: '', lines: '{"a":1}' })
  const html = await answer.text()
  expect([answer.status, html.includes('{&quot;a&quot;:1}</textarea>'), words(html).includes('The options are not right') || words(html).includes('1 of 1 lines parse.')]).toEqual([200, true, true])
})

test('shows what goes in and out of a plugin, escaped', async () => {
  const tap: ReadModel['tap'] = (id, after) => (id !== 'taggers/keywords' ? null : { skipped: 7, rows: [{ seq: after + 1, time: 1, stream: 's', before: HOSTILE.script, after: null, changes: [HOSTILE.image] }] })
  const answer = await app({ ...MODEL, tap }).request('/pipeline/tap?node=taggers/keywords&after=3')
  const html = await answer.text()
  expect([answer.headers.get('x-skipped'), html.includes('data-seq="4"'), html.includes('dropped'), html.includes('<script>window'), html.includes('<img')]).toEqual(['7', true, true, false, false])
  expect((await app({ ...MODEL, tap }).request('/pipeline/tap?node=sources/none')).status).toBe(404)
  expect(await get('/pipeline?node=taggers/keywords&tap=1', { ...MODEL, tap })).toContain('data-seq="1"')
})
