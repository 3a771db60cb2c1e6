// `sawlog count`: how many records match.
import { checkQuery } from './check-query.ts'
import type { Command } from './command.ts'
import { notice } from './notice.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { findTarget, TARGET_OPTIONS, TARGET_USAGE } from './target.ts'

/** The server's own limit: nobody counts by hand, so there is no one to lose patience. */
const TIMEOUT = '10m'

export interface Counted {
  readonly count: number
  readonly receipt: { readonly complete: boolean; readonly reason: string | null }
}

export const count: Command = {
  summary: 'print how many records match a query',
  usage: `Usage: sawlog count [QUERY] [options]

  --from TIME       from this time on: 15m, 2h, 7d ago, 2026-11-01T10:15:00Z, epoch milliseconds
  --to TIME         up to this time, without it
${TARGET_USAGE}

Ends with 0 when there are any, 1 when there are none, 2 when the count failed or is not complete.`,

  async run(argv) {
    const given = readArguments(argv, { ...TARGET_OPTIONS, from: { type: 'string' }, to: { type: 'string' } })
    const query = checkQuery(given.query)
    const target = await findTarget(given)
    const from = given.text('from')
    const to = given.text('to')
    const parameters = new URLSearchParams({ q: given.query, timeout: TIMEOUT, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) })
    const { count: found, receipt } = target.kind === 'server'
      ? (await (await target.client.ask(`api/count?${parameters}`)).json()) as Counted
      : await (await import('./count-data.ts')).countData(target.directory, query, from, to)
    await createPrinter().print(`${found}\n`)
    if (!receipt.complete) notice(`the count is not complete: ${receipt.reason ?? 'unknown'}.`)
    return !receipt.complete ? 2 : found > 0 ? 0 : 1
  },
}
