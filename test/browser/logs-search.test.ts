// Everything above and beside the rows of the page of logs, in a real browser against the built server.
import { readFile } from 'node:fs/promises'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startSawlog } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const found = await needs('chromium')
const MINUTE = 60_000
const WIDTHS = [1440, 390]
/** Of an hour that ended an hour ago, one each ten seconds; every sixth is an error. */
const COUNT = 360

describe.skipIf(found.missing !== '')(`searching on the page of logs in Chromium${found.missing}`, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: found.path, args: FLAGS })
  }, 60_000)
  afterAll(async () => browser?.close())

  async function filled() {
    const { url, post } = await startSawlog('sources: [{ type: http }]\n')
    const begin = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE
    const lines = Array.from({ length: COUNT }, (_, i) => JSON.stringify({ time: new Date(begin + i * 10_000).toISOString(), level: i % 6 === 0 ? 'error' : 'info', n: i, msg: `request ${i}`, region: i % 2 === 0 ? 'eu west' : 'us', note: '<img src=x onerror=pwned=1>' }))
    expect((await post(lines.join('\n'))).status).toBe(200)
    const iso = (minutes: number): string => new Date(begin + minutes * MINUTE).toISOString()
    return { url: `${url}/logs`, post, hour: `from=${iso(0)}&to=${iso(60)}` }
  }

  async function open(url: string, width: number, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, ...options })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(8000)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) complaints.push(`foreign request: ${request.url()}`)
    })
    await page.goto(url)
    return { page, complaints }
  }

  const asked = (page: Page): Record<string, string> => Object.fromEntries(new URL(page.url()).searchParams)
  const total = (page: Page) => page.locator('#histogram .total .num')
  const shows = async (page: Page, n: number): Promise<void> => {
    await expect.poll(() => total(page).getAttribute('title').catch(() => null), { timeout: 10_000 }).toBe(n.toLocaleString('en-US'))
    await fits(page)
  }
  const fits = async (page: Page): Promise<void> => expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)

  it('searches what is typed, in quick and absolute spans of time, and steps to the windows beside', async () => {
    const { url, hour } = await filled()
    for (const width of WIDTHS) {
      const { page, complaints } = await open(`${url}?${hour}`, width)
      await shows(page, 360)
      await page.keyboard.press('/')
      await page.keyboard.type('level:error')
      await page.keyboard.press('Enter')
      await page.waitForURL(/level%3Aerror/)
      await shows(page, 60)
      expect(asked(page)).toEqual({ q: 'level:error', ...Object.fromEntries(new URLSearchParams(hour)) })

      await page.click('#time-menu summary')
      await page.click('text=Last 24 hours')
      await page.waitForURL(/from=24h/)
      await shows(page, 60)
      expect(asked(page)).toEqual({ q: 'level:error', from: '24h' })

      await page.goto(`${url}?${hour}&columns=n`)
      await page.click('#step-wider')
      await page.waitForURL((now) => !now.href.includes(hour.slice(0, 30)))
      await shows(page, 360)
      expect(asked(page)['columns']).toBe('n')
      expect(Date.parse(asked(page)['to'] ?? '') - Date.parse(asked(page)['from'] ?? '')).toBe(120 * MINUTE)
      await page.click('#step-older')
      await page.waitForURL((now) => Date.parse(now.searchParams.get('to') ?? '') < Date.now() - 140 * MINUTE)
      await shows(page, 0)

      await page.click('#time-menu summary')
      await page.fill('.moments [name="from"]', hour.slice(5, 24))
      await page.fill('.moments [name="to"]', '')
      await page.click('.moments button')
      await page.waitForURL((now) => Date.parse(`${now.searchParams.get('from') ?? ''}Z`) === Date.parse(hour.slice(5, 29)))
      await shows(page, 360)
      expect(complaints).toEqual([])
    }
  }, 60_000)

  it('shows a mistake under its character, sent or only typed, and keeps the focus', async () => {
    const { url } = await filled()
    const { page } = await open(`${url}?q=level%3Aerorr`, 390)
    expect(await page.textContent('#q-problem mark')).toBe('erorr')
    expect(await page.inputValue('#q')).toBe('level:erorr')
    const { page: typing, complaints } = await open(url, 1440)
    await typing.focus('#q')
    await typing.keyboard.type('level:error AND')
    expect(await typing.textContent('#q-problem mark')).toBe('AND')
    expect(await typing.evaluate('document.activeElement.id')).toBe('q')
    await typing.keyboard.type(' request')
    await typing.locator('#q-problem').waitFor({ state: 'hidden' })
    expect(complaints).toEqual([])
  }, 30_000)

  it('a span marked on the histogram by mouse or by keys is searched', async () => {
    const { url, hour } = await filled()
    for (const width of WIDTHS) {
      const { page, complaints } = await open(`${url}?q=request&${hour}`, width)
      await shows(page, 360)
      const box = await page.locator('.bars').boundingBox()
      if (box === null) throw new Error('no bars')
      const at = (part: number): [number, number] => [box.x + box.width * part, box.y + box.height / 2]
      await page.mouse.move(...at(0.255))
      await page.mouse.down()
      await page.mouse.move(...at(0.4), { steps: 4 })
      await page.mouse.move(...at(0.495), { steps: 4 })
      expect(await page.isVisible('.brushed')).toBe(true)
      await page.mouse.up()
      await page.waitForURL((now) => now.searchParams.get('from') !== hour.slice(5, 29))
      await shows(page, 90)
      expect([asked(page)['q'], Date.parse(asked(page)['to'] ?? '') - Date.parse(asked(page)['from'] ?? '')]).toEqual(['request', 15 * MINUTE])

      await page.goto(`${url}?${hour}`)
      await shows(page, 360)
      await page.focus('.column[tabindex="0"]')
      const bars = await page.locator('.column').count()
      await page.keyboard.press('Home')
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Shift+ArrowRight')
      expect(await page.locator('.column.marked').count()).toBe(3)
      await page.keyboard.press('Escape')
      expect(await page.locator('.column.marked').count()).toBe(0)
      await page.keyboard.press('Home')
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Enter')
      await page.waitForURL((now) => now.searchParams.get('to') !== hour.slice(33))
      await shows(page, (2 * COUNT) / bars)
      await page.goBack()
      await shows(page, 360)
      expect(complaints).toEqual([])
    }
  }, 60_000)

  it('values of the fields filter and exclude, and hostile ones stay text', async () => {
    const { url, hour } = await filled()
    for (const width of WIDTHS) {
      const { page, complaints } = await open(`${url}?${hour}`, width)
      if (width === 390) await page.click('#fields-rail > summary')
      const field = (name: string) => page.locator(`.facet[data-field="${name}"]`)
      await field('level').waitFor()
      await field('level').locator('.only', { hasText: 'error' }).click()
      await page.waitForURL(/level%3Aerror/)
      await shows(page, 60)
      if (width === 390) await page.click('#fields-rail > summary')
      await field('region').waitFor()
      if (await field('region').getAttribute('open') === null) await field('region').locator('summary').click()
      await page.click('[aria-label="Without region eu west"]')
      await page.waitForURL(/region/)
      expect(asked(page)['q']).toBe('level:error -region:"eu west"')
      await shows(page, 0)
      await page.goto(`${url}?q=level:error&${hour}`)
      if (width === 390) await page.click('#fields-rail > summary')
      await field('level').locator('[aria-current]').click()
      await page.waitForURL((now) => !now.searchParams.has('q'))
      await shows(page, 360)
      expect([await page.evaluate('window.pwned'), complaints]).toEqual([undefined, []])
    }
  }, 60_000)

  it('names and values are completed by keys alone', async () => {
    const { url, hour } = await filled()
    const { page, complaints } = await open(`${url}?${hour}`, 1440)
    const options = page.locator('#q-options li')
    await page.keyboard.press('/')
    await page.keyboard.type('reg')
    await options.first().waitFor()
    expect(await options.allTextContents()).toEqual(['regionfield'])
    await page.keyboard.press('Tab')
    await expect.poll(() => options.allTextContents()).toEqual(['eu west180', 'us180'])
    await page.keyboard.press('ArrowDown')
    expect(await page.getAttribute('#q', 'aria-activedescendant')).toBe('q-option-0')
    await page.keyboard.press('Enter')
    expect(await page.inputValue('#q')).toBe('region:"eu west" ')
    await page.keyboard.type('lev')
    await options.first().waitFor()
    await page.keyboard.press('Escape')
    expect([await page.isVisible('#q-options'), await page.getAttribute('#q', 'aria-expanded')]).toEqual([false, 'false'])
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    await page.waitForURL(/region/)
    await shows(page, 180)
    expect(complaints).toEqual([])
  }, 30_000)

  it('a search is saved, opened, refused a second time, and deleted; the last ones come back', async () => {
    const { url } = await filled()
    for (const width of WIDTHS) {
      const { page, complaints } = await open(`${url}?q=level:error&from=24h`, width)
      const menu = page.locator('#saved-menu')
      const save = async (name: string): Promise<void> => {
        await page.fill('#save-search input[name="name"]', name)
        await page.keyboard.press('Enter')
      }
      await menu.locator('summary').click()
      await save('<b>Errors</b>')
      await menu.locator('.saved-list a').waitFor()
      expect(complaints).toEqual([])
      await save('<b>Errors</b>')
      await expect.poll(() => menu.locator('[role="alert"]').textContent()).toContain('there is one named "<b>Errors</b>"')
      await page.goto(url)
      await menu.locator('summary').click()
      await fits(page)
      expect(await menu.locator('#recent a').allTextContents()).toEqual(['level:error'])
      await menu.locator('.saved-list a').click()
      await page.waitForURL(/level/)
      expect(asked(page)).toEqual({ q: 'level:error', from: '24h' })
      await menu.locator('summary').click()
      await page.click('[aria-label="Delete <b>Errors</b>"]')
      await menu.locator('text=Nothing is saved yet.').waitFor()
    }
  }, 60_000)

  it('the histogram keeps up with a live tail, and says nothing when it cannot', async () => {
    const { url, post } = await filled()
    const { page } = await open('about:blank', 1440)
    await page.clock.install()
    await page.goto(`${url}?from=24h&tail=1`)
    await shows(page, 360)
    expect((await post('{"msg":"new"}')).status).toBe(200)
    await page.clock.runFor(10_000)
    await shows(page, 361)
    await page.route('**/logs/histogram*', (route) => route.abort())
    const asking = page.waitForEvent('requestfailed', (request) => request.url().includes('/logs/histogram'))
    await page.clock.runFor(10_000)
    await asking
    await shows(page, 361)
  }, 30_000)

  it('exports what is shown', async () => {
    const { url, hour } = await filled()
    const { page } = await open(`${url}?q=level:error&${hour}`, 1440)
    await page.click('#export-menu summary')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text="JSON lines"')])
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { level: string })
    expect([lines.length, new Set(lines.map(({ level }) => level))]).toEqual([60, new Set(['error'])])
  }, 30_000)

  it('without scripts the query, the times, the histogram and the fields are there', async () => {
    const { url, hour } = await filled()
    const { page } = await open(`${url}?${hour}`, 390, { javaScriptEnabled: false })
    await page.fill('#q', 'level:error')
    await page.click('.search button')
    expect(asked(page)).toEqual({ q: 'level:error', ...Object.fromEntries(new URLSearchParams(hour)) })
    await page.click('noscript a, .part-wait a')
    expect(await total(page).textContent()).toBe('60')
    const region = page.locator('.facet[data-field="region"]')
    if (await region.getAttribute('open') === null) await region.locator('summary').click()
    await region.locator('.only').first().click()
    expect(asked(page)['q']).toBe('level:error region:"eu west"')
    await page.click('#saved-menu summary')
    await page.fill('#save-search input[name="name"]', 'Mine')
    await page.click('#save-search button')
    expect(await page.locator('.saved-list a').count()).toBe(1)
  }, 30_000)
})
