// `sawlog seal`: compresses what was stored until now.
import type { SealReport } from '../journal/seal-report.ts'
import type { Command } from './command.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { UsageError } from './usage-error.ts'
import { whereToWrite } from './where-to-write.ts'

export const seal: Command = {
  summary: 'compress what was stored until now',
  usage: `Usage: sawlog seal [options]

${TARGET_USAGE}

Goes through the server where one runs, which then needs a token or the password if it has any. Files are sealed by themselves when they are full or
an hour old; this is for backups, and before reading them with zcat, jq or DuckDB.`,

  async run(argv) {
    const given = readArguments(argv, TARGET_OPTIONS)
    if (given.query !== '') throw new UsageError(`it takes no query, and got ${JSON.stringify(given.query)}.`)
    const where = await whereToWrite(given)
    const { sealed, segments, bytes } = where.kind === 'server'
      ? ((await (await where.client.ask('api/seal', { method: 'POST' })).json()) as SealReport)
      : await (await import('./seal-data.ts')).sealData(where.directory, given.text('config'))
    await createPrinter().print(`sealed ${sealed} of ${segments} segments, ${bytes} bytes on disk\n`)
    return 0
  },
}
