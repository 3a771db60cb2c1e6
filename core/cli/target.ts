// Where a command looks: a server, or a data directory it reads itself, beside a running server if need be.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readServerFile } from '../http/server-file.ts'
import { isLocked } from '../journal/is-locked.ts'
import { CommandError } from './command-error.ts'
import { configuredData } from './configured-data.ts'
import type { Arguments, Options } from './read-arguments.ts'
import { type ServerClient, serverClient } from './server-client.ts'
import { UsageError } from './usage-error.ts'

export type Target =
  | { readonly kind: 'server'; readonly client: ServerClient }
  | { readonly kind: 'data'; readonly directory: string }

export const TARGET_OPTIONS = {
  server: { type: 'string' }, data: { type: 'string' }, token: { type: 'string' }, config: { type: 'string' },
} as const satisfies Options

export const TARGET_USAGE = `  --server URL      ask this server; a name and password may stand in it
  --data DIR        read this data directory, also beside a running server
                    (default: data: of the configuration, through its server when one runs)
  --config FILE     configuration to look that up in (default: config.yaml)
  --token TOKEN     token for the server (default: SAWLOG_TOKEN)`

/** A server on this machine answers at once or not at all. */
const PROBE_MS = 2000

/** Throws CommandError when there is nothing to look at. */
export async function findTarget(given: Arguments): Promise<Target> {
  const named = await namedTarget(given)
  if (named.kind === 'server') return named
  const { directory, byDefault, token } = named
  mustHoldLogs(directory)
  const client = byDefault ? runningServer(directory, token) : null
  return client !== null && await answers(client) ? { kind: 'server', client } : { kind: 'data', directory }
}

/** What the options name, or the configuration where they name nothing; whether it is there is not looked at. */
export async function namedTarget(given: Arguments): Promise<Extract<Target, { kind: 'server' }> | { readonly kind: 'data'; readonly directory: string; readonly byDefault: boolean; readonly token: string | undefined }> {
  const server = given.text('server')
  const data = given.text('data')
  const token = given.text('token') ?? process.env['SAWLOG_TOKEN']
  if (server !== undefined && data !== undefined) throw new UsageError('--server and --data exclude each other. Give one of them.')
  if (server !== undefined) return { kind: 'server', client: serverClient(server, token) }
  return { kind: 'data', directory: data ?? await configuredData(given.text('config')), byDefault: data === undefined, token }
}

export function mustHoldLogs(directory: string): void {
  if (!existsSync(join(directory, 'journal'))) throw new CommandError(`cannot find logs in ${directory}: it is not a data directory. Name one with --data DIR, or a server with --server URL.`)
}

/** The server that holds a data directory, or null. */
export function runningServer(directory: string, token: string | undefined): ServerClient | null {
  const url = isLocked(directory) ? readServerFile(directory) : null
  return url === null ? null : serverClient(url, token)
}

/** Whoever may read the files needs no token: without one they are read directly. */
async function answers(client: ServerClient): Promise<boolean> {
  try {
    await (await client.ask('api/stats', { signal: AbortSignal.timeout(PROBE_MS) })).body?.cancel()
    return true
  } catch {
    return false
  }
}
