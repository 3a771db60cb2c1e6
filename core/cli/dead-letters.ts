// `sawlog dead-letters`: what targets refused for good; listed, delivered again, or forgotten.
import { escapeControls } from '../escape-controls.ts'
import type { DeadLetterJson } from '../http/outputs-api.ts'
import type { Redelivered } from '../redeliver.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { createPrinter } from './printer.ts'
import { type Arguments, readArguments } from './read-arguments.ts'
import { TARGET_OPTIONS, TARGET_USAGE, type Target } from './target.ts'
import { UsageError } from './usage-error.ts'
import { whereToWrite } from './where-to-write.ts'

const WHAT = ['list', 'replay', 'discard'] as const
/** Per request. */
const PAGE = 1000

export const deadLetters: Command = {
  summary: 'list, replay or discard what targets refused for good',
  usage: `Usage: sawlog dead-letters [list | replay | discard] [options]

  --output NAME     of this output; replay and discard need it
  --id ID[,ID...]   these alone, by the ids that list prints
  --all             replay or discard all of the output's
  --format FORMAT   of list: text, json (default: text)
${TARGET_USAGE}

list prints id, output, record, time and reason; sawlog search finds the records themselves. replay hands them to the output once more, which needs the
running server. discard forgets the letters; the records stay. Ends with 2 when a replay did not deliver everything.`,

  async run(argv) {
    const given = readArguments(argv, { ...TARGET_OPTIONS, output: { type: 'string' }, id: { type: 'string' }, all: { type: 'boolean' }, format: { type: 'string' } })
    const what = (given.query || 'list') as (typeof WHAT)[number]
    if (!WHAT.includes(what)) throw new UsageError(`there is no ${JSON.stringify(given.query)}. Write ${WHAT.join(', ')}.`)
    const where = await whereToWrite(given)
    if (what === 'list') return list(given, where)
    const chosen = choice(given)
    if (what === 'discard') return discard(chosen, where, given)
    if (where.kind === 'data') throw new CommandError('cannot replay: no server runs on this data directory, and only it can deliver. Start it.')
    const done = (await (await where.client.ask('api/dead-letters/replay', post(chosen))).json()) as Redelivered
    await createPrinter().print(`delivered ${done.delivered}, refused again ${done.refused}, no longer kept ${done.gone}\n`)
    if (done.failed !== null) throw new CommandError(`cannot deliver the rest: ${done.failed}. It stays listed.`)
    return done.refused === 0 ? 0 : 2
  },
}

interface Choice {
  readonly output: string
  readonly ids: readonly number[] | null
}

function choice(given: Arguments): Choice {
  const output = given.text('output')
  if (output === undefined) throw new UsageError('--output NAME is missing.')
  const text = given.text('id')
  if ((text === undefined) !== given.flag('all')) throw new UsageError('which ones? Give --id ID[,ID...] or --all.')
  if (text === undefined) return { output, ids: null }
  const ids = text.split(',').map(Number)
  if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) throw new UsageError(`--id ${JSON.stringify(text)} are not ids. Write them as list prints them, with commas between.`)
  return { output, ids }
}

function post({ output, ids }: Choice): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ output, ids }) }
}

async function discard(chosen: Choice, where: Target, given: Arguments): Promise<number> {
  const { discarded } = where.kind === 'server'
    ? ((await (await where.client.ask('api/dead-letters/discard', post(chosen))).json()) as { discarded: number })
    : await (await import('./dead-letters-data.ts')).discardData(where.directory, given.text('config'), chosen.output, chosen.ids)
  await createPrinter().print(`discarded ${discarded}\n`)
  return 0
}

async function list(given: Arguments, where: Target): Promise<number> {
  const format = given.text('format') ?? 'text'
  if (format !== 'text' && format !== 'json') throw new UsageError(`there is no format ${JSON.stringify(format)}. Write text or json.`)
  const output = given.text('output') ?? null
  const printer = createPrinter()
  for (let after = 0; ; ) {
    const page = where.kind === 'server' ? await ask(where, output, after) : await (await import('./dead-letters-data.ts')).listData(where.directory, given.text('config'), output, { after, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined) return 0
    await printer.print(page.map((letter) => (format === 'json' ? `${JSON.stringify(letter)}\n` : `${letter.id}  ${letter.output}  ${letter.record}  ${letter.time ?? ''}  ${escapeControls(letter.reason)}\n`)).join(''))
    after = last.id
  }
}

async function ask({ client }: Extract<Target, { kind: 'server' }>, output: string | null, after: number): Promise<DeadLetterJson[]> {
  const parameters = new URLSearchParams({ after: String(after), limit: String(PAGE), ...(output === null ? {} : { output }) })
  return ((await (await client.ask(`api/dead-letters?${parameters}`)).json()) as { dead_letters: DeadLetterJson[] }).dead_letters
}
