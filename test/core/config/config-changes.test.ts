import { expect, test } from 'vitest'
import { configChanges } from '../../../core/config/config-changes.ts'
import type { Config } from '../../../core/config/config.ts'
import { loadConfig } from '../../../core/config/load-config.ts'
import { Registry } from '../../../core/registry.ts'
import { builtins } from '../../../plugins/index.ts'

async function read(text: string): Promise<Config> {
  const { config, problems } = await loadConfig({ file: 'test.yaml', text, registry: new Registry(builtins) })
  if (config === null) throw new Error(JSON.stringify(problems))
  return config
}

test('a reload names what it added, changed, removed and moved', async () => {
  const before = await read("sources: [{ type: http }]\nfilters:\n  - { type: drop, name: a, when: x }\n  - { type: drop, name: b, when: x }\noutputs: [{ type: console }]\n")
  const after = await read("sources: [{ type: http, path: /in }]\nfilters:\n  - { type: drop, name: b, when: x }\n  - { type: drop, name: a, when: x }\noutputs: [{ type: jsonl, path: x.jsonl }]\nlog: { level: warn }\n")
  expect(configChanges(before, after)).toEqual(['changed source http', 'changed the order of filters', 'added output jsonl', 'removed output console', 'changed log'])
  expect(configChanges(before, before)).toEqual([])
})
