// What a live tail must not do on the page of logs: leave out records, move what is read, or forget what it said.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSawlog, type Started } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { fill, numbers, START } from './numbered-rows.ts'
import { launchChromium, openWatched } from './watched-page.ts'

const found = await needs('chromium')
const CONFIG = 'sources: [{ type: http, name: shop }]\n'

describe.skipIf(found.missing !== '')(`the live tail of the page of logs in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  const open = (url: string, width = 1440) => openWatched(browser, url, { viewport: { width, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] })
  const toEnd = (page: Page) => page.evaluate('scrollTo(0, document.body.scrollHeight)')
  const top = (page: Page, number: number) => page.locator('#records > li', { hasText: `number ${number}.` }).evaluate((row) => Math.round(row.getBoundingClientRect().top))

  async function scrollUntil(page: Page, done: () => Promise<boolean>): Promise<void> {
    await expect.poll(async () => {
      await toEnd(page)
      return done()
    }, { timeout: 30_000, interval: 30 }).toBe(true)
  }

  /** Twenty at a time, each seen on a page that shows the newest. */
  async function fillLive(sawlog: Started, page: Page, from: number, to: number): Promise<void> {
    for (let next = from; next < to; next += 20) {
      await fill(sawlog, next, next + 20)
      await expect.poll(async () => (await numbers(page))[0]).toBe(next + 19)
    }
  }

  /** Scrolls until number 0 is there; what is shown at each look must satisfy `check`. */
  async function allSeen(page: Page, check: (shown: number[]) => void): Promise<Set<number>> {
    const seen = new Set<number>()
    await scrollUntil(page, async () => {
      const shown = await numbers(page)
      check(shown)
      for (const one of shown) seen.add(one)
      return seen.has(0)
    })
    return seen
  }

  it('rows that went from the end for new ones come back by scrolling, none left out', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 1000)
    const { page, complaints } = await open(`${sawlog.url}/logs?tail=1`)
    await scrollUntil(page, async () => (await numbers(page)).length >= 480)
    await page.evaluate('scrollTo(0, 0)')
    await fillLive(sawlog, page, 1000, 1100)
    const seen = await allSeen(page, (shown) => expect(shown).toEqual(Array.from(shown, (_, i) => (shown[0] ?? 0) - i)))
    expect(seen.size).toBe(1100)
    expect(complaints).toEqual([])
  }, 60_000)

  it('none is left out either where records were stored later than their time says', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 400)
    const { page, complaints } = await open(`${sawlog.url}/logs?tail=1`)
    // Numbers of the far past come live, then as many new ones as a live page holds beside them.
    expect((await sawlog.post(Array.from({ length: 20 }, (_, i) => JSON.stringify({ time: new Date(START - 1000 + i).toISOString(), message: `number ${9000 + i}.` })).join('\n'))).status).toBe(200)
    await expect.poll(async () => (await numbers(page))[0]).toBe(9019)
    await fillLive(sawlog, page, 400, 880)
    const seen = await allSeen(page, (shown) => expect(new Set(shown).size).toBe(shown.length))
    expect([seen.size, [9000, 9019, 0, 399, 879].every((one) => seen.has(one))]).toEqual([900, true])
    expect(complaints).toEqual([])
  }, 90_000)

  it('new records are not put on top of rows whose newer ones were let go; their button leads to the newest', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 1000)
    const { page, complaints } = await open(`${sawlog.url}/logs?tail=1`)
    await scrollUntil(page, async () => await page.locator('#back').count() === 1)
    await fill(sawlog, 1000, 1005)
    await expect.poll(() => page.locator('#live-new').textContent()).toBe('5 new')
    await page.evaluate('scrollTo(0, 0)')
    await page.locator('body').press('n')
    await expect.poll(async () => (await numbers(page)).slice(0, 6)).toEqual([1004, 1003, 1002, 1001, 1000, 999])
    expect([new URL(page.url()).searchParams.get('tail'), complaints]).toEqual(['1', []])
  }, 60_000)

  for (const width of [1440, 390]) {
    it(`rows that are read stay where they are while new ones come, and follow again at the top (${width} px)`, async () => {
      const sawlog = await startSawlog(CONFIG)
      await fill(sawlog, 0, 200)
      const { page, complaints } = await open(`${sawlog.url}/logs?tail=1`, width)
      await expect.poll(() => page.locator('[aria-busy="true"]:visible').count()).toBe(0)
      await page.evaluate('scrollTo(0, 150)')
      const before = await top(page, 195)
      await fill(sawlog, 200, 205)
      await expect.poll(() => page.locator('#live-new').textContent()).toBe('5 new')
      expect(await top(page, 195)).toBe(before)
      await page.evaluate('scrollTo(0, 0)')
      await expect.poll(async () => (await numbers(page)).slice(0, 2)).toEqual([204, 203])

      await page.locator('#records summary').nth(2).click()
      const opened = await top(page, 202)
      await fill(sawlog, 205, 208)
      await expect.poll(() => page.locator('#live-new').textContent()).toBe('3 new')
      expect(await top(page, 202)).toBe(opened)
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
      expect(complaints).toEqual([])
    }, 60_000)
  }

  it('that records are missing stays said when others follow', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 5)
    const { page } = await open(`${sawlog.url}/logs`)
    const batch = JSON.stringify({ html: '<li id="r9-9"><span class="message">number 9.</span></li>', rows: 1, skipped: 0 })
    await page.route('**/logs/tail*', (route) => route.fulfill({ contentType: 'text/event-stream', body: `event: gap\nid: x\ndata: {}\n\nevent: rows\nid: y\ndata: ${batch}\n\n` }))
    await page.getByRole('button', { name: 'Live' }).click()
    await expect.poll(() => page.locator('#r9-9').count()).toBe(1)
    expect(await page.locator('#live-state').textContent()).toContain('Some records were deleted before they could be shown.')
  })

  it('an open record far down is there again after a reload', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 600)
    const { page, complaints } = await open(`${sawlog.url}/logs`)
    await scrollUntil(page, async () => (await numbers(page)).length >= 300)
    await page.locator('#records > li', { hasText: 'number 349.' }).locator('summary').click()
    await expect.poll(() => new URL(page.url()).searchParams.get('before')).not.toBe(null)
    await page.reload()
    await expect.poll(() => page.locator('#records details[open] .message').textContent()).toContain('number 349.')
    expect(complaints).toEqual([])
  }, 60_000)

  it('a closed row is copied by its key', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 5)
    const { page, complaints } = await open(`${sawlog.url}/logs`)
    await page.locator('body').press('j')
    await page.keyboard.press('c')
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('number 4.')
    await expect.poll(() => page.getByRole('button', { name: 'Copied' }).count()).toBe(1)
    expect(complaints).toEqual([])
  })
})
