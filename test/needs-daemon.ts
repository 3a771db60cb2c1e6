// A daemon that other programs' suites are run against: Debian packages unpacked into the tests' own folder, never installed, for they would start or conflict.
import { execFile } from 'node:child_process'
import { access, constants, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DOWNLOAD_TIMEOUT_MS = 120_000

/** With the libraries that a plain Debian does not have. */
const DAEMONS = {
  rsyslogd: { program: 'usr/sbin/rsyslogd', packages: ['rsyslog', 'rsyslog-openssl', 'libestr0', 'libfastjson4', 'liblognorm5'] },
  'syslog-ng': { program: 'usr/sbin/syslog-ng', packages: ['syslog-ng-core', 'libivykis0', 'libnet1', 'libpcre3', 'libwrap0'] },
} as const

export interface FoundDaemon {
  readonly path: string
  /** Where its files lie, as `/` would be. */
  readonly root: string
  /** Environment with the libraries beside it. */
  readonly env: NodeJS.ProcessEnv
  /** Why it is missing, for the name of the skipped suite; empty when it is there. */
  readonly missing: string
}

/** Use as `needs`. A missing daemon is no failure, also with CI=true: the packages and their libraries are those of one release of Debian. */
export async function needsDaemon(name: keyof typeof DAEMONS): Promise<FoundDaemon> {
  const { program, packages } = DAEMONS[name]
  const root = fileURLToPath(new URL(`../.cache/needs/${name}`, import.meta.url))
  const path = join(root, program)
  const env = { ...process.env, LD_LIBRARY_PATH: [`${root}/usr/lib/x86_64-linux-gnu`, `${root}/usr/lib/aarch64-linux-gnu`, `${root}/lib/x86_64-linux-gnu`, `${root}/usr/lib/syslog-ng`].join(':') }
  try {
    if (!(await isThere(path))) await unpack(root, packages)
    // A library that is not there is found out here, not in the middle of a test.
    await run(path, name === 'rsyslogd' ? ['-v'] : ['--version', `--module-path=${root}/usr/lib/syslog-ng/3.38`], { env, timeout: 10_000 })
    return { path, root, env, missing: '' }
  } catch (error) {
    const reason = `${name} is not here and cannot be unpacked: ${(error as Error).message.split('\n').findLast((line) => line.trim() !== '') ?? ''}`
    return { path, root, env, missing: ` (skipped: ${reason})` }
  }
}

/** Beside its place and then moved there, so that a download that broke off is not taken for the whole. */
async function unpack(root: string, packages: readonly string[]): Promise<void> {
  const folder = `${root}.${process.pid}`
  await mkdir(folder, { recursive: true })
  try {
    const options = { cwd: folder, timeout: DOWNLOAD_TIMEOUT_MS }
    // Lists may be missing (containers) or stale.
    if (process.getuid?.() === 0) await run('apt-get', ['update', '-qq', '-o', 'DPkg::Lock::Timeout=120'], options)
    await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...packages], options)
    for (const file of await readdir(folder)) if (file.endsWith('.deb')) await run('dpkg', ['-x', file, '.'], options)
    await rm(root, { recursive: true, force: true })
    await rename(folder, root)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false)
}
