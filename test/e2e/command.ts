// The built `sawlog` command as a process of its own.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Running {
  out(): string
  err(): string
  /** Exit code; null when it was killed. */
  readonly ended: Promise<number | null>
  /** Takes its reader away, as `| head` does. */
  closeOutput(): void
  kill(): void
}

export function startCommand(args: readonly string[], directory: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { out: () => out, err: () => err, ended, closeOutput: () => child.stdout.destroy(), kill: () => child.kill('SIGTERM') }
}

export async function runCommand(args: readonly string[], directory: string, env: Record<string, string> = {}): Promise<{ code: number | null; out: string; err: string }> {
  const command = startCommand(args, directory, env)
  const code = await command.ended
  return { code, out: command.out(), err: command.err() }
}
