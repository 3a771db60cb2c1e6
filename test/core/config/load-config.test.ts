import { mkdtemp, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../../core/config/config-problem.ts'
import { loadConfig, type LoadOptions } from '../../../core/config/load-config.ts'
import type { Config } from '../../../core/config/config.ts'
import { Registry } from '../../../core/registry.ts'
import { samplePlugins } from './sample-plugins.ts'

function load(text: string, more: Partial<LoadOptions> = {}) {
  return loadConfig({ file: 'config.yaml', text, env: {}, registry: new Registry(samplePlugins), ...more })
}

async function problems(text: string, more: Partial<LoadOptions> = {}): Promise<string[]> {
  return (await load(text, more)).problems.map(formatProblem)
}

async function config(text: string, more: Partial<LoadOptions> = {}): Promise<Config> {
  const loaded = await load(text, more)
  if (loaded.config === null) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.config
}

describe('a whole configuration', () => {
  test('an empty file gives the defaults, the default tagger and the parsers that need no options', async () => {
    const it = await config('')
    expect(it.server).toEqual({ host: '127.0.0.1', port: 5000, auth: 'none', max_body: 16 * 1024 ** 2, max_bodies: 64 * 1024 ** 2 })
    expect(it.journal).toMatchObject({ fsync: 'always', segment_size: 64 * 1024 ** 2, segment_age: 3_600_000, max_size: 20e9, on_full: 'block', max_pending: 2 * 1024 ** 2, reserve: 8 * 1024 ** 2 })
    expect(it.data).toBe('./data')
    expect(it.sources).toEqual([])
    expect(it.taggers.map(({ name, path, line }) => ({ name, path, line }))).toEqual([{ name: 'keywords', path: '', line: 0 }])
    expect(it.parsers.map(({ name }) => name)).toEqual(['json', 'text'])
  })

  test('a section whose entries are all commented out is as good as absent', async () => {
    const it = await config('outputs:\n  # - { type: jsonl, path: x }\ntaggers:\n')
    expect(it.outputs).toEqual([])
    expect(it.taggers).toHaveLength(1)
  })

  test('an empty list of taggers means none', async () => {
    expect((await config('taggers: []')).taggers).toEqual([])
  })

  test('components carry plugin, parsed options, common keys, place and query', async () => {
    const it = await config([
      'sources:',
      '  - { type: file, name: app, paths: [/x.log], max_line: 2KiB, parser: mine, was: old }',
      'parsers:',
      '  - { type: regex, name: mine, pattern: a+ }',
      'outputs:',
      '  - { type: jsonl, path: out.jsonl, when: "level:error", start: beginning, batch: { bytes: 64KiB } }',
    ].join('\n'))
    const [source] = it.sources
    expect(source).toMatchObject({ kind: 'source', type: 'file', name: 'app', line: 2, path: 'sources[0]', when: null })
    expect(source?.options).toEqual({ paths: ['/x.log'], start: 'beginning', max_line: 2048 })
    expect(source?.common).toEqual({ name: 'app', parser: 'mine', was: 'old' })
    const [output] = it.outputs
    expect(output?.when).toBe('level:error')
    expect(output?.common).toMatchObject({ start: 'beginning', batch: { records: 5000, bytes: 65_536, wait: 200 } })
    expect(it.parsers.map(({ name }) => name)).toEqual(['mine', 'json', 'text'])
  })
})

test('ten different mistakes are ten problems, each with its line, column and nearest name', async () => {
  const text = [
    'server: { host: 127.0.0.1, portt: 80 }', //                        1 unknown key
    'log: { level: debgu }', //                                          2 unknown word
    'journal:',
    '  segment_size: 64 monkeys', //                                     3 not a size
    '  fsync: always',
    '  fsync: never', //                                                 4 duplicate key
    'sources:',
    '  - { type: fiel, paths: [/a] }', //                                5 unknown type
    '  - { type: file, paths: 5 }', //                                   6 not an array
    '  - { type: file, name: b, path: [/a], paths: [/a], parser: jsn }', // 7 unknown option, 8 unknown parser
    'outputs:',
    '  - { type: jsonl, path: a }',
    '  - { type: jsonl, path: b }', //                                   9 two of one name
    'filters:',
    '  - { type: keywords }', //                                        10 another kind',
  ].join('\n')
  expect(await problems(text)).toEqual([
    'config.yaml:1:28: server.portt: unknown key "portt". Did you mean "port"?',
    'config.yaml:2:15: log.level: expected one of debug, info, warn, error, got "debgu". Did you mean "debug"?',
    'config.yaml:4:17: journal.segment_size: expected a size such as 64MiB or 5GB, got "64 monkeys".',
    'config.yaml:6:3: this key stands twice in the same mapping. Keep one of them.',
    'config.yaml:8:13: sources[0].type: unknown source type "fiel". Did you mean "file"?',
    'config.yaml:9:26: sources[1].paths: expected an array of strings, got 5.',
    'config.yaml:10:28: sources[2].path: unknown key "path". Did you mean "paths"?',
    'config.yaml:10:61: sources[2].parser: there is no parser "jsn": expected one of auto, json, text. Did you mean "json"?',
    'config.yaml:13:13: outputs[1].type: the output "jsonl" is already there (line 12). Give this one another "name".',
    'config.yaml:15:13: filters[0].type: there is no filter "keywords", but a tagger of that type: it belongs under "taggers".',
  ])
})

describe('one mistake', () => {
  const cases: ReadonlyArray<readonly [text: string, want: string]> = [
    ['- a', '1:1: expected sections such as "sources:" and "outputs:", got a list.'],
    ['just words', '1:1: expected sections such as "sources:" and "outputs:", got "just words".'],
    ['source: []', '1:1: source: unknown key "source". Did you mean "sources"?'],
    ['sources: { type: http }', '1:10: sources: expected a list, got a mapping.'],
    ['sources: [http]', '1:11: sources[0]: expected a mapping with a "type", got "http".'],
    ['sources:\n  - { paths: [a] }', '2:5: sources[0].type: missing: expected the type of a source: file, http.'],
    ['sources:\n  - type: file', '2:5: sources[0].paths: missing: expected an array of strings.'],
    ['sources:\n  - { type: file, paths: [a, 7] }', '2:30: sources[0].paths[1]: expected a string, got 7.'],
    ['sources:\n  - { type: file, paths: [] }', '2:26: sources[0].paths: expected at least one entry, got an empty list.'],
    ['sources:\n  - { type: file, paths: [a], start: begining }', '2:38: sources[0].start: expected one of beginning, end, got "begining". Did you mean "beginning"?'],
    ['sources:\n  - { type: http, name: "a b" }', '2:25: sources[0].name: expected letters, digits, "_", "-" and "." (at most 64, the first a letter or digit), got "a b".'],
    ['sources: [{ type: file, paths: [a], parser: regex }]', '1:45: sources[0].parser: the parser "regex" needs options. Declare it under "parsers:" and name it here.'],
    ['server: { port: 70000 }', '1:17: server.port: expected a number of at most 65535, got 70000.'],
    ['server: { auth: noen }', '1:17: server.auth: expected "none" or a mapping, got "noen". Did you mean "none"?'],
    ['server: { auth: { tokns: { a: b } } }', '1:19: server.auth.tokns: unknown key "tokns". Did you mean "tokens"?'],
    ['server: { auth: {} }', '1:17: server.auth: expected "password", "tokens" or both.'],
    ['server: { auth: { tokens: { a: 5 } } }', '1:32: server.auth.tokens.a: expected a string, got a number.'],
    ['journal: { segment_age: 3600 }', '1:25: journal.segment_age: expected a duration such as 100ms, 30s, 5m, 1h or 7d, got 3600.'],
    ['journal: { segment_age: 1ms }', '1:25: journal.segment_age: expected at least 1s, got 1ms.'],
    ['journal: { compression: zip }', '1:25: journal.compression: expected one of gzip, zstd, got "zip". Did you mean "gzip"?'],
    ['journal: { compression_level: 12 }', '1:31: journal.compression_level: gzip has levels 1 to 9.'],
    ['outputs: [{ type: forward, url: u, repeat: { trys: 1 } }]', '1:46: outputs[0].repeat.trys: unknown key "trys". Did you mean "tries"?'],
    ['outputs: [{ type: jsonl, path: p, batch: { records: 0 } }]', '1:53: outputs[0].batch.records: expected a number of at least 1, got 0.'],
    ['a: 1\n\tb: 2', '2:1: a tab cannot indent YAML: use spaces.'],
    ['a: [1, 2', '1:9: cannot read this as YAML: flow sequence in block collection must be sufficiently indented and end with a ].'],
    ['data: !!js/function "x"', '1:7: unresolved tag: tag:yaml.org,2002:js/function. Tags are not used here: a configuration is plain data and never executed.'],
    ['data: a\n---\ndata: b', '2:1: a second document begins here ("---"), but a configuration is one document.'],
    ['data: *nowhere', '1:7: data: no anchor "&nowhere" stands above this alias.'],
    ['server: &a { auth: *a }', '1:20: server.auth.auth: the alias "*a" contains itself.'],
    ['__proto__: { a: 1 }', '1:1: the key "__proto__" is not allowed.'],
  ]
  test.each(cases)('%j', async (text, want) => {
    expect(await problems(text)).toContain(`config.yaml:${want}`)
  })

  test('a configuration of unbounded nesting is refused, not crashed on', async () => {
    expect(await problems('['.repeat(200_000))).toEqual([expect.stringContaining('nested too deeply')])
    expect(await problems(`data: ${'['.repeat(150)}${']'.repeat(150)}`)).toContainEqual(expect.stringContaining('nested more than 100 deep'))
  })

  test('an anchor bomb is refused at the alias, in well under a second', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`)
    const started = performance.now()
    const found = await problems(['l0: &l0 [x, x, x, x, x, x, x, x, x, x]', ...levels].join('\n'))
    expect(found.filter((one) => one.includes('aliases repeat more than 10000 values'))).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('anchors in moderation are fine', async () => {
    const it = await config('outputs:\n  - &base { type: jsonl, path: a, batch: &small { records: 5 } }\n  - { type: jsonl, name: b, path: b, batch: *small }')
    expect(it.outputs.map(({ common }) => common.batch.records)).toEqual([5, 5])
  })

  test('a wrong query is pointed at inside the quotes', async () => {
    const checkQuery = (text: string) => (text.includes('oops') ? { message: 'oops', at: text.indexOf('oops') } : null)
    const at = async (entry: string) => (await load(`outputs:\n  - ${entry}`, { checkQuery })).problems.map(({ line, column }) => `${line}:${column}`)
    expect(await at('{ type: jsonl, path: p, when: a oops }')).toEqual(['2:37'])
    expect(await at('{ type: jsonl, path: p, when: "a\\" oops" }')).toEqual(['2:40'])
    expect(await at("{ type: jsonl, path: p, when: 'it''s oops' }")).toEqual(['2:42'])
  })

  test('without a check of its own every query is read by the query language', async () => {
    expect(await problems('outputs:\n  - { type: jsonl, path: p, when: "a )" }')).toEqual([expect.stringMatching(/^config\.yaml:2:38: outputs\[0\]\.when: cannot read the query: /)])
  })
})

describe('the file', () => {
  test('one that cannot be read says why', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sawlog-config-'))
    const from = async (file: string) => (await loadConfig({ file, env: {}, registry: new Registry(samplePlugins) })).problems.map(formatProblem)
    expect(await from(join(folder, 'none.yaml'))).toEqual([`${join(folder, 'none.yaml')}: cannot read it: there is no such file. Name the configuration with --config FILE.`])
    expect(await from(folder)).toEqual([expect.stringContaining('not a regular file')])
    expect(await from('/dev/zero')).toEqual([expect.stringContaining('not a regular file')])
    await writeFile(join(folder, 'latin'), Buffer.from('data: caf\xe9', 'latin1'))
    expect(await from(join(folder, 'latin'))).toEqual([expect.stringContaining('not UTF-8')])
    await writeFile(join(folder, 'large'), '#'.repeat(1024 ** 2 + 1))
    expect(await from(join(folder, 'large'))).toEqual([expect.stringContaining('at most 1048576')])
  })

  test('a plugin module that is not there names where it was looked for, at its line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sawlog-config-'))
    const found = await problems('plugins:\n  - ./none.mjs\n  - sawlog-plugin-none\nsources: [{ type: ../other.mjs }]', { file: join(folder, 'config.yaml') })
    expect(found).toEqual([
      `${folder}/config.yaml:2:5: plugins[0]: cannot load the plugin "./none.mjs": there is no file ${folder}/none.mjs. Paths start at the configuration file's folder.`,
      expect.stringContaining(`${folder}/config.yaml:3:5: plugins[1]: cannot load the plugin "sawlog-plugin-none": no package "sawlog-plugin-none" in any node_modules from ${folder} or `),
      expect.stringContaining(`${folder}/config.yaml:4:19: sources[0].type: cannot load the plugin: there is no file ${join(folder, '../other.mjs')}`),
    ])
  })

  test('a folder is not a plugin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sawlog-config-'))
    await mkdir(join(folder, 'plugin'))
    expect(await problems('plugins: [./plugin]', { file: join(folder, 'c.yaml') })).toEqual([expect.stringContaining('is not a file. Name the plugin file itself.')])
  })
})

describe('who may listen', () => {
  const refused = /^config\.yaml:1:17: server\.host: "0\.0\.0\.0" opens Sawlog to other machines/
  test('another host without auth is refused', async () => {
    expect(await problems('server: { host: 0.0.0.0 }')).toEqual([expect.stringMatching(refused)])
  })
  test('an auth that is only a key is refused as well', async () => {
    expect(await problems('server: { host: 0.0.0.0, auth: }')).not.toEqual([])
  })
  test.each(['{ host: 0.0.0.0, auth: none }', '{ host: 0.0.0.0, auth: { password: p } }', '{ host: 127.8.9.1 }', '{ host: "::1" }', '{ host: localhost }'])('%s is allowed', async (server) => {
    expect(await problems(`server: ${server}`)).toEqual([])
  })
  test.each(['::', '192.168.0.1', '127.0.0.1.example.com', '1270.0.0.1'])('%s is another host', async (host) => {
    expect(await problems(`server: { host: "${host}" }`)).toHaveLength(1)
  })
  test('also when a flag names it', async () => {
    expect(await problems('', { flags: { host: '0.0.0.0' } })).toEqual([expect.stringMatching(/^command line: --host: "0\.0\.0\.0" opens/)])
  })
})
