// The frame of every page: head, header with navigation, the banner for a server that does not answer, footer.
import type { Child } from 'hono/jsx'
import type { Assets } from './assets.ts'

/** Only pages that exist. */
const NAVIGATION = [{ href: '/metrics', label: 'Metrics' }, { href: '/logs', label: 'Logs' }, { href: '/config', label: 'Config' }] as const

/**
 * `noSwap`: an error page must not replace the polled part, or polling ends with it. `morphIgnore`: a <details> stays as its
 * reader left it while its content moves on. `defaultTimeout`: a server that hangs is as good as gone, long before htmx's 60 s.
 */
const HTMX_CONFIG = JSON.stringify({ noSwap: [204, 304, '4xx', '5xx'], morphIgnore: ['data-htmx-powered', 'open'], defaultTimeout: 8000, includeIndicatorCSS: false })

interface Props {
  readonly title: string
  readonly current: string
  readonly version: string
  readonly assets: Assets
  /** Whether parts of it move by themselves. */
  readonly live?: boolean
  readonly children?: Child
}

export function Layout({ title, current, version, assets, live = false, children }: Props) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title>{`${title} · Sawlog`}</title>
        <link rel="icon" href={assets.url('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url('sawlog.css')} />
        {live ? <script src={assets.url('htmx.min.js')} defer></script> : null}
        {live ? <script src={assets.url('live.js')} defer></script> : null}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/metrics"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 18V8l4 5V8l4 5V8l4 5V8l4 5V8l4 5v5z" /></svg>Sawlog</a>
          <nav aria-label="Pages">
            <ul>{NAVIGATION.map(({ href, label }) => <li><a href={href} aria-current={href === current ? 'page' : undefined}>{label}</a></li>)}</ul>
          </nav>
          <button type="button" id="pause" class="pause" hidden>Pause</button>
          {current !== '/metrics' ? null : <noscript><p class="note">Without JavaScript this page shows one moment: <a href={current}>show the present</a>.</p></noscript>}
        </header>
        <div id="gone" class="gone" role="alert" hidden></div>
        <main id="main" tabindex={-1}>
          <h1 class="sr">{title}</h1>
          {children}
        </main>
        <footer>
          <p>Sawlog {version}</p>
          <p><a href="/metrics?format=prometheus">Prometheus</a></p>
          <p><a href="/api/stats">JSON</a></p>
          <p>Times are UTC.</p>
        </footer>
      </body>
    </html>
  )
}
