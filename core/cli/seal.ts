// `sawlog seal`: compresses what was stored until now.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isLocked } from '../journal/is-locked.ts'
import type { SealReport } from '../journal/seal-report.ts'
import { CommandError } from './command-error.ts'
import type { Command } from './command.ts'
import { configuredData } from './configured-data.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { serverClient } from './server-client.ts'
import { runningServer, TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { UsageError } from './usage-error.ts'

export const seal: Command = {
  summary: 'compress what was stored until now',
  usage: `Usage: sawlog seal [options]

${TARGET_USAGE}

Goes through the server where one runs, which then needs a token or the password if it has any. Files are sealed by themselves when they are full or
an hour old; this is for backups, and before reading them with zcat, jq or DuckDB.`,

  async run(argv) {
    const given = readArguments(argv, TARGET_OPTIONS)
    if (given.query !== '') throw new UsageError(`it takes no query, and got ${JSON.stringify(given.query)}.`)
    const { sealed, segments, bytes } = await sealWhere(given.text('server'), given.text('data'), given.text('config'), given.text('token') ?? process.env['SAWLOG_TOKEN'])
    await createPrinter().print(`sealed ${sealed} of ${segments} segments, ${bytes} bytes on disk\n`)
    return 0
  },
}

async function sealWhere(server: string | undefined, data: string | undefined, config: string | undefined, token: string | undefined): Promise<SealReport> {
  if (server !== undefined && data !== undefined) throw new UsageError('--server and --data exclude each other. Give one of them.')
  const directory = data ?? (server === undefined ? await configuredData(config) : '')
  const client = server === undefined ? runningServer(directory, token) : serverClient(server, token)
  if (client !== null) return (await (await client.ask('api/seal', { method: 'POST' })).json()) as SealReport
  if (!existsSync(join(directory, 'journal'))) throw new CommandError(`cannot find logs in ${directory}: it is not a data directory. Name one with --data DIR, or a server with --server URL.`)
  if (isLocked(directory)) throw new CommandError(`cannot seal ${directory}: a Sawlog holds it that does not say where it listens. Name it with --server URL.`)
  const { sealData } = await import('./seal-data.ts')
  return sealData(directory, config)
}
