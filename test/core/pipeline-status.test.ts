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
import { builtins } from '../../plugins/index.ts'
import { eventually } from './delivery-scene.ts'

test('counts what each plugin was handed and dropped, knows who reads whose lines, and shows records before and after', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-status-'))
  let context: SourceContext | null = null
  const source = definePlugin({ kind: 'source', type: 'hand', summary: 'By hand.', options: z.strictObject({}), setup(_options, given) {
    context = given
    return { start: () => undefined, stop: () => undefined }
  } })
  const { config, problems } = await loadConfig({
    text: `data: ${directory}\nsources: [{ type: hand }]\ntaggers: [{ type: static, tags: [seen] }]\nfilters:\n  - { type: drop, when: "message:healthz" }\n  - { type: redact, presets: [email] }\noutputs: [{ type: jsonl, path: ${directory}/out.jsonl }]\n`,
    registry: new Registry([...builtins, source]),
  })
  if (config === null) throw new Error(JSON.stringify(problems))
  const app = await App.open({ config, log: createLogger({ level: 'error', format: 'text', write: () => undefined }), version: '0', sender: () => '', fatal: (error) => { throw error } })
  onTestFinished(async () => {
    await app.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  await app.start()
  const { model } = app
  for (const id of ['sources/hand', 'taggers/static', 'filters/drop', 'outputs/jsonl']) expect([id, model.tap(id, 0)]).toEqual([id, { rows: [], skipped: 0 }])
  expect(model.tap('outputs/none', 0)).toBe(null)
  const receipt = await (context as unknown as SourceContext).emit('one', ['{"message":"GET /healthz"}', '{"message":"write to bob@example.com"}'])
  await receipt.durable

  const node = (id: string) => model.pipeline().nodes.find((one) => one.id === id)
  await eventually(() => node('outputs/jsonl')?.records, 1)
  expect(['sources/hand', 'parsers/json', 'taggers/static', 'filters/drop', 'filters/redact'].map((id) => [id, node(id)?.records, node(id)?.dropped])).toEqual([
    ['sources/hand', 1, 0], ['parsers/json', 2, 0], ['taggers/static', 2, 0], ['filters/drop', 2, 1], ['filters/redact', 1, 0],
  ])
  expect(model.pipeline().wires).toEqual([{ from: 'sources/hand', to: 'parsers/json' }])
  expect([node('parsers/json')?.used, node('parsers/syslog')?.used]).toEqual([true, false])
  expect(model.streamsOf('hand').map(({ name, parser }) => [name, parser])).toEqual([['hand/one', 'json']])

  expect(model.tap('taggers/static', 0)?.rows.map(({ changes }) => changes)).toEqual([['+ tag seen'], ['+ tag seen']])
  expect(model.tap('filters/drop', 0)?.rows.map(({ before, after }) => [before, after])).toEqual([
    ['{"message":"GET /healthz"}', null], ['{"message":"write to [redacted:email]"}', '{"message":"write to [redacted:email]"}'],
  ])
  expect(model.tap('sources/hand', 1)?.rows.map(({ seq, after }) => [seq, after])).toEqual([[2, '{"message":"write to [redacted:email]"}']])
  expect(model.tap('outputs/jsonl', 0)?.rows[0]?.before).toContain('"tags":["seen"]')
})
