// The rows of the page of logs in a real browser, against the built server: paging, keys, and the live tail.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDirectory, startSawlog } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { fill, numbers } from './numbered-rows.ts'
import { launchChromium, openWatched } from './watched-page.ts'

const found = await needs('chromium')
const CONFIG = 'sources: [{ type: http, name: shop }]\n'

describe.skipIf(found.missing !== '')(`the rows of the page of logs in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  const open = (url: string, width = 1440) => openWatched(browser, url, { viewport: { width, height: 900 } })
  const address = (page: Page) => new URL(page.url()).searchParams

  for (const width of [1440, 390]) {
    it(`older records follow each once, in a bounded page (${width} px)`, async () => {
      const sawlog = await startSawlog(CONFIG)
      await fill(sawlog, 0, 2000)
      const { page, complaints } = await open(`${sawlog.url}/logs`, width)
      const seen = new Set<number>()
      let most = 0
      await expect.poll(async () => {
        const shown = await numbers(page)
        most = Math.max(most, shown.length)
        expect(shown).toEqual(shown.toSorted((a, b) => b - a))
        expect(new Set(shown).size).toBe(shown.length)
        for (const one of shown) seen.add(one)
        await page.evaluate('scrollTo(0, document.body.scrollHeight)')
        return seen.size
      }, { timeout: 60_000, interval: 50 }).toBe(2000)
      expect(most).toBeLessThanOrEqual(601)
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
      await page.getByRole('link', { name: 'Back to the newest' }).click()
      await expect.poll(async () => (await numbers(page))[0]).toBe(1999)
      expect(complaints).toEqual([])
    }, 90_000)
  }

  it('goes from record to record and from error to error by keys, and the address says which is open', async () => {
    const sawlog = await startSawlog(CONFIG)
    await fill(sawlog, 0, 350)
    const { page, complaints } = await open(`${sawlog.url}/logs`)
    const current = () => page.evaluate("/number (\\d+)\\./.exec(document.activeElement?.closest('#records > li')?.textContent ?? '')?.[1]")
    await page.locator('body').press('j')
    expect(await current()).toBe('349')
    await page.keyboard.press('j')
    expect(await current()).toBe('348')
    await page.keyboard.press('k')
    expect(await current()).toBe('349')
    await page.keyboard.press('e')
    expect(await current()).toBe('300')
    await page.keyboard.press('Enter')
    await expect.poll(() => address(page).get('open')).toMatch(/^\d+-300$/)
    await page.reload()
    await expect.poll(() => page.locator('#records details[open]').count()).toBe(1)
    await page.locator('#records details[open] > summary').focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => address(page).get('open')).toBe(null)
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('q')
    await page.keyboard.type('jjj')
    expect(await page.inputValue('#q')).toBe('jjj')
    expect(complaints).toEqual([])
  })

  it('a live tail shows what comes, holds it while somebody reads, and goes on after a restart without a gap', async () => {
    const directory = freshDirectory()
    let sawlog = await startSawlog(CONFIG, { directory })
    await fill(sawlog, 0, 50)
    const { page } = await open(`${sawlog.url}/logs`)
    await page.getByRole('button', { name: 'Live' }).click()
    expect(address(page).get('tail')).toBe('1')
    await fill(sawlog, 50, 55)
    await expect.poll(async () => (await numbers(page)).slice(0, 6)).toEqual([54, 53, 52, 51, 50, 49])

    await page.locator('#records summary').nth(3).click()
    await fill(sawlog, 55, 62)
    await expect.poll(() => page.locator('#live-new').textContent()).toBe('7 new')
    expect((await numbers(page))[0]).toBe(54)
    await page.locator('body').press('n')
    await expect.poll(async () => (await numbers(page)).slice(0, 8)).toEqual([61, 60, 59, 58, 57, 56, 55, 54])

    const port = new URL(sawlog.url).port
    await sawlog.kill()
    await expect.poll(() => page.locator('#live-state').textContent()).toContain('The server does not answer')
    sawlog = await startSawlog(CONFIG, { directory, args: ['--port', port] })
    await fill(sawlog, 62, 70)
    await expect.poll(async () => (await numbers(page)).slice(0, 9), { timeout: 15_000 }).toEqual([69, 68, 67, 66, 65, 64, 63, 62, 61])
    await expect.poll(() => page.locator('#live-state').isHidden()).toBe(true)

    // Three thousand at once are more than anyone reads: the newest are shown, the others counted, and nothing comes twice.
    await fill(sawlog, 70, 3070)
    await expect.poll(async () => (await numbers(page))[0], { timeout: 15_000 }).toBe(3069)
    const shown = await numbers(page)
    expect([new Set(shown).size, shown.length <= 500]).toEqual([shown.length, true])
    expect(await page.locator('#live-state').textContent()).toMatch(/^[\d,]+ skipped/)
    await page.locator('body').press('l')
    expect(address(page).get('tail')).toBe(null)
  })
})
