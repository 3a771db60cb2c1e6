// Every page and state of it, in both themes, looked at by axe-core.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSawlog, until } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { fill } from './numbered-rows.ts'
import { launchChromium, openWatched, settled } from './watched-page.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const DEMONSTRATION = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8')
const found = await needs('chromium')

interface State {
  readonly path: string
  readonly enter?: (page: Page) => Promise<unknown>
}

/** What is broken, with the first place of each. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE })
  return page.evaluate("axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 200)} | ${nodes[0].failureSummary}`))") as Promise<string[]>
}

describe.skipIf(found.missing !== '')(`axe-core in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  async function check(url: string, states: readonly State[]): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const { path, enter } of states) {
        const { page } = await openWatched(browser, url + path, { colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
        await enter?.(page)
        await settled(page)
        expect([colorScheme, path, await violations(page)]).toEqual([colorScheme, path, []])
        await page.context().close()
      }
    }
  }

  it('finds nothing on any page of the demonstration', async () => {
    const sawlog = await startSawlog(DEMONSTRATION)
    await sawlog.post('{"level":"error","message":"card declined","user":{"id":7}}\n{"level":"fatal","message":"out of memory"}\nno JSON\n')
    await until(async () => (await sawlog.stats()).total > 100, 'records came')
    const help = (page: Page): Promise<unknown> => page.keyboard.press('?')
    const nodes = [...(await (await fetch(`${sawlog.url}/pipeline`)).text()).matchAll(/href="(\/pipeline[^"]+)"/g)].map((match) => ({ path: match[1] as string })).slice(0, 6)
    // More than a page shows before and after the one.
    await fill(sawlog, 0, 61)
    const ofMany = await (await fetch(`${sawlog.url}/api/logs?q=%22number%2030.%22&limit=1`)).json() as { records: Array<{ id: string }> }
    const { records } = await (await fetch(`${sawlog.url}/api/logs?q=level:error&limit=1`)).json() as { records: Array<{ id: string }> }
    await check(sawlog.url, [
      { path: `/logs/record/${records[0]?.id}` },
      { path: `/logs/record/${ofMany.records[0]?.id}`, enter: (page) => page.getByRole('link', { name: 'more after it' }).waitFor() },
      { path: '/metrics' },
      { path: '/metrics?span=1h', enter: (page) => page.evaluate("for (const more of document.querySelectorAll('details')) more.open = true") },
      { path: '/metrics', enter: help },
      { path: '/logs' },
      { path: '/logs', enter: (page) => page.locator('.record summary').first().click() },
      { path: '/logs?q=nothing-says-this' },
      { path: '/logs?q=level%3Aeror' },
      { path: '/config' },
      { path: '/config?all=1' },
      { path: '/pipeline' },
      ...nodes,
    ])
  }, 120_000)

  it('finds nothing before the first record', async () => {
    const sawlog = await startSawlog('sources: [{ type: http }]\n')
    await check(sawlog.url, [{ path: '/metrics' }, { path: '/logs' }])
    // It would find something.
    const { page } = await openWatched(browser, `${sawlog.url}/config`, { bypassCSP: true })
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    expect(await violations(page)).toEqual([expect.stringMatching(/^image-alt: 1 x <img>/)])
  }, 60_000)
})
