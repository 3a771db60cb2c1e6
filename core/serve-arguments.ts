// The command line of the server.
import { parseArgs } from 'node:util'
import type { Flags } from './config/apply-flags.ts'

export const USAGE = `Usage: node dist/server.js [options]

  --config FILE        configuration (default: config.yaml, else the packaged demonstration)
  --check              print every problem of the configuration and exit 1, or OK and exit 0
  --schema             print the JSON Schema of the configuration
  --host H             address to listen on
  --port P             port to listen on
  --data DIR           data directory
  --log-level L        debug, info, warn or error
  --output-type TYPE   json, csv or sqlite: replaces the configured outputs
  --filter REGEX       keep only lines that match
  --log-files A,B      read these files: replaces the configured sources
  --storage-url URL    forward to this Sawlog as well, with the token in SAWLOG_TOKEN
  --batch-size N       records that an output gets at once, at most
  --batch-interval S   seconds, or a duration such as 500ms, that an output waits for a batch to fill
  --debug              log level debug, and every record with its tags and fields on standard output
  --help`

export interface ServeArguments {
  readonly config: string | undefined
  readonly check: boolean
  readonly schema: boolean
  readonly help: boolean
  readonly flags: Flags
}

/** Throws TypeError for an unknown option or a missing value, with a message for the user. */
export function serveArguments(argv: readonly string[]): ServeArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string' }, check: { type: 'boolean' }, schema: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
      host: { type: 'string' }, port: { type: 'string' }, data: { type: 'string' }, 'log-level': { type: 'string' },
      'output-type': { type: 'string' }, filter: { type: 'string' },
      'log-files': { type: 'string' }, 'storage-url': { type: 'string' }, 'batch-size': { type: 'string' }, 'batch-interval': { type: 'string' }, debug: { type: 'boolean' },
    },
  })
  return {
    config: values.config, check: values.check ?? false, schema: values.schema ?? false, help: values.help ?? false,
    flags: {
      host: values.host, port: values.port, data: values.data, logLevel: values['log-level'], outputType: values['output-type'], filter: values.filter,
      logFiles: values['log-files'], storageUrl: values['storage-url'], batchSize: values['batch-size'], batchInterval: values['batch-interval'], debug: values.debug,
    },
  }
}
