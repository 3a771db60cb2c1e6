#!/usr/bin/env node
// The `sawlog` command.
import { renderReference } from './core/reference.ts'
import { serve } from './core/serve.ts'
import { serveArguments, USAGE } from './core/serve-arguments.ts'
import { builtins } from './plugins/index.ts'
import { createPages } from './views/pages.tsx'

const HELP = `Usage: sawlog COMMAND [options]

  serve      run the server (see sawlog serve --help)
  plugins    list the built-in plugins; --markdown prints their reference`

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === 'serve') return serve(serveArguments(rest), { builtins, createPages })
  if (command === 'plugins') {
    process.stdout.write(rest.includes('--markdown') ? renderReference(builtins) : `${builtins.map(({ kind, type, summary }) => `${kind.padEnd(10)}${type.padEnd(12)}${summary}`).join('\n')}\n`)
    return 0
  }
  const asked = command === undefined || command === '--help' || command === 'help'
  ;(asked ? process.stdout : process.stderr).write(`${asked ? '' : `[sawlog] unknown command ${command}\n\n`}${HELP}\n`)
  return asked ? 0 : 2
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`[sawlog] cannot run: ${error instanceof TypeError ? `${error.message}\n\n${USAGE}` : String((error as Error).stack ?? error)}\n`)
  process.exitCode = 2
}
