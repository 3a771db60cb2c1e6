// `server.json` in the data directory: where the running server listens, for the commands that go through it. Worth something only while the directory is locked.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'server.json'

export function writeServerFile(directory: string, url: string): void {
  writeFileSync(join(directory, FILE), `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o640 })
}

export function removeServerFile(directory: string): void {
  rmSync(join(directory, FILE), { force: true })
}

/** Null where there is none, or none that can be read. */
export function readServerFile(directory: string): string | null {
  try {
    const value = JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as { url?: unknown } | null
    return typeof value?.url === 'string' ? value.url : null
  } catch {
    return null
  }
}
