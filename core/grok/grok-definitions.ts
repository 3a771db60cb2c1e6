// The standard grok definitions by name, as they come from logstash-patterns-core (Apache-2.0, see core/grok/patterns/NOTICE.md).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

/** `ecs`: nested field names of the Elastic Common Schema; `legacy`: the flat names before Logstash 8. */
export const GROK_NAMES = ['ecs', 'legacy'] as const
export type GrokNames = (typeof GROK_NAMES)[number]

export type GrokDefinitions = ReadonlyMap<string, string>

const FOLDERS: Readonly<Record<GrokNames, string>> = { ecs: 'ecs-v1', legacy: 'legacy' }
const loaded = new Map<GrokNames, GrokDefinitions>()

/**
 * Definitions that this engine cannot match as they stand.
 * SYSLOGPAMSESSION: its lookahead has no end, `(?=%{GREEDYDATA:message})`. The capture goes around the rest of the line instead, which matches the same lines with the same fields.
 */
const REWRITTEN: ReadonlyArray<readonly [name: string, was: string, is: string]> = [
  ['SYSLOGPAMSESSION', '(?=%{GREEDYDATA:message})', '(?<message>'],
]

/** Read once, when the first grok pattern is compiled. */
export function grokDefinitions(names: GrokNames): GrokDefinitions {
  const known = loaded.get(names)
  if (known !== undefined) return known
  const folder = join(packageRoot, 'core/grok/patterns', FOLDERS[names])
  const definitions = new Map<string, string>()
  for (const file of readdirSync(folder).sort()) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const found = /^([^#\s]\S*)\s+(.*)$/.exec(line)
      if (found !== null) definitions.set(found[1] as string, found[2] as string)
    }
  }
  for (const [name, was, is] of REWRITTEN) {
    const definition = definitions.get(name)
    if (definition?.includes(was)) definitions.set(name, `${definition.replace(was, is)}.*)`)
  }
  loaded.set(names, definitions)
  return definitions
}
