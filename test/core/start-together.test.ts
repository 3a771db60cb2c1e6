// Sources begin together: what one hands in after that waits until the others have found what they read.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { App } from '../../core/app.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import { definePlugin, type SourceContext } from '../../core/define-plugin.ts'
import { createLogger } from '../../core/log.ts'
import { Registry } from '../../core/registry.ts'

type Start = (context: SourceContext) => Promise<void> | void

const text = definePlugin({ kind: 'parser', type: 'text', summary: 'Leaves lines as they are.', options: z.strictObject({}), setup: () => undefined })

/** What happened, in order, until the app has started. */
async function run(one: Start, other: Start): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-together-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const source = (type: string, start: Start) => definePlugin({ kind: 'source', type, summary: 'For this test.', options: z.strictObject({}), setup: (_options, context) => ({ start: () => start(context), stop: () => undefined }) })
  const { config } = await loadConfig({
    text: `data: ${directory}\nserver: { port: 0 }\nsources: [{ type: one, parser: text }, { type: other, parser: text }]\ntaggers: []\njournal: { reserve: 0 }\n`,
    registry: new Registry([source('one', one), source('other', other), text]),
  })
  if (config === null) throw new Error('BUG: no configuration')
  const app = await App.open({ config, log: createLogger({ level: 'error', format: 'text', write: () => undefined }), version: '0', sender: () => 'anonymous', fatal: (error) => {
    throw error
  } })
  onTestFinished(() => app.stop())
  const order: string[] = []
  happened = (what) => void order.push(what)
  await app.start()
  happened('all have started')
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(3)
  return order
}

let happened: (what: string) => void = () => undefined
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

test('what is handed in waits until all have started', async () => {
  const order = await run(
    (context) => void setTimeout(() => void context.emit('a', ['line']).then(({ durable }) => durable).then(() => happened('stored')), 20),
    async () => {
      await pause(300)
      happened('the other has started')
    },
  )
  expect(order).toEqual(['the other has started', 'all have started', 'stored'])
})

test('a source whose start waits for what it hands in is not held up', async () => {
  const begun = performance.now()
  const order = await run(
    async (context) => {
      await (await context.emit('a', ['line'])).durable
      happened('stored')
    },
    () => happened('the other has started'),
  )
  expect(order).toEqual(['the other has started', 'stored', 'all have started'])
  expect(performance.now() - begun).toBeLessThan(2500)
})
