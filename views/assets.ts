// The files a page loads: our own from views/public and htmx from its package, under names that carry a hash of their content.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** In this order, since later rules win. */
const STYLES = ['frame', 'metrics', 'logs', 'pipeline', 'config']

export interface LoadedAsset {
  readonly contentType: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
}

const CONTENT_TYPES: { readonly [extension: string]: string } = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

export interface Assets {
  /** `/assets/live.1f0c9a2b.js` for `live.js`. */
  url(name: string): string
  /** By the name after `/assets/`. */
  find(hashedName: string): LoadedAsset | undefined
}

/** Read once, at start: a missing file fails there and not on some later page. */
export function loadAssets(): Assets {
  const folder = join(packageRoot(), 'views', 'public')
  const files: Record<string, Buffer> = {
    // One request for all of it; in files of their own the parts are easier to find.
    'sawlog.css': Buffer.concat(STYLES.map((name) => readFileSync(join(folder, 'css', `${name}.css`)))),
    'htmx.min.js': readFileSync(fileURLToPath(new URL('./htmx.min.js', import.meta.resolve('htmx.org')))),
  }
  for (const name of readdirSync(folder)) if (/\.(js|svg)$/.test(name)) files[name] = readFileSync(join(folder, name))
  const urls = new Map<string, string>()
  const assets = new Map<string, LoadedAsset>()
  for (const [name, content] of Object.entries(files)) {
    const body = bytes(content)
    const dot = name.lastIndexOf('.')
    // 8 hex digits: only versions of the same file must not collide.
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 8)
    const hashedName = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`
    urls.set(name, `/assets/${hashedName}`)
    assets.set(hashedName, { contentType: CONTENT_TYPES[name.slice(dot + 1)] ?? 'application/octet-stream', body, gzip: bytes(gzipSync(body)) })
  }
  return {
    url(name) {
      const url = urls.get(name)
      if (url === undefined) throw new Error(`BUG: there is no asset ${name}`)
      return url
    },
    find: (hashedName) => assets.get(hashedName),
  }
}

/** The folder with package.json: this module runs from views/ and from dist/views/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('cannot find the pages\' files: no package.json above this module. Install Sawlog again.')
    folder = parent
  }
  return folder
}

function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer)
}
