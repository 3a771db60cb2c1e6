// `sawlog sweep`: what retention would delete, asked of a running server or worked out over a data directory; where no server runs it also does it.
import type { Plugin } from '../define-plugin.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { createPrinter } from './printer.ts'
import { readArguments } from './read-arguments.ts'
import { TARGET_OPTIONS, TARGET_USAGE } from './target.ts'
import { UsageError } from './usage-error.ts'
import { whereToWrite } from './where-to-write.ts'

/** `builtins` is asked only where no server is: loading plugins takes as long as asking. */
export function sweepCommand(builtins: () => Promise<readonly Plugin[]>): Command {
  return {
    summary: 'say what retention would delete, or do it where no server runs',
    usage: `Usage: sawlog sweep [--dry-run] [options]

  --dry-run         delete nothing
${TARGET_USAGE}

Prints JSON: for each rule of the configuration what would go now, what outputs hold back, and in how many days its limit is reached.
A running server sweeps by itself every minute and is only asked; without one, the rules come from --config.`,

    async run(argv) {
      const given = readArguments(argv, { ...TARGET_OPTIONS, 'dry-run': { type: 'boolean' } })
      if (given.query !== '') throw new UsageError(`it takes no query, and got ${JSON.stringify(given.query)}.`)
      const dry = given.flag('dry-run')
      const where = await whereToWrite(given)
      if (where.kind === 'server' && !dry) throw new CommandError(`cannot sweep: the server at ${where.client.url} does so by itself every minute. Add --dry-run to see what it would delete.`)
      const answer = where.kind === 'server'
        ? await (await where.client.ask('api/retention')).json()
        : await (await import('./sweep-data.ts')).sweepData(where.directory, given.text('config'), dry, await builtins())
      await createPrinter().print(`${JSON.stringify(answer, null, 2)}\n`)
      return 0
    },
  }
}
