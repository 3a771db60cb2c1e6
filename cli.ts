#!/usr/bin/env node
// The `sawlog` command.
import type { Command } from './core/cli/command.ts'
import { CommandError } from './core/cli/command-error.ts'
import { check } from './core/cli/check.ts'
import { count } from './core/cli/count.ts'
import { deadLetters } from './core/cli/dead-letters.ts'
import { erase } from './core/cli/erase.ts'
import { generate } from './core/cli/generate.ts'
import { replay } from './core/cli/replay.ts'
import { seal } from './core/cli/seal.ts'
import { search } from './core/cli/search.ts'
import { sweepCommand } from './core/cli/sweep.ts'
import { tail } from './core/cli/tail.ts'
import { isUsageError } from './core/cli/usage-error.ts'
import { verify } from './core/cli/verify.ts'
import { nearest } from './core/config/nearest.ts'
import { serveArguments, USAGE } from './core/serve-arguments.ts'

/** The server and the plugins are loaded by the commands that need them: they take as long as a search. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'run the server',
    usage: USAGE,
    async run(argv) {
      const given = serveArguments(argv)
      const [{ serve }, { builtins }, { createPages }] = await Promise.all([import('./core/serve.ts'), import('./plugins/index.ts'), import('./views/pages.tsx')])
      return serve(given, { builtins, createPages })
    },
  },
  search, tail, count, seal, erase, check, replay, 'dead-letters': deadLetters, generate, verify,
  sweep: sweepCommand(async () => (await import('./plugins/index.ts')).builtins),
  plugins: {
    summary: 'list the built-in plugins',
    usage: 'Usage: sawlog plugins [--markdown]\n\n  --markdown        print their reference',
    async run(argv) {
      const [{ renderReference }, { builtins }, { createPrinter }] = await Promise.all([import('./core/reference.ts'), import('./plugins/index.ts'), import('./core/cli/printer.ts')])
      await createPrinter().print(argv.includes('--markdown') ? renderReference(builtins) : `${builtins.map(({ kind, type, summary }) => `${kind.padEnd(11)}${type.padEnd(15)}${summary}`).join('\n')}\n`)
      return 0
    },
  },
}

const HELP = `Usage: sawlog COMMAND [options]

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`).join('\n')}

sawlog COMMAND --help says more.`

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return say(HELP)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS))
    process.stderr.write(`[sawlog] there is no command ${name}.${near === null ? '' : ` Did you mean ${near}?`}\n\n${HELP}\n`)
    return 2
  }
  const end = rest.indexOf('--')
  if ((end === -1 ? rest : rest.slice(0, end)).some((argument) => argument === '--help' || argument === '-h')) return say(command.usage)
  try {
    return await command.run(rest)
  } catch (error) {
    if (error instanceof CommandError) process.stderr.write(`[sawlog] ${error.message}\n`)
    else if (isUsageError(error)) process.stderr.write(`[sawlog] cannot run ${name}: ${error.message}\n\n${command.usage}\n`)
    else throw error
    return 2
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`[sawlog] cannot run: ${String((error as Error).stack ?? error)}\n`)
  process.exitCode = 2
}
