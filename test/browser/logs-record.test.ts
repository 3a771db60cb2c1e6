// Single records on the page of logs in a real browser, against the built server: the row, the opened record, its own page.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSawlog, type Started } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { launchChromium, openWatched, overflow } from './watched-page.ts'

const found = await needs('chromium')
const CONFIG = 'sources: [{ type: http, name: shop }]\n'
const TRACE = ['Error: cannot pay', ...Array.from({ length: 23 }, (_, i) => `    at step${i} (/srv/pay.js:${i}:1)`)].join('\n')

async function filled(): Promise<Started> {
  const sawlog = await startSawlog(CONFIG)
  const records = [
    { message: 'first' },
    { message: 'GET /cart <b>bold</b> "quoted"', user: { id: 'u 17' }, status: 500, level: 'error' },
    { message: TRACE, level: 'fatal' },
    { message: '\u001b[31;1mred alert\u001b[0m and \u001b[2J cleared', level: 'warn' },
    { message: 'x'.repeat(1_000_000) },
    { message: 'wide', ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i])) },
    { message: 'declined Card declined', status: 402 },
  ]
  expect((await sawlog.post(records.map((record, i) => JSON.stringify({ time: new Date(Date.now() - 60_000 + i * 1000).toISOString(), ...record })).join('\n'))).status).toBe(200)
  return sawlog
}

describe.skipIf(found.missing !== '')(`a record in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  it('a row marks what was searched for, folds stack traces, shows terminal colours and stays short', async () => {
    const sawlog = await filled()
    const { page, complaints } = await openWatched(browser, `${sawlog.url}/logs`)
    const rows = page.locator('#records > li')
    expect(await rows.count()).toBe(7)
    expect(await page.locator('summary .ansi-1.ansi-bold').textContent()).toBe('red alert')
    expect(await rows.nth(3).locator('summary .message').textContent()).toBe('red alert and ␛[2J cleared')
    expect((await rows.nth(4).locator('summary .message').textContent())?.replaceAll(/\s+/g, ' ')).toBe('Error: cannot pay + 23 lines')
    expect((await rows.nth(2).locator('summary').textContent())?.length).toBeLessThan(500)
    await page.goto(`${sawlog.url}/logs?q=${encodeURIComponent('"card declined" declined')}`)
    expect(await page.locator('summary mark').allTextContents()).toEqual(['declined', 'Card declined'])
    expect(complaints).toEqual([])
  })

  for (const width of [1440, 390]) {
    it(`opened, it has every field with ways to filter, leave out and add a column (${width} px)`, async () => {
      const sawlog = await filled()
      const { page, complaints } = await openWatched(browser, `${sawlog.url}/logs`, { viewport: { width, height: 900 } })
      const query = () => new URL(page.url()).searchParams
      const row = page.locator('#records > li').nth(5)
      await row.locator('summary').click()
      await row.getByRole('link', { name: 'Only user.id u 17' }).click()
      expect(query().get('q')).toBe('user.id:"u 17"')
      await expect.poll(() => page.locator('#records > li').count()).toBe(1)
      await page.goto(`${sawlog.url}/logs?open=${await idOf(sawlog, 'cart')}`)
      await page.getByRole('link', { name: 'status as a column' }).click()
      expect(query().get('columns')).toBe('status')
      expect(await page.locator('#records .cell').allTextContents()).toEqual(['402', '–', '–', '–', '–', '500', '–'])
      await page.goto(`${sawlog.url}/logs?columns=status&open=${await idOf(sawlog, 'cart')}`)
      await page.getByRole('link', { name: 'Without status 500' }).click()
      expect([query().get('q'), query().get('columns')]).toEqual(['-status:500', 'status'])
      await page.getByRole('link', { name: 'Take away the column status' }).click()
      expect(query().get('columns')).toBe(null)
      await page.getByRole('link', { name: 'Wrap' }).click()
      expect(query().get('wrap')).toBe('1')
      await page.getByRole('link', { name: 'Ages' }).click()
      await expect.poll(() => page.locator('#records time').first().textContent()).toMatch(/^\d+ (s|min)$/)
      expect([await overflow(page), complaints]).toEqual([0, []])
    })
  }

  it('is copied as its message and as JSON', async () => {
    const sawlog = await filled()
    const { page, complaints } = await openWatched(browser, `${sawlog.url}/logs?q=cart&open=${await idOf(sawlog, 'cart')}`, { permissions: ['clipboard-read', 'clipboard-write'] })
    const clipboard = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>
    await page.getByRole('button', { name: 'Copy message' }).click()
    await expect.poll(clipboard).toBe('GET /cart <b>bold</b> "quoted"')
    await page.getByRole('button', { name: 'Copy JSON' }).click()
    await expect.poll(async () => (JSON.parse(await clipboard()) as { body: { status: number } }).body.status).toBe(500)
    expect(complaints).toEqual([])
  })

  it('a megabyte in one line and a thousand fields are cut, with a way to the whole', async () => {
    const sawlog = await filled()
    const { page } = await openWatched(browser, `${sawlog.url}/logs/record/${await idOf(sawlog, 'wide')}`)
    expect(await page.locator('.this-record .fields-table tbody tr').count()).toBeLessThan(220)
    expect(await page.getByRole('link', { name: /more fields/ }).count()).toBe(1)
    await page.goto(`${sawlog.url}/logs/record/${(await recordIds(sawlog))[4]}`)
    expect(await page.getByRole('link', { name: /^Show all of it \(\d+ KiB\)$/ }).count()).toBe(1)
    expect(((await page.locator('.this-record').textContent()) ?? '').length).toBeLessThan(200_000)
  })

  it('its own page has what was stored before and after it, and says so when it is gone', async () => {
    const sawlog = await filled()
    const ids = await recordIds(sawlog)
    const { page, complaints } = await openWatched(browser, `${sawlog.url}/logs/record/${ids[3]}?before=1&after=2`)
    expect([await page.locator('section[aria-label="Stored after it"] li').count(), await page.locator('.this-record').count(), await page.locator('section[aria-label="Stored before it"] li').count()]).toEqual([2, 1, 1])
    await page.getByRole('link', { name: '20 more before it' }).click()
    expect(await page.locator('section[aria-label="Stored before it"] li').count()).toBe(3)
    expect(complaints).toEqual([])

    expect((await fetch(`${sawlog.url}/logs/record/999-1`)).status).toBe(404)
    await page.goto(`${sawlog.url}/logs/record/999-1`)
    expect(await page.getByRole('heading', { name: 'There is no such record' }).count()).toBe(1)
    await fetch(`${sawlog.url}/api/seal`, { method: 'POST' })
    const erased = await fetch(`${sawlog.url}/api/erase`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: 'message:first' }) })
    expect(erased.status).toBe(200)
    expect((await page.goto(`${sawlog.url}/logs/record/${ids[0]}`))?.status()).toBe(410)
    expect(await page.locator('.missing').textContent()).toContain('This record was deleted')
  })
})

/** Oldest first. */
async function recordIds(sawlog: Started): Promise<string[]> {
  const { records } = (await (await fetch(`${sawlog.url}/api/logs`)).json()) as { records: Array<{ id: string }> }
  return records.map(({ id }) => id).toReversed()
}

async function idOf(sawlog: Started, q: string): Promise<string> {
  const { records } = (await (await fetch(`${sawlog.url}/api/logs?q=${q}`)).json()) as { records: Array<{ id: string }> }
  return records[0]?.id ?? 'none'
}
