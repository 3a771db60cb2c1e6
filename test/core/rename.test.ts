// A source that gets another name in a reload: its streams move with it, exactly, or not at all.
import { rmSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { App } from '../../core/app.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import type { Config } from '../../core/config/config.ts'
import { definePlugin, type Plugin, type SourceContext } from '../../core/define-plugin.ts'
import { createLogger } from '../../core/log.ts'
import { Registry } from '../../core/registry.ts'
import { freshDirectory, recordLines } from './journal/journal-at.ts'

const cleanups: Array<() => Promise<void> | void> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

/** Hands in `line N` from where its stream stands: two when it starts, and as a file source does, what it still has when it stops. */
function plugins(): Plugin[] {
  const source = definePlugin({ kind: 'source', type: 'counting', summary: 'Counts.', options: z.strictObject({ quiet: z.boolean().default(false) }), setup({ quiet }, { emit, positions }: SourceContext) {
    let at = 0
    const some = async (): Promise<void> => {
      const { durable } = await emit('s', [`line ${at}`, `line ${at + 1}`], { from: at, to: { offset: at + 2 } })
      at += 2
      await durable
    }
    return {
      start() {
        at = positions('s')?.offset ?? 0
        return some()
      },
      stop: quiet ? () => undefined : some,
    }
  } })
  const failing = definePlugin({ kind: 'source', type: 'failing', summary: 'Fails.', options: z.strictObject({}), setup() {
    throw new Error('no luck')
  } })
  const text = definePlugin({ kind: 'parser', type: 'text', summary: 'Takes lines.', options: z.strictObject({}), example: '', setup: () => undefined })
  return [source, failing, text]
}

async function scene() {
  const directory = freshDirectory()
  const registry = new Registry(plugins())
  const load = async (sources: string): Promise<Config> => {
    const { config, problems } = await loadConfig({
      text: `data: ${directory}\nserver: { port: 0 }\nsources: [${sources}]\ntaggers: []\njournal: { reserve: 0 }\n`, file: 'config.yaml', registry, environment: {}, checkQuery: () => null,
    } as never)
    expect(problems).toEqual([])
    return config as Config
  }
  const log = createLogger({ level: 'error', format: 'text', write: () => undefined })
  const open = async (sources: string): Promise<App> => {
    const app = await App.open({ config: await load(sources), log, version: '0', sender: () => '', fatal: (error) => { throw error } })
    await app.start()
    return app
  }
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return { open, load, stored: () => recordLines(directory).map((line) => JSON.parse(line) as { source: string; body: string }) }
}

const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`)

test('a renamed source goes on after the last line that it handed in under its old name, while it stopped', async () => {
  const { open, load, stored } = await scene()
  const app = await open('{ type: counting, name: a }')
  await app.reload(await load('{ type: counting, name: b, was: a }'))
  await app.stop()
  expect(stored().map(({ body }) => body)).toEqual(lines(8))
  const again = await open('{ type: counting, name: b, was: a }')
  await again.stop()
  expect(stored().map(({ body }) => body)).toEqual(lines(12))
})

test('a reload that fails leaves the streams with the old name', async () => {
  const { open, load, stored } = await scene()
  const app = await open('{ type: counting, name: a, quiet: true }')
  await expect(app.reload(await load('{ type: counting, name: b, was: a }, { type: failing }'))).rejects.toThrow('no luck')
  await app.stop()
  const again = await open('{ type: counting, name: a }')
  await again.stop()
  expect(stored().map(({ body }) => body)).toEqual(lines(6))
})

test('an old name that another source bears now keeps its streams', async () => {
  const { open, stored } = await scene()
  const app = await open('{ type: counting, name: a }')
  await app.stop()
  const both = await open('{ type: counting, name: a }, { type: counting, name: b, was: a }')
  await both.stop()
  const of = (name: string): string[] => stored().flatMap(({ source, body }) => (source === name ? [body] : []))
  expect([of('a'), of('b')]).toEqual([lines(8), lines(4)])
})
