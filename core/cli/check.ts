// `sawlog check`: verifies a data directory, and mends it when asked to.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CheckReport } from '../check/check-data.ts'
import type { Command } from './command.ts'
import { CommandError } from './command-error.ts'
import { configuredData } from './configured-data.ts'

const USAGE = `Usage: sawlog check [--repair] [--data DIR] [--config FILE]

Reads every byte of a data directory and says what is wrong: checksums, record numbers, compressed blocks, indexes, the catalog against the
files, where outputs stand, files that nobody owns. Changes nothing, and may run beside the server: what is being written is then passed over.
Ends with 0 when there is no problem, 1 when there is one, 2 when it cannot look.

  --repair          mend what can be mended; the server must be stopped. Indexes and the catalog are made anew; bytes that cannot be read are
                    moved to journal/quarantine, and the numbers of their records kept. No record that can be read is removed.
  --data DIR        the data directory (default: data: of the configuration)
  --config FILE     configuration to look that up in (default: config.yaml)`

export const check: Command = {
  summary: 'verify a data directory, and mend it',
  usage: USAGE,
  async run(argv) {
    const { values } = parseArgs({ args: [...argv], options: { repair: { type: 'boolean' }, data: { type: 'string' }, config: { type: 'string' } } })
    const directory = values.data ?? await configuredData(values.config)
    if (!existsSync(join(directory, 'journal'))) throw new CommandError(`cannot find logs in ${directory}: it is not a data directory. Name one with --data DIR.`)
    let report = await look(directory)
    const problems = problemsIn(report)
    if (values.repair === true) {
      if (report.live) throw new CommandError(`cannot repair ${directory}: a server uses it. Stop the server, run sawlog check --repair, start it again.`)
      if (report.findings.length > 0) {
        await mend(directory, report)
        say('looking again')
        report = await look(directory)
      }
    }
    const left = problemsIn(report)
    say(`segments ${report.segments}, records ${report.records}, problems ${left}${values.repair === true && problems > left ? ` (${problems - left} mended)` : ''}${report.live ? ' (a server is running: what it is writing was passed over)' : ''}`)
    return left === 0 ? 0 : 1
  },
}

async function look(directory: string): Promise<CheckReport> {
  const { checkData } = await import('../check/check-data.ts')
  const report = checkData(directory, progress())
  for (const { level, where, what, remedy } of report.findings) say(`${level === 'note' ? 'note: ' : ''}${where}: ${what}. ${remedy}`)
  return report
}

async function mend(directory: string, { findings }: CheckReport): Promise<void> {
  const [{ repairData }, { DataError }] = await Promise.all([import('../check/repair-data.ts'), import('../journal/open-data.ts')])
  try {
    repairData({ directory, findings, now: Date.now, report: (_, message, remedy) => say(`repair: ${message}. ${remedy}`) })
  } catch (error) {
    if (error instanceof DataError) throw new CommandError(`${error.message}. ${error.remedy}`)
    throw error
  }
}

function problemsIn({ findings }: CheckReport): number {
  return findings.filter(({ level }) => level === 'problem').length
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** On a terminal one line that is written over; elsewhere nothing. */
function progress(): (done: number, all: number) => void {
  if (!process.stderr.isTTY) return () => undefined
  let shown = 0
  return (done, all) => {
    const now = Date.now()
    if (done === all) process.stderr.write('\r\x1b[K')
    else if (now - shown > 100) {
      shown = now
      process.stderr.write(`\r\x1b[Kchecking segment ${done + 1} of ${all}`)
    }
  }
}
