// The files of deploy/, read once for the tests about them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../project/source-files.ts'
import { readDockerfile, type Stage } from './read-dockerfile.ts'

export const DEPLOY = join(ROOT, 'deploy')

/** What `.env.example` leaves to be filled in. */
export const SECRETS = { SAWLOG_TOKEN: 'a-token-of-the-test', SAWLOG_PASSWORD: 'a-password-of-the-test' }

export function deployFile(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8')
}

export const composeText: string = deployFile('compose.yaml')
export const stages: readonly Stage[] = readDockerfile(deployFile('Dockerfile'))
export const imageStage: Stage = stages.at(-1) as Stage
