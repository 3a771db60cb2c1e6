// Where a command that changes the journal goes: the server that holds it, or a data directory that nobody holds.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLocked } from '../journal/is-locked.ts'
import { CommandError } from './command-error.ts'
import { configuredData } from './configured-data.ts'
import type { Arguments } from './read-arguments.ts'
import { type ServerClient, serverClient } from './server-client.ts'
import { runningServer } from './target.ts'
import { UsageError } from './usage-error.ts'

export type WhereToWrite = { readonly kind: 'server'; readonly client: ServerClient } | { readonly kind: 'data'; readonly directory: string }

/** Takes `TARGET_OPTIONS`. Throws CommandError when there is nothing to change, or it cannot be reached. */
export async function whereToWrite(given: Arguments): Promise<WhereToWrite> {
  const server = given.text('server')
  const data = given.text('data')
  const token = given.text('token') ?? process.env['SAWLOG_TOKEN']
  if (server !== undefined && data !== undefined) throw new UsageError('--server and --data exclude each other. Give one of them.')
  if (server !== undefined) return { kind: 'server', client: serverClient(server, token) }
  const directory = data ?? await configuredData(given.text('config'))
  const client = runningServer(directory, token)
  if (client !== null) return { kind: 'server', client }
  if (!existsSync(join(directory, 'journal'))) throw new CommandError(`cannot find logs in ${directory}: it is not a data directory. Name one with --data DIR, or a server with --server URL.`)
  if (isLocked(directory)) throw new CommandError(`cannot change ${directory}: a Sawlog holds it that does not say where it listens. Name it with --server URL.`)
  return { kind: 'data', directory }
}
