// `sawlog erase`: deletes or redacts the records that match a query, through a running server or in a data directory.
import type { EraseRequest } from '../erase/eraser.ts'
import type { ErasedJson } from '../http/erase-api.ts'
import { checkQuery } from './check-query.ts'
import type { Command } from './command.ts'
import { notice } from './notice.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { spanOptions } from './span-options.ts'
import { TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { UsageError } from './usage-error.ts'
import { whereToWrite } from './where-to-write.ts'

export const erase: Command = {
  summary: 'delete or redact the records that match a query, for good',
  usage: `Usage: sawlog erase QUERY [options]

  --from TIME       only records from this time on: 15m, 2h, 7d ago, 2026-11-01T10:15:00Z, epoch milliseconds
  --to TIME         only records up to this time, without it
  --redact          keep time, level, source, host and tags of each record; its text and fields go
  --dry-run         say how many records it would be; nothing is erased
${TARGET_USAGE}

Goes through the server where one runs; that takes its password, if it has one, and no sender's token. What outputs have copied is out of reach.
Ends with 0 when everything that matched is gone, 2 when not.`,

  async run(argv) {
    const given = readArguments(argv, { ...TARGET_OPTIONS, from: { type: 'string' }, to: { type: 'string' }, redact: { type: 'boolean' }, 'dry-run': { type: 'boolean' } })
    // An empty query finds everything: an unset variable in a script must not erase that.
    if (given.query.trim() === '') throw new UsageError("there is no query. Write '*' for every record.")
    const { from, to } = spanOptions(given.text('from'), given.text('to'))
    const request: EraseRequest = { query: checkQuery(given.query), from, to, mode: given.flag('redact') ? 'redact' : 'delete', dryRun: given.flag('dry-run') }
    const where = await whereToWrite(given)
    const done = where.kind === 'server'
      ? ((await (await where.client.ask('api/erase', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: given.query, from, to, mode: request.mode, dry_run: request.dryRun }) })).json()) as ErasedJson)
      : await (await import('./erase-data.ts')).eraseData(where.directory, given.text('config'), request)
    await createPrinter().print(`${said(done, request)}\n`)
    for (const { segment, reason } of done.failed) notice(`segment ${segment} was left as it is: ${reason}.`)
    if (done.damaged_blocks > 0) notice(`${done.damaged_blocks} blocks are damaged and could not be looked into; run sawlog check.`)
    if (done.quarantine.length > 0) notice(`not looked into: ${done.quarantine.map((file) => `journal/quarantine/${file}`).join(', ')}. Remove what you do not need.`)
    return done.complete ? 0 : 2
  },
}

function said({ erased, segments_rewritten: segments, segments_read: read, bytes_freed: bytes }: ErasedJson, { mode, dryRun }: EraseRequest): string {
  const records = `${erased} record${erased === 1 ? '' : 's'}`
  if (dryRun) return `would ${mode === 'redact' ? 'redact' : 'erase'} ${records}; looked into ${read} segments`
  return `${mode === 'redact' ? 'redacted' : 'erased'} ${records}; rewrote ${segments} of ${read} segments, ${Math.abs(bytes)} bytes ${bytes < 0 ? 'more' : 'less'} on disk`
}
