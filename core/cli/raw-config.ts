// The configuration as it is written, unchecked: a mistake somewhere in it must not keep anybody from the logs.
import { existsSync } from 'node:fs'
import { readConfigFile } from '../config/read-config-file.ts'
import type { JsonObject } from '../json.ts'
import { CommandError } from './command-error.ts'

/** Of `config.yaml` where no file is named; empty where there is none. Throws CommandError for a file that cannot be read. */
export async function rawConfig(file: string | undefined): Promise<JsonObject> {
  if (file === undefined && !existsSync('config.yaml')) return {}
  const name = file ?? 'config.yaml'
  const read = await readConfigFile(name)
  if ('message' in read) throw new CommandError(`${name}: ${read.message}.`)
  // Loaded only here: it takes 0.1 s.
  const { readYaml } = await import('../config/read-yaml.ts')
  const { value } = readYaml(read.text, process.env)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
