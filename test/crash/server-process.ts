// The server as a real process that can be killed at any moment and started again on the same port.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** What `npm run build` makes; another build may be tested by naming it. */
const ENTRY = process.env['SAWLOG_ENTRY'] ?? fileURLToPath(new URL('../../dist/server.js', import.meta.url))

/** Drain has 10 s by contract; what lasts longer hangs. */
const STOP_LIMIT_MS = 15_000

export interface ServerProcess {
  readonly url: string
  /** `env` is added to the environment. */
  start(env?: Readonly<Record<string, string>>): void
  /** Waits for it to be killed by what it was started with; false if it lives on for `limitMs`. Throws if it ends in another way. */
  killed(limitMs: number): Promise<boolean>
  /** Whether it has ended by itself with 1, its last words matching. */
  gaveUp(lastWords: RegExp): boolean
  /** SIGKILL, and waits until it is gone. Throws if it had ended by itself. */
  kill(): Promise<void>
  /** SIGTERM; throws unless it drains and exits with 0. */
  stop(): Promise<void>
  /** Resolves once `/readyz` answers 200. */
  ready(limitMs: number): Promise<void>
  /** The end of what it wrote to its log. */
  log(): string
}

export function serverProcess(config: string, port: number, logFile: string): ServerProcess {
  if (!existsSync(ENTRY)) throw new Error(`cannot start the server: ${ENTRY} is not there. Run npm run build.`)
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-4000) : '')
  const running = (): ChildProcess => {
    if (child === null) throw new Error('BUG: the server was not started')
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended by itself (${child.exitCode ?? child.signalCode}):\n${log()}`)
    return child
  }
  return {
    url,
    log,
    start(env = {}) {
      const fd = openSync(logFile, 'a')
      child = spawn(process.execPath, [ENTRY, '--config', config, '--port', String(port)], { stdio: ['ignore', fd, fd], env: { ...process.env, ...env } })
      closeSync(fd)
    },
    async killed(limitMs) {
      const victim = child as ChildProcess
      if (victim.exitCode === null && victim.signalCode === null) {
        const gone = await once(victim, 'exit', { signal: AbortSignal.timeout(limitMs) }).catch(() => null)
        if (gone === null) return false
      }
      if (victim.signalCode !== 'SIGKILL') throw new Error(`the server ended by itself (${victim.exitCode ?? victim.signalCode}):\n${log()}`)
      child = null
      return true
    },
    gaveUp: (lastWords) => child?.exitCode === 1 && lastWords.test(log().slice(-500)),
    async kill() {
      const victim = running()
      victim.kill('SIGKILL')
      if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit')
      child = null
    },
    async stop() {
      const server = running()
      const gone = once(server, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT_MS) })
      server.kill('SIGTERM')
      try {
        await gone
      } catch (error) {
        server.kill('SIGKILL')
        throw new Error(`the server did not stop within ${STOP_LIMIT_MS} ms:\n${log()}`, { cause: error })
      }
      if (server.exitCode !== 0) throw new Error(`the server stopped with ${server.exitCode ?? server.signalCode}:\n${log()}`)
      child = null
    },
    async ready(limitMs) {
      const until = Date.now() + limitMs
      for (;;) {
        running()
        const answer = await fetch(`${url}/readyz`).catch(() => null)
        await answer?.body?.cancel()
        if (answer?.status === 200) return
        if (Date.now() > until) throw new Error(`the server was not ready within ${limitMs} ms:\n${log()}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP server without a port')
  return address.port
}
