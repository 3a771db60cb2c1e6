// The metrics page in a real browser, against a real server that shows a fixture.
import { serve, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mountPages } from '../../core/http/mount-pages.ts'
import { mountStatsApi } from '../../core/http/stats-api.ts'
import type { ReadModel } from '../../core/read-model.ts'
import type { Store } from '../../core/search/store.ts'
import { createPages } from '../../views/pages.tsx'
import { busyModel, fixtureModel, hostileModel } from '../fixture-model.ts'
import { needs } from '../needs.ts'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const found = await needs('chromium')

describe.skipIf(found.missing !== '')(`the metrics page in Chromium${found.missing}`, () => {
  let browser: Browser
  const closers: Array<() => Promise<unknown>> = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: found.path, args: FLAGS })
  }, 60_000)
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })
  afterAll(async () => browser?.close())

  async function start(model: ReadModel, port = 0) {
    const app = new Hono()
    const state = { fragments: 0, status: 200 }
    app.use(async (c, next) => {
      if (c.req.path === '/metrics/fragment') {
        state.fragments++
        if (state.status !== 200) return c.text('<p>broken</p>', state.status as 503)
      }
      await next()
      c.header('Content-Security-Policy', "default-src 'self'")
      return undefined
    })
    mountPages(app, { model, store: {} as Store, pages: createPages(), setLevel: () => false })
    mountStatsApi(app, model)
    const server = await new Promise<ServerType>((resolve) => {
      const starting: ServerType = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => resolve(starting))
    })
    const stop = () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
    closers.push(stop)
    return { state, stop, port: (server.address() as AddressInfo).port, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` }
  }

  /** A page that notes everything it should not have to say. */
  async function open(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    closers.push(() => context.close())
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) complaints.push(`foreign request: ${request.url()}`)
    })
    await page.goto(url)
    return { page, complaints }
  }

  const total = (page: Page) => page.evaluate("document.querySelector('#health .tile:nth-child(2) .num').title") as Promise<string>
  const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>

  it('shows numbers that move, without a complaint', async () => {
    const began = Date.now()
    const { url } = await start(busyModel(() => Math.floor((Date.now() - began) / 100)))
    const { page, complaints } = await open(url)
    const first = await total(page)
    await expect.poll(() => total(page), { timeout: 10_000 }).not.toBe(first)
    const second = await total(page)
    await expect.poll(() => total(page), { timeout: 10_000 }).not.toBe(second)
    expect(complaints).toEqual([])
  })

  it('keeps focus, an open <details>, scroll position and the selection across polls', async () => {
    let tick = 0
    const { url, state } = await start(busyModel(() => tick++))
    const { page } = await open(url)
    await page.evaluate(`
      document.querySelector('#tags-more summary').click()
      document.querySelector('#parse-errors-more summary').focus()
      window.kept = document.querySelector('#parse-errors-more summary')
      scrollTo(0, 300)
      getSelection().selectAllChildren(document.querySelector('#outputs-title'))
      document.querySelector('#parse-errors-more summary').focus({ preventScroll: true })
    `)
    const before = await page.evaluate('scrollY')
    const polls = state.fragments
    await expect.poll(() => state.fragments, { timeout: 10_000 }).toBeGreaterThan(polls + 2)
    expect(await page.evaluate("document.querySelector('#tags-more').open")).toBe(true)
    expect(await page.evaluate("document.querySelector('#parse-errors-more').open")).toBe(false)
    expect(await page.evaluate('document.activeElement === window.kept && window.kept.isConnected')).toBe(true)
    expect(await page.evaluate('getSelection().toString()')).toBe('Outputs')
    expect(await page.evaluate('scrollY')).toBe(before)
  })

  it('says that the server is gone and recovers without a reload', async () => {
    let tick = 0
    const model = busyModel(() => tick++)
    const { url, stop, port } = await start(model)
    const { page } = await open(url)
    await page.evaluate('window.mark = 1')
    await stop()
    await page.locator('#gone').waitFor({ state: 'visible', timeout: 15_000 })
    expect(await page.textContent('#gone')).toMatch(/^The server does not answer\. The numbers are from \d\d:\d\d:\d\dZ; this page tries again every 2 seconds\.$/)
    const stale = await total(page)
    await start(model, port)
    await page.locator('#gone').waitFor({ state: 'hidden', timeout: 15_000 })
    await expect.poll(() => total(page), { timeout: 10_000 }).not.toBe(stale)
    expect(await page.evaluate('window.mark')).toBe(1)
  }, 60_000)

  it('survives error answers and says so', async () => {
    let tick = 0
    const { url, state } = await start(busyModel(() => tick++))
    const { page } = await open(url)
    state.status = 503
    await expect.poll(() => page.textContent('#gone'), { timeout: 15_000 }).toContain('(503)')
    expect(await page.locator('#live #health').count()).toBe(1)
    state.status = 200
    await page.locator('#gone').waitFor({ state: 'hidden', timeout: 15_000 })
    state.status = 401
    await expect.poll(() => page.textContent('#gone'), { timeout: 15_000 }).toContain('signed out')
  }, 60_000)

  it('does not ask while nobody looks, and asks at once when somebody does again', async () => {
    const { url, state } = await start(busyModel())
    const { page } = await open(url)
    await expect.poll(() => state.fragments, { timeout: 10_000 }).toBeGreaterThan(0)
    // Headless Chromium never hides a tab by itself.
    const hide = (hidden: boolean) => page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`)
    await hide(true)
    await page.waitForTimeout(300)
    const polls = state.fragments
    await page.waitForTimeout(5000)
    expect(state.fragments).toBe(polls)
    await hide(false)
    await expect.poll(() => state.fragments, { timeout: 1500 }).toBeGreaterThan(polls)
    expect(await page.isHidden('#gone')).toBe(true)
  })

  it('changes the span of time by click and key, in the address and without a reload', async () => {
    const { url } = await start(busyModel())
    const { page, complaints } = await open(url)
    const polled = () => page.getAttribute('#live', 'hx-get')
    await page.evaluate('window.mark = 1; scrollTo(0, 40)')
    await page.click('[data-span="1h"]')
    await expect.poll(polled, { timeout: 5000 }).toBe('/metrics/fragment?span=1h')
    expect(new URL(page.url()).search).toBe('?span=1h')
    await expect.poll(() => page.textContent('.spans [aria-current]')).toBe('1 h')
    await page.keyboard.press('5')
    await expect.poll(polled, { timeout: 5000 }).toBe('/metrics/fragment?span=7d')
    await page.keyboard.press('1')
    await expect.poll(polled, { timeout: 5000 }).toBe('/metrics/fragment?span=5m')
    expect([new URL(page.url()).search, await page.evaluate('[window.mark, scrollY]')]).toEqual(['', [1, 40]])
    await page.keyboard.press('p')
    expect(await page.textContent('#pause')).toBe('Resume')
    expect(complaints).toEqual([])
  })

  it('shows a bar in words under the pointer, and leads to its records', async () => {
    const { url } = await start(busyModel())
    const { page } = await open(url)
    await page.hover('.column:nth-of-type(30) .hit')
    expect(await page.getAttribute('#readout', 'data-bar')).toMatch(/^[-\d]+ [:\d]+Z: [\d.]+k\/s \(fatal|error|warn/)
    await page.route('**/logs?*', (route) => route.fulfill({ body: 'logs' }))
    await page.click('.column:nth-of-type(30) .hit')
    await page.waitForURL(/\/logs\?from=\d{4}.*&to=\d{4}/)
  })

  it('can be paused', async () => {
    const { url, state } = await start(busyModel())
    const { page } = await open(url)
    await page.click('#pause')
    expect(await page.textContent('#pause')).toBe('Resume')
    await page.waitForTimeout(300)
    const polls = state.fragments
    await page.waitForTimeout(5000)
    expect(state.fragments).toBe(polls)
    await page.click('#pause')
    await expect.poll(() => state.fragments, { timeout: 1500 }).toBeGreaterThan(polls)
  })

  it('is not moved by hostile text', async () => {
    const { url, state } = await start(hostileModel())
    for (const width of [1440, 390]) {
      const { page, complaints } = await open(url, { viewport: { width, height: 900 } })
      await page.evaluate("for (const more of document.querySelectorAll('details')) more.open = true")
      const polls = state.fragments
      await expect.poll(() => state.fragments, { timeout: 10_000 }).toBeGreaterThan(polls)
      expect(await page.evaluate('window.pwned')).toBe(undefined)
      expect(await overflow(page)).toBe(0)
      expect(complaints).toEqual([])
    }
  })

  it('fits from 390 to 2560 pixels', async () => {
    for (const model of [busyModel(), fixtureModel()]) {
      const { url } = await start(model)
      for (const width of [390, 768, 900, 1024, 1440, 1920, 2560]) {
        const { page } = await open(url, { viewport: { width, height: 900 } })
        expect([width, await overflow(page)]).toEqual([width, 0])
        await page.context().close()
      }
    }
  }, 60_000)

  it('reads well without JavaScript', async () => {
    const { url } = await start(busyModel())
    const { page } = await open(url, { javaScriptEnabled: false })
    expect(await page.textContent('#state')).toBe('Taking records')
    expect(await page.isHidden('#pause')).toBe(true)
    expect(await page.isHidden('#gone')).toBe(true)
  })
})
