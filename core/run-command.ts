// One run of a command in a process group of its own: so that stopping reaches what it has started, and a Ctrl-C in our terminal does not.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  /** Gets the two streams, reads them to their ends; `signal` is aborted when they will not end. */
  read(stdout: Readable, stderr: Readable, signal: AbortSignal): Promise<void>
}

export interface CommandEnd {
  /** Null where a signal ended it, or where it never ran. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it could not be started, or null. */
  readonly failure: string | null
}

/** From SIGTERM to SIGKILL, and from there until its output is given up: together less than a source's time to stop. */
const GRACE_MS = 2000
const KILLED_MS = 500

/** Runs until the command has ended and nobody holds its output any more. `stop` ends the whole group. */
export async function runCommand({ file, args, cwd, env, read }: Command, stop: AbortSignal): Promise<CommandEnd> {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const giveUp = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const end = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, failure: failureOf(error, cwd) })
    })
    child.once('close', (code, signal) => resolve({ code, signal, failure: null }))
  })
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // The group has ended.
    }
  }
  const stopping = (): void => {
    kill('SIGTERM')
    timers.push(setTimeout(() => {
      kill('SIGKILL')
      // What has left the group may still hold the pipes.
      timers.push(setTimeout(() => giveUp.abort(), KILLED_MS))
    }, GRACE_MS))
  }
  if (stop.aborted) stopping()
  stop.addEventListener('abort', stopping)
  giveUp.signal.addEventListener('abort', () => {
    child.stdout.destroy()
    child.stderr.destroy()
  })
  try {
    await read(child.stdout, child.stderr, giveUp.signal)
    return await end
  } catch (error) {
    // Nobody reads on: it must not hang in a full pipe.
    kill('SIGKILL')
    throw error
  } finally {
    stop.removeEventListener('abort', stopping)
    for (const timer of timers) clearTimeout(timer)
  }
}

/** Node says ENOENT of the command when it is the directory that is missing. */
function failureOf(error: NodeJS.ErrnoException, cwd: string | undefined): string {
  if (cwd !== undefined && !existsSync(cwd)) return `there is no directory ${cwd}`
  if (error.code === 'ENOENT') return 'there is no such command'
  if (error.code === 'EACCES') return 'permission denied'
  return error.message
}
