// Names a rotation gives: `app.log` -> `app.log.1`, `app.log-20261101`, `app-20261101.log`.
import { basename, dirname, extname, join } from 'node:path'

/** The path without its numbers and dates, and without `.gz`: equal for all files one log was rotated into, wherever the cascade has moved them. */
export function rotationFamily(path: string): string {
  return join(dirname(path), basename(path).replace(/\.gz$/, '').replaceAll(/[-._]\d[-._T\d]*(?=\.|$)/g, ''))
}

/** Whether `name` is what a rotation of `original` may be called, or both are rotations of one log. */
export function isRotatedName(name: string, original: string): boolean {
  if (name === original) return false
  if (name.startsWith(original) || rotationFamily(name) === rotationFamily(original)) return true
  const extension = extname(original)
  if (extension === '' || extname(name) !== extension) return false
  const stem = original.slice(0, -extension.length)
  return name.startsWith(stem) && /^[-._]\d/.test(name.slice(stem.length, -extension.length))
}

/** The paths whose rotation `path` may be. */
export function* originalsOf(path: string): Generator<string> {
  const name = basename(path)
  const extension = extname(name)
  for (let length = name.length - 1; length > 0; length--) {
    const prefix = name.slice(0, length)
    for (const original of extension === '' ? [prefix] : [prefix, prefix + extension]) {
      if (isRotatedName(name, original)) yield join(dirname(path), original)
    }
  }
}
