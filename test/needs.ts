// What a suite needs from the machine: found, installed where that is possible, or missing with the reason.
import { execFile } from 'node:child_process'
import { access, constants, mkdir, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A browser is 100 MB and the mirror may be slow. */
const INSTALL_TIMEOUT_MS = 300_000

interface Recipe {
  readonly debianPackage: string
  /** Unpack into a folder of the tests instead of installing: for packages that would start a service or conflict with others. */
  readonly unpackOnly: boolean
}

const RECIPES = {
  chromium: { debianPackage: 'chromium', unpackOnly: false },
  jq: { debianPackage: 'jq', unpackOnly: false },
  logger: { debianPackage: 'bsdutils', unpackOnly: true },
  openssl: { debianPackage: 'openssl', unpackOnly: false },
  python3: { debianPackage: 'python3-minimal', unpackOnly: false },
  'systemd-analyze': { debianPackage: 'systemd', unpackOnly: false },
  promtool: { debianPackage: 'prometheus', unpackOnly: true },
} as const satisfies { readonly [command: string]: Recipe }

export type Needed = keyof typeof RECIPES

export interface Found {
  /** Empty when it is missing. */
  readonly path: string
  /** Why it is missing, for the name of the skipped suite; empty when it is there. */
  readonly missing: string
}

/**
 * Use: `const { path, missing } = await needs('chromium')`, then `describe.skipIf(missing !== '')(`the page${missing}`, ...)`.
 * With CI=true a missing command throws, so that the suite fails instead of being skipped.
 */
export async function needs(command: Needed): Promise<Found> {
  const recipe: Recipe = RECIPES[command]
  const folder = fileURLToPath(new URL(`../.cache/needs/${command}`, import.meta.url))
  const look = async () => (await onPath(command)) ?? (await executable(join(folder, 'usr', 'bin', command)))
  const found = await look()
  if (found !== null) return { path: found, missing: '' }
  const failure = await install(recipe, folder)
  const path = await look()
  if (path !== null) return { path, missing: '' }
  const reason = `${command} is not here and cannot be installed: ${failure ?? 'the package does not contain it'}`
  if (process.env['CI'] === 'true') throw new Error(`${reason}. With CI=true nothing is skipped.`)
  return { path: '', missing: ` (skipped: ${reason})` }
}

/** Null when it worked, else why not. */
async function install({ debianPackage, unpackOnly }: Recipe, folder: string): Promise<string | null> {
  const apt = await onPath('apt-get')
  if (apt === null) return 'this is no Debian'
  if (!unpackOnly && process.getuid?.() !== 0) return 'not root'
  const options = { timeout: INSTALL_TIMEOUT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    // Lists may be missing (containers) or stale; without root the existing ones have to do.
    if (process.getuid?.() === 0) await run(apt, ['update', '-qq', '-o', 'DPkg::Lock::Timeout=120'], options)
    if (!unpackOnly) {
      await run(apt, ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', debianPackage], options)
      return null
    }
    await mkdir(folder, { recursive: true })
    await run(apt, ['download', '-o', 'APT::Sandbox::User=root', debianPackage], { ...options, cwd: folder })
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) return `apt-get download brought no ${debianPackage}`
    await run('dpkg', ['-x', archive, '.'], { ...options, cwd: folder })
    return null
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').findLast((line) => line.trim() !== '') ?? error.message) : String(error)
  }
}

async function onPath(command: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = await executable(join(folder, command))
    if (path !== null) return path
  }
  return null
}

async function executable(path: string): Promise<string | null> {
  return access(path, constants.X_OK).then(() => path, () => null)
}
