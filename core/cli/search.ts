// `sawlog search`: prints the records that match.
import type { FoundRecord } from '../search/store.ts'
import { checkQuery } from './check-query.ts'
import type { Command } from './command.ts'
import { notice } from './notice.ts'
import { printRecords } from './print-records.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { RECORD_FORMATS, recordFormat } from './record-format.ts'
import { searchServer, type Wanted } from './search-server.ts'
import { findTarget, TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { UsageError } from './usage-error.ts'

const LIMIT = 100

export const search: Command = {
  summary: 'print the records that match a query',
  usage: `Usage: sawlog search [QUERY] [options]

  --from TIME       from this time on: 15m, 2h, 7d ago, 2026-11-01T10:15:00Z, epoch milliseconds
  --to TIME         up to this time, without it
  --limit N         at most so many records (default: ${LIMIT})
  --all             all of them
  --reverse         of those, print the oldest first, as a log file has them
  --format FORMAT   ${RECORD_FORMATS.join(', ')} (default: text)
  --columns NAMES   columns of csv, with commas between
${TARGET_USAGE}

QUERY is described in docs/query-language.md. Quote it for the shell: sawlog search 'level:error "card declined"'.
Ends with 0 when something was found, 1 when nothing was, 2 when the search failed or is not complete.`,

  async run(argv) {
    const given = readArguments(argv, {
      ...TARGET_OPTIONS, from: { type: 'string' }, to: { type: 'string' }, limit: { type: 'string' }, all: { type: 'boolean' }, reverse: { type: 'boolean' },
      format: { type: 'string' }, columns: { type: 'string' },
    })
    const query = checkQuery(given.query)
    const format = recordFormat(given.text('format') ?? 'text', given.text('columns'))
    const limit = limitOf(given.text('limit'), given.flag('all'))
    const reverse = given.flag('reverse')
    if (reverse && limit === null) throw new UsageError('--reverse needs a --limit: everything would have to be held in memory. Sort the output instead.')
    const target = await findTarget(given)
    const printer = createPrinter()
    let whole = true
    const wanted: Wanted = {
      query: given.query, from: given.text('from'), to: given.text('to'), limit, signal: printer.signal,
      incomplete(reason) {
        whole = false
        notice(`the answer is not complete: ${reason}.`)
      },
    }
    try {
      const found = target.kind === 'server' ? searchServer(target.client, wanted) : (await import('./search-data.ts')).searchData(target.directory, query, wanted)
      const count = await printRecords(reverse ? reversed(found) : found, format, printer)
      return printer.gone ? 0 : !whole ? 2 : count > 0 ? 0 : 1
    } catch (error) {
      if (printer.gone) return 0
      throw error
    }
  },
}

/** Null: no limit. */
function limitOf(text: string | undefined, all: boolean): number | null {
  if (all && text !== undefined) throw new UsageError('--all and --limit exclude each other. Give one of them.')
  if (all) return null
  if (text === undefined) return LIMIT
  const limit = /^\d{1,12}$/.test(text) ? Number(text) : 0
  if (limit < 1) throw new UsageError(`--limit ${JSON.stringify(text)} is not a number of records. Write --limit ${LIMIT}, or --all.`)
  return limit
}

async function* reversed(found: AsyncIterable<FoundRecord>): AsyncGenerator<FoundRecord, undefined> {
  const all: FoundRecord[] = []
  for await (const record of found) all.push(record)
  yield* all.toReversed()
  return undefined
}
