// The page of the configuration in a real browser, against the built server with the demonstration.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSawlog } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { launchChromium, openWatched, overflow } from './watched-page.ts'

const DEMONSTRATION = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8')
const found = await needs('chromium')

describe.skipIf(found.missing !== '')(`the page of the configuration in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  const keys = (page: Page): Promise<string[]> => page.$$eval('.config-sections tbody tr:not([hidden]) th', (cells) => cells.filter((cell) => (cell as { offsetParent: unknown }).offsetParent !== null).map((cell) => cell.textContent ?? ''))

  for (const width of [1440, 390]) {
    it(`filters values, checks a text and reads the file again (${width} px)`, async () => {
      const sawlog = await startSawlog(DEMONSTRATION)
      const { page, complaints } = await openWatched(browser, `${sawlog.url}/config`, { viewport: { width, height: 900 } })
      expect((await keys(page)).length).toBeGreaterThan(15)
      await page.keyboard.press('/')
      await page.keyboard.type('RATE')
      expect(await keys(page)).toEqual(['sources[0].rate'])
      expect(new URL(page.url()).searchParams.get('filter')).toBe('RATE')
      await page.reload()
      expect(await keys(page)).toEqual(['sources[0].rate'])
      await page.fill('#config-filter', '')
      await expect.poll(() => keys(page).then((list) => list.length), { timeout: 10_000 }).toBeGreaterThan(15)
      expect(await overflow(page)).toBe(0)

      await page.fill('#check-text', DEMONSTRATION)
      await page.click('#check button')
      await expect.poll(() => page.textContent('#check-result')).toContain('OK: this configuration is valid.')
      await page.fill('#check-text', 'sources:\n  - type: generator\n    rat: 20\n')
      await page.focus('#check-text')
      await page.keyboard.press('Control+Enter')
      await expect.poll(() => page.textContent('#check-result')).toContain('line 3, column 5')
      expect(await page.textContent('#check-result')).toContain('Did you mean "rate"?')
      await page.click('.mistake-place')
      expect(await page.evaluate("[document.activeElement.id, document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)]")).toEqual(['check-text', 'rat: 20'])
      expect(await overflow(page)).toBe(0)
      // The text was only checked.
      expect((await sawlog.stats()).sources['demo']).toBeGreaterThan(0)

      await page.click('text=Reload the file')
      await expect.poll(() => page.textContent('.said')).toContain('nothing is different')
      writeFileSync(join(sawlog.directory, 'config.yaml'), DEMONSTRATION.replace('rate: 20', 'rate: 20\n    bogus: 1'))
      await page.click('text=Reload the file')
      await expect.poll(() => page.textContent('.said')).toContain('the file is not valid; nothing was changed')
      expect(await page.textContent('.said')).toMatch(/line \d+, column \d+/)
      // Clients and the watcher of the file may come first; what counts is that the button says how it stands.
      writeFileSync(join(sawlog.directory, 'config.yaml'), DEMONSTRATION.replace('rate: 20', 'rate: 21'))
      await page.click('text=Reload the file')
      await expect.poll(() => page.textContent('.said')).toMatch(/Reloaded/)
      await page.goto(`${sawlog.url}/config?filter=sources[0].rate`)
      await expect.poll(async () => (await page.reload(), page.textContent('.config-sections')), { timeout: 10_000 }).toContain('21')
      expect([await overflow(page), complaints]).toEqual([0, []])
    }, 60_000)
  }

  it('reads, filters and checks without JavaScript', async () => {
    const sawlog = await startSawlog(DEMONSTRATION)
    const { page } = await openWatched(browser, `${sawlog.url}/healthz`)
    await page.context().close()
    const context = await browser.newContext({ javaScriptEnabled: false })
    const still = await context.newPage()
    await still.goto(`${sawlog.url}/config`)
    await still.fill('#config-filter', 'rate')
    await still.keyboard.press('Enter')
    expect(await still.textContent('.config-sections')).toContain('sources[0].rate')
    await still.fill('#check-text', 'sources: 5')
    await still.click('#check button')
    expect(await still.textContent('#check-result')).toContain('Not valid')
    await context.close()
  }, 60_000)
})
