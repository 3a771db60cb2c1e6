// A page in Chromium that notes everything a page should not have to say: errors, warnings, refused content, requests to other hosts.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export interface Watched {
  readonly page: Page
  readonly complaints: string[]
}

export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: FLAGS })
}

/** Closed when the test ends. Where `url` is not of the kind `refused`, a status is a complaint as well. */
export async function openWatched(browser: Browser, url: string, options: BrowserContextOptions = {}, before: (page: Page) => Promise<unknown> = async () => undefined): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // A query that is refused is a page of status 400, and the browser says so.
    const refused = message.text().includes('the server responded with a status of 400') && message.location().url === page.url()
    if (!refused && (message.type() === 'error' || message.type() === 'warning')) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) complaints.push(`foreign request: ${request.url()}`)
  })
  await before(page)
  await page.goto(url)
  await settled(page)
  return { page, complaints }
}

/** What a page fetches after it was shown is there. */
export async function settled(page: Page): Promise<void> {
  // Not waitForFunction: that evaluates inside of the page, which the content policy refuses.
  await expect.poll(() => page.evaluate("document.readyState === 'complete' && !document.querySelector('[aria-busy=\"true\"]:not(details:not([open]) *)')"), { timeout: 10_000 }).toBe(true)
}

/** How far the page can be scrolled sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>
}
