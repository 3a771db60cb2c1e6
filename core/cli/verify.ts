// `sawlog verify`: reads sequence numbers back and says which are lost, doubled or out of order.
import { existsSync } from 'node:fs'
import { verifyFiles } from '../generate/verify-files.ts'
import { SequenceTally } from '../generate/sequence-tally.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { serverClient } from './server-client.ts'
import { UsageError } from './usage-error.ts'
import { verifyServer } from './verify-server.ts'

export const verify: Command = {
  summary: 'count lost, doubled and reordered lines of sawlog generate --sequence',
  usage: `Usage: sawlog verify FILE|URL [options]

  FILE              with its rotated copies FILE.N ... FILE.1, also compressed (.gz); - is standard input. Files that outputs have written count as well
  URL               a running Sawlog: everything it has stored, or --query QUERY of it
  --expect N        how many lines there should be (default: up to the largest number seen)
  --first N         the first number (default: 1)
  --token TOKEN     token for the server (default: SAWLOG_TOKEN)

Prints "lost N doubled N reordered N". Ends with 0 when nothing is lost or doubled, 1 when something is, or there are no numbered lines at all.
A line that was cut off in its number (a writer was killed) does not count. Verify files that nobody writes any more.`,

  async run(argv) {
    const given = readArguments(argv, { expect: { type: 'string' }, first: { type: 'string' }, query: { type: 'string' }, token: { type: 'string' } })
    const target = given.query
    if (target === '') throw new UsageError('there is nothing to verify. Name a FILE or the URL of a server.')
    const expect = whole('--expect', given.text('expect'))
    const first = whole('--first', given.text('first')) ?? 1
    const tally = new SequenceTally(first)
    if (/^https?:\/\//.test(target)) await verifyServer(serverClient(target, given.text('token') ?? process.env['SAWLOG_TOKEN']), given.text('query') ?? '', tally)
    else if (given.text('query') !== undefined) throw new UsageError('--query goes with the URL of a server, not with a file.')
    else if (target !== '-' && !existsSync(target)) throw new CommandError(`cannot find ${target}. Name a file, - for standard input, or http://HOST:PORT.`)
    else await readFiles(target, tally)
    const { lines, last, lost, doubled, reordered, missing } = tally.report(expect)
    const beyond = expect === null ? 0 : Math.max(0, last - (first + expect - 1))
    const printer = createPrinter()
    await printer.print(`lost ${lost} doubled ${doubled} reordered ${reordered}\n`)
    await printer.print(`${lines} numbered lines, the largest number is ${last}${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}${lost > missing.length ? ' ...' : ''}`}${beyond === 0 ? '' : `; that is ${beyond} more than expected`}\n`)
    return lost === 0 && doubled === 0 && beyond === 0 && lines > 0 ? 0 : 1
  },
}

async function readFiles(path: string, tally: SequenceTally): Promise<void> {
  try {
    await verifyFiles(path, tally)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error || error instanceof RangeError)) throw error
    throw new CommandError(`cannot verify ${path}: ${error.message}.`)
  }
}

function whole(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`${option} ${JSON.stringify(text)} is not a whole number.`)
  return value
}
