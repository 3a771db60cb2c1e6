import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { checkText } from '../../core/config/check-text.ts'
import { effectiveConfig } from '../../core/config/effective-config.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { Workbench } from '../../core/http/workbench.ts'
import { Registry } from '../../core/registry.ts'
import type { Store } from '../../core/search/store.ts'
import { builtins } from '../../plugins/index.ts'
import { createPages } from '../../views/pages.tsx'
import { fixtureModel } from '../fixture-model.ts'

const TEXT = `server:
  host: 0.0.0.0
  auth: { password: "\${PASSWORD}", tokens: { web1: tok-1-secret } }
sources:
  - { type: http, path: /in }
outputs:
  - { type: forward, url: 'http://storage:5000', token: "\${TOKEN:-none}" }
`

const changed: string[][] = []

const registry = new Registry(builtins)
const workbench = {
  checkConfig: (text: string) => checkText(text, { file: 'shop.yaml', flags: {}, registry, checkQuery: () => null, values: [] }),
  reload: () => Promise.resolve({ ok: true, problems: [], failure: null, changes: ['added output <b>search'] }),
} as unknown as Workbench

async function page(path: string, request: RequestInit = {}): Promise<string> {
  const { config, problems } = await loadConfig({ file: 'shop.yaml', text: TEXT, env: { PASSWORD: 'pass-secret', TOKEN: 'tok-2-secret' }, flags: { port: '6000' }, registry: new Registry(builtins) })
  if (config === null) throw new Error(JSON.stringify(problems))
  const app = new Hono()
  mountPages(app, { model: fixtureModel({ config: () => ({ file: 'shop<b>.yaml', values: effectiveConfig(config), levels: [{ name: 'logger', level: 'warn' }] }) }), store: {} as Store, pages: createPages(), setLevel: (name, level) => (changed.push([name, level]), name === 'logger'), workbench })
  return (await app.request(path, request)).text()
}

/** Key, value and origin of each row, as read. */
function rows(html: string): string[][] {
  return [...html.matchAll(/<tr>(<th scope="row".*?)<\/tr>/g)].map(([, row = '']) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]+>/g, '')))
}

test('shows each value, where it came from, and no secret', async () => {
  const html = await page('/config')
  expect(rows(html)).toEqual([
    ['server.host', '0.0.0.0', 'file, line 2'],
    ['server.auth.password', '********', 'environment: PASSWORD, line 3'],
    ['server.auth.tokens.web1', '********', 'file, line 3'],
    ['server.port', '6000', 'flag: --port'],
    ['sources[0].type', 'http', 'file, line 5'],
    ['sources[0].path', '/in', 'file, line 5'],
    ['outputs[0].type', 'forward', 'file, line 7'],
    ['outputs[0].url', 'http://storage:5000', 'file, line 7'],
    ['outputs[0].token', '********', 'environment: TOKEN, line 7'],
  ])
  expect([html.includes('secret'), html.includes('shop<b>')]).toEqual([false, false])
})

test('shows defaults when asked to', async () => {
  const all = rows(await page('/config?all=1'))
  expect(all).toContainEqual(['server.max_body', '16MiB', 'default'])
  expect(all).toContainEqual(['outputs[0].start', 'now', 'default'])
  expect(all.some(([key]) => key === 'taggers[0].type')).toBe(true)
})

test('changes the level of a source that has one', async () => {
  expect(await page('/config')).toContain('<option value="warn" selected')
  await page('/config/level', { method: 'POST', body: new URLSearchParams({ source: 'logger', level: 'DEBUG' }) })
  expect(changed).toEqual([['logger', 'debug']])
})

const check = (text: string, fragment = true): Promise<string> => page(`/config/check${fragment ? '/fragment' : ''}`, { method: 'POST', body: new URLSearchParams({ text }) })
const words = (html: string): string => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ').trim()

test('groups entries of lists by their names', async () => {
  expect([...(await page('/config')).matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title = '']) => words(title))).toContain('http sources[0]')
})

test('filters keys and values', async () => {
  expect(rows(await page('/config?filter=STORAGE')).map(([key]) => key)).toEqual(['outputs[0].url'])
  expect(rows(await page('/config?filter=server.port')).length).toBe(1)
  expect(words(await page('/config?filter=nothing-like-it'))).toContain('No value matches.')
})

test('checks a text and shows each mistake beside its line', async () => {
  expect(words(await check(TEXT.replace('${PASSWORD}', 'p').replace('${TOKEN:-none}', 't')))).toBe('OK : this configuration is valid.')
  const wrong = words(await check('sources:\n  - type: fille\n    paths: [a]\nserver: { port: high }\n'))
  expect(wrong).toContain('Not valid : 2 errors.')
  expect(wrong).toContain('2 - type: fille error line 2, column 11 sources[0].type : unknown source type "fille"'.replaceAll('"', '&quot;'))
  expect(wrong).toContain('line 4, column 17')
})

test('checks nothing that is empty or too long, and keeps the text without JavaScript', async () => {
  expect(words(await check(' '))).toContain('There is nothing to check.')
  expect(words(await check('#'.repeat(257 * 1024)))).toContain('more than 256 KiB')
  expect(await check('sources: <b>', false)).toContain('sources: &lt;b&gt;</textarea>')
})

test('a check runs no code and tells nothing of the environment', async () => {
  process.env['CHECK_SECRET'] = 'tell-nobody'
  const said = words(await check('plugins: ["./test/fixtures/plugins/none.mjs", "./package.json"]\nserver: { port: "${CHECK_SECRET}" }\noutputs: [{ type: jsonl, path: "${CHECK_SECRET}", fsync: "${CHECK_SECRET}" }]\n'))
  expect(said).toContain('there is no file')
  expect(said).toContain('the running configuration has not loaded')
  expect(said).not.toContain('tell-nobody')
})

test('says what a reload changed', async () => {
  const html = await page('/config/reload', { method: 'POST' })
  expect(words(html)).toContain('Reloaded : added output &lt;b&gt;search')
})
