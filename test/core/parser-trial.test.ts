import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Config } from '../../core/config/config.ts'
import { loadConfig } from '../../core/config/load-config.ts'
import { definePlugin } from '../../core/define-plugin.ts'
import { ParserTrial } from '../../core/parser-trial.ts'
import { Registry } from '../../core/registry.ts'
import { builtins } from '../../plugins/index.ts'

const slow = definePlugin({
  kind: 'parser', type: 'slow', summary: 'Takes its time.', options: z.strictObject({}),
  setup(_options, { hooks, name }) {
    hooks.parse.for(name).tap(name, () => {
      const end = performance.now() + 200
      while (performance.now() < end);
    })
  },
})
const broken = definePlugin({ kind: 'parser', type: 'broken', summary: 'Fails.', options: z.strictObject({}), setup: () => { throw new Error('out of order') } })
const thrower = definePlugin({
  kind: 'parser', type: 'thrower', summary: 'Throws.', options: z.strictObject({}),
  setup(_options, { hooks, name }) {
    hooks.parse.for(name).tap(name, () => { throw new Error('no such thing') })
  },
})

async function trial(): Promise<ParserTrial> {
  const registry = new Registry([...builtins, slow, broken, thrower])
  const text = "sources: [{ type: http }]\nparsers:\n  - { type: regex, name: shop, pattern: '^(?P<level>[A-Z]+) (?P<message>.*)$' }\n"
  const { config } = await loadConfig({ file: 'test.yaml', text, registry })
  return new ParserTrial(() => registry, () => config as Config)
}

describe('a trial of a parser', () => {
  test('reads time, level, message and fields, or says why not', async () => {
    const result = await (await trial()).run({ parser: 'json', options: '', lines: ['{"time":"2026-11-01T00:00:00Z","level":"warn","msg":"hello","user":{"id":7}}', 'text'] })
    expect(result?.rows.map(({ time, message, error }) => [time, message, error === null])).toEqual([['2026-11-01T00:00:00.000Z', 'hello', true], [null, 'text', false]])
    expect(result?.rows[0]?.level).toBe('warn')
    expect(result?.rows[0]?.fields).toContainEqual(['user.id', '7'])
  })

  test('takes a declared parser as it is declared', async () => {
    const parsers = await trial()
    expect(parsers.choices()[0]).toEqual({ value: 'shop', label: 'shop (regex)' })
    const result = await parsers.run({ parser: 'shop', options: '', lines: ['ERROR it broke'] })
    expect([result?.rows[0]?.level, result?.rows[0]?.message, result?.yaml]).toEqual(['error', 'it broke', 'sources:\n  - # the source whose lines these are\n    parser: shop\n'])
  })

  test('its YAML is a configuration', async () => {
    const result = await (await trial()).run({ parser: 'csv', options: 'columns: [level, message]\nname: table', lines: ['warn,late'] })
    expect([result?.problems, result?.rows[0]?.message]).toEqual([[], 'late'])
    const { problems } = await loadConfig({ file: 'test.yaml', text: (result?.yaml ?? '').replace('# the source whose lines these are', 'type: http'), registry: new Registry(builtins) })
    expect(problems).toEqual([])
  })

  test('cannot break out of its options', async () => {
    for (const options of ['pattern: x\nplugins: [./evil.mjs]', "type: './evil.mjs'", '- a', '---\nplugins: [./evil.mjs]', '}', 'pattern: "', '\tpattern: x']) {
      const result = await (await trial()).run({ parser: 'regex', options, lines: ['x'] })
      expect([options, (result?.problems.length ?? 0) > 0, result?.rows]).toEqual([options, true, []])
    }
  })

  test('ends in time, and names the lines that were not tried', async () => {
    const result = await (await trial()).run({ parser: 'slow', options: '', lines: Array.from({ length: 10 }, (_, i) => String(i)) })
    expect(result?.untried).toBeGreaterThan(5)
  })

  test('says how a parser fails', async () => {
    const parsers = await trial()
    expect((await parsers.run({ parser: 'broken', options: '', lines: ['x'] }))?.rows[0]?.error).toBe('the parser could not be set up: out of order')
    expect((await parsers.run({ parser: 'thrower', options: '', lines: ['x'] }))?.rows[0]?.error).toBe('parser thrower failed: no such thing')
    expect(await parsers.run({ parser: 'none', options: '', lines: ['x'] })).toBe(null)
  })
})
