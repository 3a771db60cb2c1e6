import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { formatProblem } from '../../../core/config/config-problem.ts'
import { jsonSchema } from '../../../core/config/json-schema.ts'
import { loadConfig } from '../../../core/config/load-config.ts'
import { Registry } from '../../../core/registry.ts'
import { builtins } from '../../../plugins/index.ts'

const example = await readFile(new URL('../../../config.example.yaml', import.meta.url), 'utf8')

/** Prose begins with `# `; what is meant to be uncommented begins with `#` and a letter, a dash, or two blanks. */
const everything = example.replaceAll(/^( *)#(?=[a-z]+:|- |  )/gm, '$1').replace('plugins: [./my-plugin.mjs]', 'plugins: []')

async function check(text: string, env: Record<string, string> = {}) {
  const { config, problems } = await loadConfig({ file: 'config.example.yaml', text, env, registry: new Registry(builtins) })
  return { config, problems: problems.map(formatProblem) }
}

describe('config.example.yaml', () => {
  test('runs as it is', async () => {
    const { config, problems } = await check(example)
    expect(problems).toEqual([])
    expect(config?.sources.map(({ type }) => type)).toEqual(['generator', 'http'])
    expect(config?.server).toMatchObject({ host: '127.0.0.1', port: 5000, auth: 'none' })
  })

  test('runs with everything uncommented', async () => {
    expect(everything).not.toBe(example)
    const { config, problems } = await check(everything, { SAWLOG_PASSWORD: 'p', SAWLOG_TOKEN: 't' })
    expect(problems).toEqual([])
    expect(config?.outputs).toHaveLength(11)
    expect(config?.server.auth).toEqual({ password: 'p', tokens: { web1: 't' } })
  })

  test('shows every built-in plugin', async () => {
    const { config } = await check(everything, { SAWLOG_PASSWORD: 'p', SAWLOG_TOKEN: 't' })
    const shown = [config?.sources, config?.parsers, config?.taggers, config?.filters, config?.outputs, config?.retention].flatMap((list) => (list ?? []).filter(({ path }) => path !== ''))
    const names = shown.map(({ kind, type }) => `${kind} ${type}`)
    for (const { kind, type } of builtins) expect(names).toContain(`${kind} ${type}`)
  })

  test('is valid by the JSON Schema, also with its variables in place', () => {
    const valid = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema(new Registry(builtins)))))
    expect(valid.safeParse(parse(everything)).error).toBeUndefined()
  })
})
