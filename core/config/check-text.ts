// Checks the text of a configuration that somebody sends, as far as that goes without running code and without telling what is in the environment.
import type { ConfigValue } from '../read-model.ts'
import type { Registry } from '../registry.ts'
import type { Flags } from './apply-flags.ts'
import type { ConfigProblem } from './config-problem.ts'
import { loadConfig } from './load-config.ts'
import { MASK } from './mask-secrets.ts'
import type { CheckQuery } from './read-components.ts'

export interface CheckOptions {
  /** For paths, and for what problems are said of. */
  readonly file: string
  readonly flags: Flags
  readonly registry: Registry
  readonly checkQuery: CheckQuery
  /** Of the running configuration: the variables that it shows anyway may be used. */
  readonly values: readonly ConfigValue[]
}

/** Every problem, in the order of the text; it is applied in no case. */
export async function checkText(text: string, { file, flags, registry, checkQuery, values }: CheckOptions): Promise<readonly ConfigProblem[]> {
  const { problems } = await loadConfig({ file, text, flags, checkQuery, registry: registry.sealed(), env: shownVariables(values) })
  return problems
}

/** A message quotes the value it is about: of variables that the configuration's page hides or does not know only that they are set is said. */
function shownVariables(values: readonly ConfigValue[]): Record<string, string | undefined> {
  const shown = new Set(values.filter(({ from, value }) => from === 'env' && value !== MASK && !JSON.stringify(value).includes(MASK)).flatMap(({ by }) => by?.split(', ') ?? []))
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, shown.has(name) ? value : MASK]))
}
