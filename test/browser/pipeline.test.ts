// The page of the pipeline in a real browser, against the built server with the demonstration and an output whose target refuses.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startSawlog, type Started, until } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { launchChromium, openWatched, overflow } from './watched-page.ts'

const DEMONSTRATION = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8')
const SHOP = `  - { type: regex, name: shop, pattern: '^(?P<level>[A-Z]+) (?P<message>.*)$' }\n`
const found = await needs('chromium')

describe.skipIf(found.missing !== '')(`the page of the pipeline in Chromium${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  /** A target that takes nothing until it is told to. */
  async function target(): Promise<{ url: string; takes: boolean; taken: number }> {
    const state = { url: '', takes: false, taken: 0 }
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (state.takes) state.taken++
        response.writeHead(state.takes ? 200 : 400).end(state.takes ? '' : 'unknown field <b>')
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return state
  }

  async function demonstration(url: string): Promise<Started> {
    const config = DEMONSTRATION.replace('outputs:\n', `outputs:\n  - { type: http, name: hooks, url: "${url}", when: "message:refuse" }\n`).replace('parsers:\n', () => `parsers:\n${SHOP}`).replace('filters:\n', 'filters:\n  - { type: redact, presets: [email], fields: [password] }\n')
    const sawlog = await startSawlog(config)
    await sawlog.post('{"message":"please refuse me"}')
    await sawlog.post('no JSON {', { 'Content-Type': 'application/x-ndjson' }, '/ingest?parser=json')
    return sawlog
  }

  const rate = (page: Page): Promise<string | null> => page.textContent('#box-sources\\%2Fdemo .box-flow .num')

  for (const width of [1440, 390]) {
    it(`draws what is declared, looks into it, tries parsers and replays what was refused (${width} px)`, async () => {
      const hooks = await target()
      const sawlog = await demonstration(hooks.url)
      const { page, complaints } = await openWatched(browser, `${sawlog.url}/pipeline`, { viewport: { width, height: 900 } })
      for (const id of ['sources/demo', 'sources/http', 'parsers/shop', 'taggers/keywords', 'filters/redact', 'outputs/hooks', 'outputs/jsonl']) expect([id, await page.locator(`[id="box-${encodeURIComponent(id)}"]`).count()]).toEqual([id, 1])
      expect(await page.locator('.links-taggers').isVisible()).toBe(width === 1440)
      await expect.poll(() => rate(page), { timeout: 15_000 }).toMatch(/^[1-9]/)
      expect(await overflow(page)).toBe(0)

      await page.click('#box-sources\\%2Fdemo')
      await page.locator('#node').waitFor()
      await expect.poll(() => page.textContent('#node'), { timeout: 10_000 }).toMatch(/lines are JSON objects|JSON/)
      await page.click('#tap-switch')
      await expect.poll(() => page.locator('#tap-rows > li').count(), { timeout: 10_000 }).toBeGreaterThan(2)
      expect(new URL(page.url()).searchParams.get('tap')).toBe('1')
      await page.reload()
      await expect.poll(() => page.locator('#tap-rows > li').count(), { timeout: 10_000 }).toBeGreaterThan(0)
      await page.click('#tap-switch')
      expect(await page.textContent('#tap-switch')).toBe('Watch')

      await page.goto(`${sawlog.url}/pipeline?node=sources/http`)
      await page.fill('#trial-lines', 'WARN it is late\nnothing to see')
      await page.selectOption('#trial-parser', 'shop')
      await page.click('#trial button')
      await expect.poll(() => page.textContent('#trial-result')).toContain('1 of 2 lines parse.')
      expect(await page.textContent('#trial-result')).toContain('does not match')
      await page.fill('#trial-options', "pattern: '^(?P<message>.*'")
      await page.focus('#trial-options')
      await page.keyboard.press('Control+Enter')
      await expect.poll(() => page.textContent('#trial-result')).toContain('line 1, column 10')
      // What was typed survives the polls around it.
      expect(await page.inputValue('#trial-lines')).toBe('WARN it is late\nnothing to see')
      expect(await overflow(page)).toBe(0)

      await until(async () => (await sawlog.stats()).outputs.find(({ name }) => name === 'hooks')?.errors !== undefined && (await (await fetch(`${sawlog.url}/api/dead-letters`)).text()).includes('"hooks"'), 'a dead letter')
      await page.goto(`${sawlog.url}/pipeline?node=outputs/hooks`)
      expect(await page.textContent('#letters')).toContain('1 dead letter')
      hooks.takes = true
      await page.click('#letters td .letter-form [value="replay"]')
      await page.locator('.said').waitFor()
      expect(await page.textContent('.said')).toContain('1 delivered')
      expect([hooks.taken, await page.locator('#letters').count()]).toEqual([1, 0])
      await page.fill('#replay-from', '1h')
      await page.click('#replay button')
      await expect.poll(() => page.textContent('.said')).toMatch(/delivers \d+ records again/)
      await until(() => hooks.taken > 1, 'the record is delivered again')
      expect([await overflow(page), complaints]).toEqual([0, []])
    }, 60_000)
  }

  it('shows what goes through every kind of plugin, and hides what filters hide', async () => {
    const sawlog = await demonstration('http://127.0.0.1:9')
    const { page, complaints } = await openWatched(browser, `${sawlog.url}/pipeline?node=taggers/keywords&tap=1`)
    await expect.poll(() => page.textContent('#tap-rows'), { timeout: 10_000 }).toMatch(/\+ tag (api|auth|payment|general)/)
    await page.goto(`${sawlog.url}/pipeline?node=parsers/json&tap=1`)
    const secret = (): Promise<string | null> => sawlog.post('{"message":"write to bob@example.com","password":"hunter two"}\n').then(() => page.textContent('#tap-rows'))
    await expect.poll(secret, { timeout: 15_000, interval: 400 }).toContain('[redacted:email]')
    expect(await page.textContent('#tap-rows')).not.toMatch(/bob@example|hunter/)
    await page.goto(`${sawlog.url}/pipeline?node=outputs/jsonl&tap=1`)
    await expect.poll(() => page.textContent('#tap-rows'), { timeout: 15_000 }).toContain('"tags":["')
    expect(complaints).toEqual([])
  }, 60_000)

  it('works by keyboard alone, and keeps focus across polls', async () => {
    const sawlog = await demonstration('http://127.0.0.1:9')
    const { page, complaints } = await openWatched(browser, `${sawlog.url}/pipeline`)
    const focused = (): Promise<string> => page.evaluate('document.activeElement.id')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await focused()).toBe('box-sources%2Fhttp')
    await page.keyboard.press('k')
    const taken = (): Promise<string> => page.evaluate("document.querySelector('#live').dataset.taken")
    const before = await taken()
    await expect.poll(taken, { timeout: 10_000 }).not.toBe(before)
    expect(await focused()).toBe('box-sources%2Fdemo')
    await page.keyboard.press('Enter')
    await page.locator('#node').waitFor()
    await page.keyboard.press('w')
    await expect.poll(() => page.locator('#tap-rows > li').count(), { timeout: 10_000 }).toBeGreaterThan(0)
    await page.keyboard.press('x')
    await expect.poll(() => new URL(page.url()).search).toBe('')
    expect(complaints).toEqual([])
  }, 60_000)

  it('says that the server is gone', async () => {
    const sawlog = await demonstration('http://127.0.0.1:9')
    const { page } = await openWatched(browser, `${sawlog.url}/pipeline`)
    await sawlog.kill()
    await page.locator('#gone').waitFor({ state: 'visible', timeout: 15_000 })
  }, 60_000)
})
