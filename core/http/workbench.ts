// What people change and try on the pages, beside reading.
import type { ConfigProblem } from '../config/config-problem.ts'
import type { OutputControl } from '../output-control.ts'
import type { ParserTrial } from '../parser-trial.ts'
import type { Reloaded } from '../reloaded.ts'

export interface Workbench {
  readonly outputs: OutputControl
  readonly parsers: Pick<ParserTrial, 'choices' | 'run'>
  /** Every problem of the text of a configuration; it is not applied. */
  checkConfig(text: string): Promise<readonly ConfigProblem[]>
  /** Reads the configuration file once more, as SIGHUP does. */
  reload(): Promise<Reloaded>
}
