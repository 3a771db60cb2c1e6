// `sawlog tail`: prints records while they are stored.
import { checkQuery } from './check-query.ts'
import type { Command } from './command.ts'
import { followServer } from './follow-server.ts'
import { notice } from './notice.ts'
import { printRecords } from './print-records.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { RECORD_FORMATS, recordFormat } from './record-format.ts'
import { findTarget, TARGET_OPTIONS, TARGET_USAGE } from './target.ts'

export const tail: Command = {
  summary: 'print records while they are stored',
  usage: `Usage: sawlog tail [QUERY] [options]

  --from TIME       begin in the past: 15m, 2h, 7d ago, 2026-11-01T10:15:00Z, epoch milliseconds
  --format FORMAT   ${RECORD_FORMATS.join(', ')} (default: text)
  --columns NAMES   columns of csv, with commas between
${TARGET_USAGE}

Follows until it is stopped, over restarts of the server, each record once. Ends with 0 when its reader goes away.`,

  async run(argv) {
    const given = readArguments(argv, { ...TARGET_OPTIONS, from: { type: 'string' }, format: { type: 'string' }, columns: { type: 'string' } })
    const query = checkQuery(given.query)
    const format = recordFormat(given.text('format') ?? 'text', given.text('columns'))
    const target = await findTarget(given)
    const printer = createPrinter()
    const from = given.text('from')
    const { signal } = printer
    const found = target.kind === 'server'
      ? followServer(target.client, { query: given.query, from, signal, notice })
      : (await import('./follow-data.ts')).followData(target.directory, { query, from, signal, notice })
    await printRecords(found, format, printer, true)
    return 0
  },
}
