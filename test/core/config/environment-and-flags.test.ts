import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../../core/config/config-problem.ts'
import { effectiveConfig } from '../../../core/config/effective-config.ts'
import { loadConfig, type LoadOptions } from '../../../core/config/load-config.ts'
import { Registry } from '../../../core/registry.ts'
import { samplePlugins } from './sample-plugins.ts'

async function load(text: string, env: Record<string, string> = {}, flags: LoadOptions['flags'] = {}) {
  const { config, problems } = await loadConfig({ file: 'c.yaml', text, env, flags, registry: new Registry(samplePlugins) })
  return { config, problems: problems.map(formatProblem) }
}

describe('environment', () => {
  test('an unquoted value gets its type after filling in, a quoted one stays text', async () => {
    const { config } = await load('server: { port: ${PORT} }\ndata: "${PORT}"', { PORT: '8080' })
    expect(config?.server.port).toBe(8080)
    expect(config?.data).toBe('8080')
  })

  const values: ReadonlyArray<readonly [written: string, want: string]> = [
    ['${A}/logs', 'a/logs'],
    ['${NONE:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${A:-fallback}', 'a'],
    ['$${A}', '${A}'],
    ['$A', '$A'],
    ['${A}${A}', 'aa'],
    ['"x${EMPTY}"', 'x'],
    ['${NESTED}', '${A}'],
  ]
  test.each(values)('data: %s', async (written, want) => {
    const { config, problems } = await load(`data: ${written}`, { A: 'a', EMPTY: '', NESTED: '${A}' })
    expect(problems).toEqual([])
    expect(config?.data).toBe(want)
  })

  test('a value never becomes structure', async () => {
    const { config } = await load('data: ${X}', { X: '{ a: 1 }\nserver: { host: 0.0.0.0 }' })
    expect(config?.data).toBe('{ a: 1 }\nserver: { host: 0.0.0.0 }')
  })

  test('a variable that is not set is one problem, at its dollar sign, without consequences', async () => {
    expect((await load('server: { port: ${PORT} }\noutputs: [{ type: jsonl, path: "a/${DIR}/b" }]')).problems).toEqual([
      'c.yaml:1:17: server.port: environment variable PORT is not set. Set it, or give a default: ${PORT:-value}.',
      'c.yaml:2:35: outputs[0].path: environment variable DIR is not set. Set it, or give a default: ${DIR:-value}.',
    ])
  })

  test('a malformed reference is a problem', async () => {
    expect((await load('data: "${1X}"')).problems).toEqual(['c.yaml:1:8: data: expected a variable name and a closing brace after "${"; write $${ for a literal ${.'])
  })

  test('a wrong value from the environment is named by its variable, not shown', async () => {
    const { problems } = await load('server: { port: ${PORT} }', { PORT: 'hunter2' })
    expect(problems).toEqual(['c.yaml:1:17: server.port: expected a whole number, got a string from the environment (PORT).'])
  })
})

describe('flags', () => {
  test('win over the file', async () => {
    const { config } = await load('server: { port: 1 }\ndata: a\nlog: { level: warn }', {}, { host: 'localhost', port: '99', data: 'b', logLevel: 'debug' })
    expect(config?.server).toMatchObject({ host: 'localhost', port: 99 })
    expect(config?.data).toBe('b')
    expect(config?.log.level).toBe('debug')
  })

  test('--output-type replaces the outputs and follows --data', async () => {
    const file = 'outputs: [{ type: jsonl, name: one, path: a }, { type: jsonl, name: two, path: b }]'
    const { config } = await load(file, {}, { outputType: 'json', data: './elsewhere' })
    expect(config?.outputs.map(({ type, options, path }) => ({ type, options, path }))).toEqual([{ type: 'jsonl', options: { path: 'elsewhere/collected/collected.jsonl' }, path: '' }])
  })

  test('--output-type that is not there says what is', async () => {
    expect((await load('', {}, { outputType: 'csv' })).problems).toEqual(['command line: --output-type: this Sawlog has no "csv" output yet. Use one of json.'])
    expect((await load('', {}, { outputType: 'xml' })).problems).toEqual(['command line: --output-type: expected one of json, got "xml".'])
  })

  test('--filter is added after the filters of the file', async () => {
    const { config } = await load('filters: [{ type: regex, exclude: x }]', {}, { filter: 'a|b' })
    expect(config?.filters.map(({ name, options }) => ({ name, options }))).toEqual([{ name: 'regex', options: { exclude: 'x' } }, { name: 'command-line', options: { include: 'a|b' } }])
  })

  test('--log-files replaces the sources', async () => {
    const { config } = await load('sources: [{ type: http }]', {}, { logFiles: 'logs/app.log, logs/web.log' })
    expect(config?.sources.map(({ type, options }) => [type, (options as { paths: string[] }).paths])).toEqual([['file', ['logs/app.log', 'logs/web.log']]])
  })

  test('--storage-url forwards as well, with the token of the environment, which is not shown', async () => {
    const { config } = await load('outputs: [{ type: jsonl, path: a }]', { SAWLOG_TOKEN: 'hunter2' }, { storageUrl: 'http://storage:5000' })
    expect(config?.outputs.map(({ name, options }) => [name, options])).toEqual([['jsonl', { path: 'a' }], ['storage', expect.objectContaining({ url: 'http://storage:5000', token: 'hunter2' })]])
    if (config !== null) expect(JSON.stringify(effectiveConfig(config))).not.toContain('hunter2')
    expect((await load('', {}, { storageUrl: 'http://storage:5000' })).config?.outputs[0]?.options).not.toHaveProperty('token')
  })

  test('--batch-size and --batch-interval count for every output', async () => {
    const file = 'outputs: [{ type: jsonl, name: one, path: a, batch: { bytes: 2KiB, wait: 1s } }, { type: jsonl, name: two, path: b }]'
    const batches = async (flags: LoadOptions['flags']) => (await load(file, {}, flags)).config?.outputs.map(({ common }) => [common.batch.records, common.batch.bytes, common.batch.wait])
    expect(await batches({ batchSize: '20', batchInterval: '5' })).toEqual([[20, 2048, 5000], [20, 1024 ** 2, 5000]])
    expect(await batches({ batchInterval: '500ms' })).toEqual([[5000, 2048, 500], [5000, 1024 ** 2, 500]])
    expect(await batches({ batchInterval: '0.5', outputType: 'json' })).toEqual([[5000, 1024 ** 2, 500]])
    expect((await load(file.replace(', { type: jsonl, name: two, path: b }', ''), {}, { batchSize: 'many', batchInterval: 'soon' })).problems).toEqual([
      'command line: --batch-size: expected a whole number, got "many".',
      'command line: --batch-interval: expected a duration such as 100ms, 30s, 5m, 1h or 7d, got "soon".',
    ])
  })

  test('mistakes in flags are named by the flag', async () => {
    expect((await load('', {}, { port: '80a', logLevel: 'loud' })).problems).toEqual([
      'command line: --port: expected a whole number, got "80a".',
      'command line: --log-level: expected one of debug, info, warn, error, got "loud".',
    ])
  })
})

describe('the effective configuration', () => {
  test('tells value by value where it came from, secrets masked', async () => {
    const text = 'server: { port: "${PORT:-1}", auth: { password: "${PW}", tokens: { web: t0ken } } }\noutputs:\n  - { type: forward, url: "http://me:pass@host/x", token: abc }'
    const { config, problems } = await load(text.replace('"${PORT:-1}"', '${PORT:-1}'), { PORT: '7', PW: 'hunter2' }, { data: 'd' })
    expect(problems).toEqual([])
    if (config === null) return
    const values = new Map(effectiveConfig(config).map((value) => [value.path, value]))
    expect(values.get('server.port')).toEqual({ path: 'server.port', value: 7, from: 'env', line: 1, by: 'PORT' })
    expect(values.get('server.host')).toEqual({ path: 'server.host', value: '127.0.0.1', from: 'default', line: null, by: null })
    expect(values.get('data')).toEqual({ path: 'data', value: 'd', from: 'flag', line: null, by: '--data' })
    expect(values.get('server.auth.password')?.value).toBe('********')
    expect(values.get('server.auth.tokens.web')?.value).toBe('********')
    expect(values.get('outputs[0].token')).toMatchObject({ value: '********', from: 'file', line: 3 })
    expect(values.get('outputs[0].url')?.value).toBe('http://me:********@host/x')
    expect(values.get('outputs[0].timeout')).toMatchObject({ value: '30s', from: 'default' })
    expect(values.get('outputs[0].repeat.tries')).toMatchObject({ value: 3, from: 'default' })
    expect(values.get('journal.segment_size')).toMatchObject({ value: '64MiB', from: 'default' })
    const all = JSON.stringify([...values.values()])
    for (const hidden of ['hunter2', 't0ken', 'abc', 'pass@']) expect(all).not.toContain(hidden)
  })

  test('a wrong secret is not repeated in the message', async () => {
    expect((await load('outputs: [{ type: forward, url: u, token: 12345 }]')).problems).toEqual(['c.yaml:1:43: outputs[0].token: expected a string, got a number.'])
  })
})

describe('fingerprints', () => {
  const of = async (entry: string, env: Record<string, string> = {}) => (await load(`outputs: [${entry}]`, env)).config?.outputs[0]?.fingerprint
  test('stay when only order, comments or place change', async () => {
    const before = await of('{ type: jsonl, name: a, path: p }')
    expect(before).toBeTypeOf('string')
    expect(await of('{ path: "p", name: a, type: jsonl }')).toBe(before)
    expect((await load('# more\n\noutputs:\n  # moved\n  - type: jsonl\n    name: a\n    path: p\n')).config?.outputs[0]?.fingerprint).toBe(before)
  })
  test('change with an option, a common key or a variable, and keep secrets unreadable', async () => {
    const before = await of('{ type: forward, url: u, token: "${T}" }', { T: 'sesame' })
    expect(await of('{ type: forward, url: v, token: "${T}" }', { T: 'sesame' })).not.toBe(before)
    expect(await of('{ type: forward, url: u, token: "${T}", when: x }', { T: 'sesame' })).not.toBe(before)
    expect(await of('{ type: forward, url: u, token: "${T}" }', { T: 'other' })).not.toBe(before)
    expect(before).not.toContain('sesame')
  })
})
