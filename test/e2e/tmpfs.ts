// A file system of the test's own, small enough to fill.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freshDirectory } from './sawlog.ts'

/** Why none can be mounted here, for the name of a skipped suite; empty when it can. With CI=true that is an error instead. */
export const tmpfsMissing: string = probe()

/** Mounted over a fresh directory until the test ends. `options` as in `mount -o`. */
export function mountTmpfs(options: string): string {
  const directory = freshDirectory()
  mount(directory, options)
  onTestFinished(() => unmount(directory))
  return directory
}

/** Changes its options: `ro`, or another size. */
export function remountTmpfs(directory: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, directory], { stdio: 'pipe' })
}

function probe(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-mount-'))
  try {
    mount(directory, 'size=1M')
    unmount(directory)
    return ''
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
    const reason = `no tmpfs can be mounted: ${lines.at(-1)}`
    if (process.env['CI'] === 'true') throw new Error(`${reason}. With CI=true nothing is skipped.`, { cause: error })
    return ` (skipped: ${reason})`
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function mount(directory: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'sawlog-test', directory], { stdio: 'pipe' })
}

/** Lazily: a process that is being killed may still hold a file. */
function unmount(directory: string): void {
  execFileSync('umount', ['--lazy', directory], { stdio: 'pipe' })
}
