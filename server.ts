// Entry of the server: arguments -> configuration -> app -> listen -> signals. Nothing else.
import { serve } from './core/serve.ts'
import { serveArguments, USAGE } from './core/serve-arguments.ts'
import { builtins } from './plugins/index.ts'
import { createPages } from './views/pages.tsx'

try {
  process.exitCode = await serve(serveArguments(process.argv.slice(2)), { builtins, createPages })
} catch (error) {
  process.stderr.write(`[sawlog] cannot start: ${error instanceof TypeError ? `${error.message}\n\n${USAGE}` : String((error as Error).stack ?? error)}\n`)
  process.exitCode = 2
}
