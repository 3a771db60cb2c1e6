import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { effectiveConfig } from '../../core/config/effective-config.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import { mountPages } from '../../core/http/mount-pages.ts'
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

async function page(path: string, request: RequestInit = {}): Promise<string> {
  const { config, problems } = await loadConfig({ file: 'shop.yaml', text: TEXT, env: { PASSWORD: 'pass-secret', TOKEN: 'tok-2-secret' }, flags: { port: '6000' }, registry: new Registry(builtins) })
  if (config === null) throw new Error(JSON.stringify(problems))
  const app = new Hono()
  mountPages(app, { model: fixtureModel({ config: () => ({ file: 'shop<b>.yaml', values: effectiveConfig(config), levels: [{ name: 'logger', level: 'warn' }] }) }), store: {} as Store, pages: createPages(), setLevel: (name, level) => (changed.push([name, level]), name === 'logger') })
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
