// Runs the retention plugins of a configuration over a data directory that no server uses.
import { Component } from '../component.ts'
import type { Config } from '../config/config.ts'
import { formatProblem } from '../config/config-problem.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Logger, Plugin, RetentionContext } from '../define-plugin.ts'
import { eraseThread } from '../erase/erase-thread.ts'
import { Eraser } from '../erase/eraser.ts'
import { firstNeeded } from '../first-needed.ts'
import type { ReportFor } from '../guard.ts'
import { retentionJson } from '../http/retention-api.ts'
import { dryStore } from '../journal/dry-store.ts'
import { Registry } from '../registry.ts'
import { retentionStatus } from '../retention-status.ts'
import { Sweeper } from '../sweeper.ts'
import { tapRecorder } from '../tap-recorder.ts'
import { CommandError } from './command-error.ts'
import { notice } from './notice.ts'
import { ownJournal } from './own-journal.ts'

/** Resolves with what `GET /api/retention` would answer afterwards. Throws CommandError. */
export async function sweepData(directory: string, file: string | undefined, dry: boolean, builtins: readonly Plugin[]): Promise<object> {
  const config = await configFrom(file ?? 'config.yaml', builtins)
  return ownJournal(directory, file, async (journal, level) => {
    const report: ReportFor = (component, _level, message, remedy) => notice(`${component}: ${message}. ${remedy}`)
    const eraser = new Eraser({ journal, report, level, thread: eraseThread, now: Date.now, forget: () => undefined })
    journal.erase = (when, before) => eraser.rule(when, before, dry)
    journal.needed = () => firstNeeded(config.outputs.map(({ name }) => ({ name, cursor: journal.store.cursor(name) })))
    const logger = loggerFor(dry)
    const components = config.retention.map((entry) => {
      const component = new Component(entry)
      const context: RetentionContext = {
        name: entry.name, logger, signal: component.stopper.signal, problem: (severity, message, remedy) => report(entry.name, severity, message, remedy),
        hooks: tapRecorder(component, null) as unknown as RetentionContext['hooks'],
      }
      entry.plugin.setup(entry.options, context)
      return component
    })
    const sweeper = new Sweeper({ components: () => components, store: () => (dry ? dryStore(journal.retention()) : journal.retention()), report, loggerFor: () => logger })
    await sweeper.sweep()
    await sweeper.stop()
    return retentionJson({ retention: () => retentionStatus(journal, sweeper.asks()) })
  })
}

/** Plugins say that they deleted something; in a dry run they did not. */
function loggerFor(dry: boolean): Logger {
  const say = dry ? () => undefined : notice
  return { debug: () => undefined, info: say, warn: notice, error: notice }
}

async function configFrom(file: string, builtins: readonly Plugin[]): Promise<Config> {
  const { config, problems } = await loadConfig({ file, registry: new Registry(builtins) })
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`)
  if (config === null) throw new CommandError(`cannot sweep: ${file} is not valid.`)
  return config
}
