// The frame of every page: head, header with navigation, the banner for a server that does not answer, footer.
import type { Child } from 'hono/jsx'
import type { PageFrame } from '../core/http/page-frame.ts'
import type { Assets } from './assets.ts'
import { Help, type Shortcut } from './help.tsx'
import { Icon } from './icon.tsx'

/** Only pages that exist. */
const NAVIGATION = [{ href: '/metrics', label: 'Metrics' }, { href: '/logs', label: 'Logs' }, { href: '/pipeline', label: 'Pipeline' }, { href: '/config', label: 'Config' }] as const

/**
 * `noSwap`: an error page must not replace the polled part, or polling ends with it. `morphIgnore`: a <details> stays as its
 * reader left it while its content moves on. `defaultTimeout`: a server that hangs is as good as gone, long before htmx's 60 s.
 */
const HTMX_CONFIG = JSON.stringify({ noSwap: [204, 304, '4xx', '5xx'], morphIgnore: ['data-htmx-powered', 'open'], defaultTimeout: 8000, includeIndicatorCSS: false })

export interface LayoutProps {
  readonly frame: PageFrame
  readonly title: string
  /** The first heading, where it is not the title. */
  readonly heading?: string
  /** Path of the page. */
  readonly current: string
  readonly assets: Assets
  /** Assets to run, in this order, once the document is there. `frame.js` runs before them. */
  readonly scripts: readonly string[]
  /** Keys of this page, for the help. */
  readonly shortcuts?: readonly Shortcut[]
  readonly children?: Child
}

export function Layout({ frame, title, heading = title, current, assets, scripts, shortcuts = [], children }: LayoutProps) {
  return (
    <html lang="en" data-theme={frame.theme ?? undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title>{`${title} · Sawlog`}</title>
        <link rel="icon" href={assets.url('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url('sawlog.css')} />
        {['frame.js', ...scripts].map((name) => <script src={assets.url(name)} defer></script>)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/metrics"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 18V8l4 5V8l4 5V8l4 5V8l4 5V8l4 5v5z" /></svg><span>Sawlog</span></a>
          <nav aria-label="Pages">
            <ul>{NAVIGATION.map(({ href, label }) => <li><a href={href} aria-current={href === current ? 'page' : undefined}>{label}</a></li>)}</ul>
          </nav>
          <div class="tools">
            {scripts.includes('live.js') ? <button type="button" id="pause" class="tool" hidden><Icon name="pause" /><Icon name="play" /><span class="tool-text">Pause</span></button> : null}
            <button type="button" id="theme" class="tool" hidden><Icon name="system" /><Icon name="light" /><Icon name="dark" /><span class="tool-text"></span></button>
            <button type="button" id="help-open" class="tool" aria-haspopup="dialog" title="Keys (?)" hidden><Icon name="keys" /><span class="tool-text">Keys</span></button>
          </div>
        </header>
        <div id="gone" class="gone" role="alert" hidden></div>
        <main id="main" tabindex={-1}>
          <h1 class="sr">{heading}</h1>
          {current !== '/metrics' ? null : <noscript><p class="note">Without JavaScript this page shows one moment: <a href={current}>show the present</a>.</p></noscript>}
          {children}
        </main>
        <footer>
          <p>Sawlog {frame.version}</p>
          <p><a href="/metrics?format=prometheus">Prometheus</a></p>
          <p><a href="/api/stats">JSON</a></p>
          <p>Times are UTC.</p>
        </footer>
        <Help shortcuts={shortcuts} />
      </body>
    </html>
  )
}
