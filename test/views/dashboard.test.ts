import { Hono } from 'hono'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { mountPages } from '../../core/http/mount-pages.ts'
import type { ReadModel } from '../../core/read-model.ts'
import type { Store } from '../../core/search/store.ts'
import { createPages } from '../../views/pages.tsx'
import { EMPTY_TOTALS, HOSTILE, busyModel, fixtureModel, flatRate, hostileModel } from '../fixture-model.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const pages = createPages()

function serve(model: ReadModel): Hono {
  const app = new Hono()
  mountPages(app, { model, store: {} as Store, pages, setLevel: () => false })
  return app
}

async function page(model: ReadModel, path = '/metrics'): Promise<string> {
  return (await serve(model).request(path, { headers: BROWSER })).text()
}

describe('GET /metrics', () => {
  const type = async (headers: Record<string, string>, query = '') => {
    const response = await serve(busyModel()).request(`/metrics${query}`, { headers })
    return [response.status, response.headers.get('content-type')]
  }

  it('gives browsers the page and everyone else Prometheus text', async () => {
    expect(await type(BROWSER)).toEqual([200, 'text/html; charset=UTF-8'])
    expect(await type({})).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(await type({ accept: '*/*' })).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(await type({ accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' })).toEqual([200, 'application/openmetrics-text; version=1.0.0; charset=utf-8'])
  })

  it('lets format decide over Accept', async () => {
    expect(await type(BROWSER, '?format=prometheus')).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(await type(BROWSER, '?format=json')).toEqual([200, 'application/json'])
    expect(await type({}, '?format=html')).toEqual([200, 'text/html; charset=UTF-8'])
    expect(await type({}, '?format=xml')).toEqual([400, 'application/problem+json'])
  })

  it('is never cached and varies by Accept', async () => {
    const { headers } = await serve(busyModel()).request('/metrics', { headers: BROWSER })
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'Accept'])
  })
})

describe('assets', () => {
  it('are what the page asks for, immutable and gzipped on request', async () => {
    const app = serve(busyModel())
    const urls = [...(await page(busyModel())).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
    expect(urls.map((url) => url.replace(/\.[0-9a-f]{8}\./, '.')).toSorted()).toEqual(['/assets/frame.js', '/assets/htmx.min.js', '/assets/icon.svg', '/assets/live.js', '/assets/overview.js', '/assets/sawlog.css'])
    for (const url of urls) {
      const plain = await app.request(url)
      expect([url, plain.status, plain.headers.get('cache-control')]).toEqual([url, 200, 'public, max-age=31536000, immutable'])
      const packed = await app.request(url, { headers: { 'accept-encoding': 'gzip, br' } })
      expect(packed.headers.get('content-encoding')).toBe('gzip')
      expect(gunzipSync(await packed.arrayBuffer()).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true)
    }
  })

  it('cannot be used to read other files', async () => {
    const app = serve(busyModel())
    for (const name of ['live.js', 'nope.js', '..%2f..%2fpackage.json', '%2e%2e%2fpackage.json']) expect((await app.request(`/assets/${name}`)).status).toBe(404)
  })
})

describe('the page', () => {
  it('is a whole document without inline script or style', async () => {
    const html = await page(busyModel())
    expect(html.startsWith('<!doctype html><html lang="en">')).toBe(true)
    expect(html.match(/<style|\sstyle=|<script(?![^>]* src=)|\son\w+=|javascript:/i)).toBeNull()
    expect(html.match(/(?:src|href)="(?:https?:)?\/\//)).toBeNull()
  })

  it('shows every figure, short in the text and exact in the title', async () => {
    const html = await page(busyModel())
    expect(html.includes('title="12,431,007">12.4M</span>')).toBe(true)
    expect(html.includes('12.4k/s</span>')).toBe(true)
    for (const text of ['payment', 'nginx', 'configured', 'auto: 50 of 50 sample lines are JSON objects', 'database is locked', 'only-errors', '877 µs', 'card declined',
      'cannot open /var/log/app/old.log', '×14', 'Let the user of this process read it.', 'invalid utf8', '2.9 GiB', '6 d']) expect([text, html.includes(text)]).toEqual([text, true])
  })

  it('links only to pages that exist', async () => {
    const links = new Set([...(await page(busyModel())).matchAll(/<a [^>]*href="([^"#]+)"/g)].map((match) => match[1]?.replace(/\?.*/, '')))
    expect([...links].toSorted()).toEqual(['/api/stats', '/config', '/logs', '/metrics', '/pipeline'])
  })

  it('polls a fragment that is the same element again', async () => {
    const fragment = await page(busyModel(), '/metrics/fragment')
    expect(fragment).toMatch(/^<div id="live" hx-get="\/metrics\/fragment\?span=5m" hx-trigger="every 2s, refresh" hx-swap="outerMorph"/)
    expect(fragment).not.toContain('<html')
  })

  it('has unique ids, a caption for every table and a scope for every header', async () => {
    for (const model of [busyModel(), hostileModel(), fixtureModel()]) {
      const html = await page(model)
      const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])
      expect(new Set(ids).size).toBe(ids.length)
      expect(html.match(/<caption/g)?.length ?? 0).toBe(html.match(/<table/g)?.length ?? 0)
      expect(html.match(/<th(?! scope| [^>]*scope)[ >]/)).toBeNull()
      expect(html.match(/<h1/g)).toHaveLength(1)
    }
  })

  it('shows how to send a record while there is none, with the address the browser used', async () => {
    const html = await (await serve(fixtureModel()).request('http://logs.example:8080/metrics', { headers: BROWSER })).text()
    expect(html.includes('No records yet')).toBe(true)
    expect(html.includes('http://logs.example:8080/ingest?source=hello')).toBe(true)
    expect(html.includes('Waiting for the first record')).toBe(true)
    expect(await page(busyModel())).not.toContain('No records yet</h2>')
  })

  it('says so when filters dropped everything that came', async () => {
    const html = await page(fixtureModel({ totals: () => ({ ...EMPTY_TOTALS, dropped: 1200 }) }))
    expect(html.includes('1.2k records came, and filters dropped all of them.')).toBe(true)
  })

  it('does not put a hostile Host header into a command to copy', async () => {
    const html = await (await serve(fixtureModel()).request('http://a$(id)b/metrics', { headers: BROWSER })).text()
    expect(html.includes('$(id)')).toBe(false)
  })

  it('says in words that and why it takes no records', async () => {
    const html = await page(busyModel(() => 0, { notReady: () => 'the disk of data/journal is full' }))
    expect(html.includes('Not taking records')).toBe(true)
    expect(html.includes('<bdi>the disk of data/journal is full</bdi>')).toBe(true)
  })

  it('names the output that fails', async () => {
    const html = await page(busyModel(() => 0, {
      outputs: () => [{ name: 'remote', type: 'forward', lag: 2500, lagBytes: 9, lagSeconds: 61, delivered: 0, errors: 4, rejected: 0, deadLetters: 0, lastError: 'connect ECONNREFUSED', state: 'retrying' }],
    }))
    expect(html.includes('Output remote cannot deliver and tries again, 2.5k records waiting.')).toBe(true)
  })
})

describe('hostile text', () => {
  it('is escaped everywhere', async () => {
    const html = await page(hostileModel())
    expect(html.includes('<script>')).toBe(false)
    expect(html.includes('<img')).toBe(false)
    expect(html.match(/"\s+onmouseover="/)).toBeNull()
    expect(html.includes('\u202e')).toBe(false)
    expect(html.includes('\u0000')).toBe(false)
    expect(html.includes('⟨202E⟩')).toBe(true)
    expect(html.includes('a␀b␛[31mred␍␊next␉line')).toBe(true)
    expect(html.includes('__proto__')).toBe(true)
  })

  it('is cut where it is long, with the beginning of the whole in the title', async () => {
    const html = await page(hostileModel())
    // Booleans: a failure must not print megabytes.
    expect(html.includes(`title="${HOSTILE.long.slice(0, 1000)}"`)).toBe(true)
    expect(html.includes('a'.repeat(1001))).toBe(false)
  })
})

describe('throughput', () => {
  it('is told in words', async () => {
    const html = await page(busyModel(() => 0, { rate: (seconds) => flatRate(seconds, (i) => ({ info: 10, error: i === 299 ? 3 : 0 })) }))
    expect(html).toMatch(/Bar chart: 3k records in the last 5 minutes, 10\/s on average, at most 1\d\/s at [-\d]+ [:\d]+Z; 3 error\./)
  })

  it('keeps a single error visible beside a flood', async () => {
    const html = await page(busyModel(() => 0, { rate: (seconds) => flatRate(seconds, (i) => ({ info: 100_000, error: i === 150 ? 1 : 0 })) }))
    expect(html.match(/height="3\.00" class="level-error"/g)).toHaveLength(1)
  })

  it('never draws outside of the plot', async () => {
    const html = await page(busyModel(() => 0, { rate: (seconds) => flatRate(seconds, () => ({ fatal: 1, error: 1, warn: 1, info: 1_000_000 })) }))
    const rects = [...html.matchAll(/ y="([\d.-]+)" height="([\d.-]+)" class="level-/g)].map((match) => [Number(match[1]), Number(match[2])] as const)
    expect(rects.length).toBeGreaterThan(200)
    for (const [y, height] of rects) expect(y >= 0 && height >= 0 && y + height <= 160.01).toBe(true)
  })

  it('says that nothing came', async () => {
    expect((await page(busyModel(() => 0, { rate: (seconds) => flatRate(seconds, () => ({})) }))).includes('No records in the last 5 minutes.')).toBe(true)
  })
})
