import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until } from './sawlog.ts'

const bomb = ['l0: &l0 [x, x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`)].join('\n')

describe('a configuration that cannot be used is explained with its place, and nothing starts', () => {
  const cases: ReadonlyArray<readonly [name: string, config: string, want: readonly string[]]> = [
    ['a tab', 'sources:\n\t- type: http\n', ['config.yaml:2:1: a tab cannot indent YAML: use spaces']],
    ['a duplicate key', 'data: a\nsources: []\ndata: b\n', ['config.yaml:3:1: this key stands twice in the same mapping. Keep one of them']],
    ['an anchor bomb', bomb, ['aliases repeat more than 10000 values. Write the entries out, or remove the anchors']],
    ['a type that does not exist', 'outputs: [{ type: jsonll, path: a }]\n', ['config.yaml:1:19: outputs[0].type: unknown output type "jsonll". Did you mean "jsonl"?']],
    ['a plugin file that is not there', 'plugins: [./nowhere.mjs]\n', ['config.yaml:1:11: plugins[0]: ', 'there is no file', 'nowhere.mjs', "Paths start at the configuration file's folder."]],
    ['a package that is not installed', 'plugins: [sawlog-plugin-nowhere]\n', ['config.yaml:1:11: plugins[0]: ', 'no package "sawlog-plugin-nowhere"', 'npm install sawlog-plugin-nowhere']],
    ['two outputs on one file', 'outputs:\n  - { type: jsonl, path: out/a.log }\n  - { type: file, path: ./out/../out/a.log }\n', ['config.yaml:3:25: outputs[1].path: the output "jsonl" (line 2) writes this file already. Give this one another']],
    ['bytes that are no text', 'data: \u0000\u0001{{{', ['config.yaml: cannot read it: it is not UTF-8 text. Save it as UTF-8.']],
  ]
  test.each(cases)('%s', async (_name, config, want) => {
    const directory = freshDirectory()
    const began = performance.now()
    const [run, check] = await Promise.all([runSawlog(config, { directory }), runSawlog(config, { args: ['--check'] })])
    expect(run.code).toBe(1)
    expect(check.code).toBe(1)
    for (const text of want) {
      expect(run.output).toContain(text)
      expect(check.output).toContain(text)
    }
    expect(run.output).not.toMatch(/\n\s+at /) // a stack trace explains nothing to its reader
    expect(performance.now() - began).toBeLessThan(15_000)
    expect(() => journalRecords(directory)).toThrow('ENOENT')
  })

  test('every problem is named at once', async () => {
    const { output } = await runSawlog('datta: x\nsources: [{ type: htp }]\noutputs: [{ type: jsonl }]\nplugins: [./nowhere.mjs]\n')
    for (const text of ['config.yaml:1:1: datta', 'config.yaml:2:19: sources[0].type', 'config.yaml:3:11: outputs[0].path', 'config.yaml:4:11: plugins[0]']) expect(output).toContain(text)
  })

  test('a file that is not there', async () => {
    const { code, output } = await runSawlog('', { args: ['--config', 'nowhere.yaml'] })
    expect(code).toBe(1)
    expect(output).toContain('nowhere.yaml: cannot read it: there is no such file. Name the configuration with --config FILE.')
  })
})

test('a running server that is given such a configuration says so and goes on with the one it has', async () => {
  const good = 'sources: [{ type: http }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n'
  const sawlog = await startSawlog(good)
  for (const [bad, said] of [['sources:\n\t- type: http\n', 'config.yaml:2:1: a tab cannot indent YAML'], [bomb, 'aliases repeat more than'], ['plugins: [./nowhere.mjs]\n', 'there is no file']] as const) {
    const before = sawlog.log().length
    writeFileSync(join(sawlog.directory, 'config.yaml'), bad)
    sawlog.process.kill('SIGHUP')
    await until(() => sawlog.log().includes('nothing was changed', before), 'the reload is refused')
    expect(sawlog.log()).toContain(said)
    expect((await sawlog.post('{"message":"still here"}')).status).toBe(200)
  }
  expect(await sawlog.stop()).toBe(0)
  expect(journalRecords(sawlog.directory)).toHaveLength(3)
})
