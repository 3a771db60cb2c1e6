// `sawlog replay`: an output delivers once more what was stored since a time.
import type { Command } from './command.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { timeOption } from './time-option.ts'
import { UsageError } from './usage-error.ts'
import { whereToWrite } from './where-to-write.ts'

export const replay: Command = {
  summary: 'deliver once more what was stored since a time',
  usage: `Usage: sawlog replay --output NAME --from TIME [options]

  --output NAME     which output, by its name in the configuration
  --from TIME       begin with the first record of this time or later: 15m, 2h, 7d ago, 2026-11-01T10:15:00Z, epoch milliseconds
${TARGET_USAGE}

Goes through the server where one runs; without one the output begins there at the next start. What the target has already comes twice,
unless the output recognises it (sqlite, elasticsearch; see sawlog plugins --markdown).`,

  async run(argv) {
    const given = readArguments(argv, { ...TARGET_OPTIONS, output: { type: 'string' }, from: { type: 'string' } })
    const output = given.text('output')
    const from = timeOption('--from', given.text('from'))
    if (given.query !== '') throw new UsageError(`it takes no query, and got ${JSON.stringify(given.query)}.`)
    if (output === undefined || from === null) throw new UsageError(`--${output === undefined ? 'output NAME' : 'from TIME'} is missing.`)
    const where = await whereToWrite(given)
    const { records } = where.kind === 'server'
      ? ((await (await where.client.ask(`api/outputs/${encodeURIComponent(output)}/replay?from=${from}`, { method: 'POST' })).json()) as { records: number })
      : await (await import('./replay-data.ts')).replayData(where.directory, given.text('config'), output, from)
    await createPrinter().print(`${output} delivers again from ${new Date(from).toISOString()} on: ${records} record${records === 1 ? '' : 's'}\n`)
    return 0
  },
}
