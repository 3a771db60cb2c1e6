// Changes the configuration of a running server, and looks whether it is in effect.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Started, until } from './sawlog.ts'

export const BAD_SETUP = fileURLToPath(new URL('../fixtures/plugins/bad/throws-in-setup.mjs', import.meta.url))

/** Says when it is set up, started and stopped: whoever is not changed must not be. */
export const WITNESS = `
import { definePlugin, z } from 'sawlog/plugin'
export default definePlugin({
  kind: 'source', type: 'witness', summary: 'Says when it starts and stops.', options: z.strictObject({ mark: z.number() }),
  setup({ mark }, { logger }) {
    return { start: () => logger.info('Witness ' + mark + ' started.'), stop: () => logger.info('Witness ' + mark + ' stopped.') }
  },
})`

/** Replaces the file as editors do, or writes it in place and sends SIGHUP. */
export function write(server: Started, text: string, how: 'replace' | 'signal'): void {
  const file = join(server.directory, 'config.yaml')
  if (how === 'signal') {
    writeFileSync(file, text)
    server.process.kill('SIGHUP')
    return
  }
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

export const configured = async (server: Started, name: string): Promise<boolean> => {
  const { plugins, outputs } = await server.stats()
  return [...plugins, ...outputs].some((component) => component.name === name)
}

/** `text` anew, not from an earlier reload. */
export async function logged(server: Started, text: string, from: number): Promise<void> {
  await until(() => server.log().slice(from).includes(text), `${text} in the log`).catch((error: unknown) => {
    throw new Error(server.log().slice(from), { cause: error })
  })
}
