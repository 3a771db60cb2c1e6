// What every page is told of the request it answers: who asks from where, and how he likes it.
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export interface PageFrame {
  /** Where the browser sees this server: `http://127.0.0.1:5000`. For the example commands on the pages. */
  readonly origin: string
  /** What the reader chose with the switch; null: as his system has it. */
  readonly theme: Theme | null
  readonly version: string
}

/** The switch sets the cookie (`frame.js`), so that a page comes in the right colours at once. */
const THEME_COOKIE = 'sawlog-theme'

export function pageFrame(c: Context, version: string): PageFrame {
  const theme = getCookie(c, THEME_COOKIE)
  return { origin: origin(c), theme: THEMES.find((one) => one === theme) ?? null, version }
}

/** The Host header is the client's own, but it ends up in a command to copy: anything that is not a plain authority is not shown. */
function origin(c: Context): string {
  const url = new URL(c.req.url)
  return /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(url.host) ? `${url.protocol}//${url.host}` : 'http://127.0.0.1:5000'
}
