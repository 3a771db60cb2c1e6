// An npm package that a suite reads our files with: installed into the tests' own folder, or missing with the reason.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** DuckDB is 40 MB to download. */
const INSTALL_TIMEOUT_MS = 240_000

export interface FoundPackage {
  /** To be imported; empty when it is missing. */
  readonly entry: string
  /** Why it is missing, for the name of the skipped suite; empty when it is there. */
  readonly missing: string
}

/** Use as `needs`; `name` with a version. With CI=true a missing package throws. */
export async function needsPackage(name: string, version: string): Promise<FoundPackage> {
  const folder = fileURLToPath(new URL(`../.cache/needs/${name.replaceAll('/', '+')}@${version}`, import.meta.url))
  const found = entryOf(folder, name)
  if (found !== null) return { entry: found, missing: '' }
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], { cwd: folder, timeout: INSTALL_TIMEOUT_MS })
    return { entry: entryOf(folder, name) ?? '', missing: '' }
  } catch (error) {
    const reason = `${name} is not here and cannot be installed: ${(error as Error).message.split('\n').findLast((line) => line.trim() !== '') ?? ''}`
    if (process.env['CI'] === 'true') throw new Error(`${reason}. With CI=true nothing is skipped.`, { cause: error })
    return { entry: '', missing: ` (skipped: ${reason})` }
  }
}

function entryOf(folder: string, name: string): string | null {
  try {
    return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href
  } catch {
    return null // not installed
  }
}
