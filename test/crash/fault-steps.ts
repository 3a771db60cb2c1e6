// The named steps at which the server can be made to kill itself, as the built code names them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CORE = fileURLToPath(new URL('../../dist/core', import.meta.url))

/** Those of sealing, deleting and erasing; in the order of their names. */
export function faultSteps(): string[] {
  const steps = new Set<string>()
  for (const name of readdirSync(CORE, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue
    for (const [, step] of readFileSync(join(CORE, name), 'utf8').matchAll(/\bfault\('((?:seal|delete|erase):[\w-]+)'\)/g)) steps.add(step as string)
  }
  return [...steps].sort()
}
