// Renews docs/screenshots when asked to (SAWLOG_SCREENSHOTS=1): what the tests see, with the demonstration running for a while.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSawlog, until } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { launchChromium, openWatched } from './watched-page.ts'

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
/** More at a time than the example has, so that a minute of it looks like a day. */
const DEMONSTRATION = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8').replace('rate: 20', 'rate: 120').replace('after: 3m', 'after: 40s').replace('every: 2m', 'every: 50s')
/** Until the chart has something to show: four minutes and a half of its five. */
const FILL_MS = Number(process.env['SAWLOG_SCREENSHOTS_FILL_S'] ?? 270) * 1000
const PAGES = [['metrics', '/metrics'], ['logs', '/logs'], ['pipeline', '/pipeline'], ['config', '/config']] as const
const wanted = process.env['SAWLOG_SCREENSHOTS'] === '1'
const found = wanted ? await needs('chromium') : { path: '', missing: ' (skipped: SAWLOG_SCREENSHOTS is not 1)' }

describe.skipIf(found.missing !== '')(`docs/screenshots${found.missing}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium(found.path)
  }, 60_000)
  afterAll(async () => browser?.close())

  it('are renewed', async () => {
    const sawlog = await startSawlog(DEMONSTRATION)
    const began = Date.now()
    await until(() => Date.now() - began > FILL_MS, 'the demonstration ran for a while', FILL_MS + 60_000)
    mkdirSync(FOLDER, { recursive: true })
    for (const [name, path] of PAGES) {
      if (!(await fetch(sawlog.url + path)).ok) continue
      for (const theme of ['light', 'dark'] as const) {
        for (const [width, height] of [[1440, 900], [390, 844]] as const) {
          const { page, complaints } = await openWatched(browser, sawlog.url + path, { colorScheme: theme, viewport: { width, height } })
          // A poll, so that nothing is in the state of the first moment.
          await page.waitForTimeout(2500)
          await page.screenshot({ path: `${FOLDER}${name}-${theme}-${width}.png` })
          expect([path, complaints]).toEqual([path, []])
          await page.context().close()
        }
      }
    }
  }, FILL_MS + 180_000)
})
