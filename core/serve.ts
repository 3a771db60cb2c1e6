// Everything behind `node dist/server.js`: configuration -> app -> listen -> signals, reloads and the way down.
import { watch } from 'chokidar'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { App } from './app.ts'
import { checkText } from './config/check-text.ts'
import { configChanges } from './config/config-changes.ts'
import { formatProblem } from './config/config-problem.ts'
import type { Config } from './config/config.ts'
import { jsonSchema } from './config/json-schema.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { SetupError } from './assemble.ts'
import type { Plugin } from './define-plugin.ts'
import { messageOf } from './guard.ts'
import { createApp } from './http/create-app.ts'
import { listen, type Listening } from './http/listen.ts'
import { mountApi } from './http/mount-api.ts'
import { mountPages } from './http/mount-pages.ts'
import { OpenExports } from './http/open-exports.ts'
import type { Pages } from './http/pages.ts'
import { removeServerFile, writeServerFile } from './http/server-file.ts'
import { sender } from './http/sender.ts'
import { Tails } from './http/tails.ts'
import type { Workbench } from './http/workbench.ts'
import { DataError } from './journal/open-data.ts'
import { createLogger, type OwnLog } from './log.ts'
import { packageRoot } from './package-root.ts'
import { ParserTrial } from './parser-trial.ts'
import { Registry } from './registry.ts'
import type { Reloaded } from './reloaded.ts'
import { parseQuery } from './search/parse-query.ts'
import { type ServeArguments, USAGE } from './serve-arguments.ts'
import { slowHeapGrowth } from './slow-heap-growth.ts'

/** SIGTERM promises an end within 10 s; whatever still runs then is left to recovery. */
const EXIT_MS = 9500

/** How long a timer that a plugin forgot may hold up the exit once everything is stopped, ms: what is being written to a pipe is out by then. */
const LEFTOVER_MS = 200

/** Editors save in several steps: this long without a change and the file is read, ms. */
const SETTLE_MS = 300

export interface Parts {
  readonly builtins: readonly Plugin[]
  createPages(): Pages
}

/** Runs until a signal; resolves with the exit code. */
export async function serve(given: ServeArguments, parts: Parts): Promise<number> {
  if (given.help) return say(USAGE, 0)
  const registry = new Registry(parts.builtins)
  if (given.schema) return say(JSON.stringify(jsonSchema(registry), null, 2), 0)
  slowHeapGrowth()
  const file = given.config ?? (existsSync('config.yaml') ? 'config.yaml' : join(packageRoot, 'config.example.yaml'))
  let used = registry
  const read = async (): Promise<LoadedConfig> => {
    const fresh = registry.fresh()
    const loaded = await loadConfig({ file, registry: fresh, flags: given.flags, checkQuery })
    if (loaded.config !== null) used = fresh
    return loaded
  }
  const loaded = await read()
  for (const problem of loaded.problems) process.stderr.write(`${formatProblem(problem)}\n`)
  if (loaded.config === null) return 1
  if (given.check) return say('OK', 0)
  return run(loaded.config, file, { read, registry: () => used, flags: given.flags }, parts)
}

/** How the configuration is read, and with which plugins it was read last. */
interface ConfigSource {
  read(): Promise<LoadedConfig>
  registry(): Registry
  readonly flags: ServeArguments['flags']
}

async function run(config: Config, file: string, source: ConfigSource, parts: Parts): Promise<number> {
  const log = createLogger(config.log)
  const logger = log.for('server')
  // By default it ends the process, and opening the journal may take its time: a reload asked for until then comes after the start.
  let asked = false
  let reload = (): Promise<Reloaded> => {
    asked = true
    return Promise.resolve({ ok: false, problems: [], failure: 'the server is starting; it reads the file once more when that is done', changes: [] })
  }
  process.on('SIGHUP', () => void reload())
  let end: (code: number) => void = () => undefined
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  const fatal = (error: unknown): void => {
    logger.error(`Cannot go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}. What was acknowledged is safe; start again.`)
    process.exit(70) // EX_SOFTWARE of sysexits.h
  }
  const version = (JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version
  let app: App
  try {
    app = await App.open({ config, log, version, sender, fatal })
  } catch (error) {
    if (!(error instanceof DataError) && !(error instanceof SetupError)) throw error
    logger.error(`${capital(error.message)}. ${error instanceof DataError ? error.remedy : 'Mend the configuration or the plugin.'}`)
    return 1
  }
  const pages = parts.createPages()
  const tails = new Tails(app.tailSource())
  const exports = new OpenExports()
  const workbench: Workbench = {
    outputs: app.outputs, parsers: new ParserTrial(source.registry, () => app.config), reload: () => reload(),
    checkConfig: (text) => checkText(text, { file, flags: source.flags, registry: source.registry(), checkQuery, values: app.model.config().values }),
  }
  const build = (): ReturnType<typeof createApp> => createApp({
    auth: () => app.config.server.auth,
    notReady: () => app.model.notReady(),
    routes: (hono) => app.mountRoutes(hono),
    pages: (hono) => {
      mountPages(hono, { model: app.model, store: app.store, pages, setLevel: (name, level) => app.setLevel(name, level), saved: app.savedSearches, workbench, tails })
      mountApi(hono, { model: app.model, store: app.store, tails, exports, seal: () => app.seal(), erase: (request) => app.eraser.erase(request), outputs: app.outputs, setLevel: (name, level) => app.setLevel(name, level) })
    },
    logger: log.for('http'),
  })
  let routes = build()
  let listening: Listening
  try {
    listening = await listen(() => routes, { ...config.server, trouble: (message) => logger.warn(`${capital(message)}. The certificate read before stays in use.`) })
  } catch (error) {
    logger.error(`${capital(messageOf(error))}`)
    await app.stop()
    return 1
  }
  noteServer(config, listening, logger)
  let unwatch: () => Promise<void> = () => Promise.resolve()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info(`Stopping on ${signal}.`)
      // Referenced: a plugin may wait for a thread or a timer that is not, and the process would end in the middle, with code 13.
      const late = setTimeout(() => {
        logger.warn('Cannot finish in time: what is not yet delivered follows after the next start.')
        process.exit(0)
      }, EXIT_MS)
      tails.close()
      void stop(app, listening, () => unwatch()).then(() => {
        removeServerFile(config.data)
        end(0)
        clearTimeout(late)
        setTimeout(() => process.exit(0), LEFTOVER_MS).unref()
      }, fatal)
    })
  }
  // Signals count while it starts as well: a plugin's start may take its time. A reload then waits for it.
  const started = app.start().then(() => logger.info(`Listening on ${config.server.tls === undefined ? 'http' : 'https'}://${hostForUrl(config.server.host)}:${listening.port}/metrics, data in ${config.data}, configuration from ${file}.`))
  reload = oneAtATime(async () => {
    await started
    const reloaded = await reloadFrom(() => source.read(), app, log)
    if (reloaded.ok) routes = build()
    return reloaded
  })
  if (asked) void reload()
  unwatch = await watchConfig(file, () => void reload())
  await Promise.race([started, ended])
  return ended
}

/** For the commands; without the file they read the data directory by themselves. */
function noteServer({ server: { host, tls }, data }: Config, { port }: Listening, logger: ReturnType<OwnLog['for']>): void {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  try {
    writeServerFile(data, `${tls === undefined ? 'http' : 'https'}://${hostForUrl(reached)}:${port}`)
  } catch (error) {
    logger.warn(`Cannot write where this server listens: ${messageOf(error)}. Commands need --server to go through it.`)
  }
}

async function stop(app: App, listening: Listening, unwatch: () => Promise<void>): Promise<void> {
  await unwatch()
  await Promise.all([listening.close(2000), app.stop()])
}

/** Two readings at once could end with the older one in effect. However often it is asked for meanwhile, one more run sees everything. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  let next: Promise<T> | null = null
  const start = (): Promise<T> => {
    next = null
    running = work().finally(() => {
      running = null
    })
    return running
  }
  return () => next ?? (running === null ? start() : (next = running.then(start, start)))
}

async function reloadFrom(read: () => Promise<LoadedConfig>, app: App, log: OwnLog): Promise<Reloaded> {
  const logger = log.for('config')
  const { config, problems } = await read()
  for (const problem of problems) logger[problem.severity === 'error' ? 'error' : 'warn'](formatProblem(problem))
  if (config === null) {
    logger.error('The configuration is not valid; nothing was changed.')
    return { ok: false, problems, failure: null, changes: [] }
  }
  const changes = configChanges(app.config, config)
  try {
    await app.reload(config)
    logger.info('The configuration was reloaded.')
    return { ok: true, problems, failure: null, changes }
  } catch (error) {
    const known = error instanceof SetupError
    const failure = `${capital(messageOf(error))}. ${known ? 'Nothing was changed.' : 'The change may be incomplete; restart to be sure.'}`
    logger.error(failure)
    return { ok: false, problems, failure, changes: [] }
  }
}

async function watchConfig(file: string, changed: () => void): Promise<() => Promise<void>> {
  const watcher = watch(file, { ignoreInitial: true })
  let timer: NodeJS.Timeout | undefined
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(changed, SETTLE_MS)
    timer.unref()
  })
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve())
  })
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}

function checkQuery(text: string): { message: string; at: number } | null {
  const parsed = parseQuery(text)
  return parsed.ok ? null : parsed
}

function say(text: string, code: number): number {
  // Read as far as it was wanted (`| head`).
  process.stdout.on('error', () => undefined)
  process.stdout.write(`${text}\n`)
  return code
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function hostForUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
