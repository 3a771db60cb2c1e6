import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { findPackage } from '../../core/find-package.ts'
import { Registry } from '../../core/registry.ts'
import { samplePlugins } from './config/sample-plugins.ts'

// Real loading happens in a real `node` on the built files: a test runner's own `import()` would hide how modules are resolved.
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const run = promisify(execFile)

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sawlog-registry-')))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

const tagger = (type: string, more = '') => `
import { definePlugin, z } from 'sawlog/plugin'
export default definePlugin({ kind: 'tagger', type: '${type}', summary: 'Tags.', options: z.strictObject({ word: z.string().optional() }), setup() {} ${more} })`

/** Loads each specifier in one registry and gives, for each, the loaded plugins or the error with its remedy. */
async function load(folder: string, specifiers: readonly string[], before = ''): Promise<string[]> {
  const script = `
    import { utimesSync, writeFileSync } from 'node:fs'
    const { Registry } = await import(${JSON.stringify(join(dist, 'core/registry.js'))})
    const { definePlugin, z } = await import(${JSON.stringify(join(dist, 'core/plugin.js'))})
    const builtin = definePlugin({ kind: 'tagger', type: 'keywords', summary: 'x', options: z.strictObject({}), setup() {} })
    const registry = new Registry([builtin])
    ${before}
    const results = []
    for (const specifier of ${JSON.stringify(specifiers)}) {
      try { results.push((await registry.load(specifier, ${JSON.stringify(folder)})).map(({ kind, type, summary }) => kind + ' ' + type + ': ' + summary).join(', ')) }
      catch (error) { results.push(error.name + ': ' + error.message + '. ' + error.remedy) }
    }
    console.log(JSON.stringify(results))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
  const results: unknown = JSON.parse(stdout)
  return Array.isArray(results) ? results.map(String) : []
}

describe('the registry', () => {
  test('finds by kind and type, and lists by kind', () => {
    const registry = new Registry(samplePlugins)
    expect(registry.get('filter', 'regex')?.kind).toBe('filter')
    expect(registry.get('parser', 'regex')?.kind).toBe('parser')
    expect(registry.get('tagger', 'regex')).toBeUndefined()
    expect(registry.types('source')).toEqual(['file', 'http'])
    expect(registry.all().map(({ kind }) => kind)).toEqual(samplePlugins.map(({ kind }) => kind))
    expect(registry.fresh().types('output')).toEqual(['jsonl', 'forward'])
  })

  test('refuses two built-in plugins of one kind and type', () => {
    const [first] = samplePlugins
    expect(() => new Registry(first === undefined ? [] : [first, first])).toThrow('BUG: two built-in plugins are source "file"')
  })
})

describe('loading', () => {
  test('the build is there', () => {
    expect(existsSync(join(dist, 'core/registry.js')), 'run `npm run build` first').toBe(true)
  })

  test('takes a file from any folder, one plugin or several, by relative or absolute path', async () => {
    const folder = await folderWith({
      'a.mjs': tagger('a'),
      'sub/many.js': tagger('b').replace('export default', 'const one =') + "\nexport default [one, definePlugin({ ...one, type: 'c' })]",
      'sub/package.json': '{"type":"module"}',
    })
    expect(await load(folder, ['./a.mjs', join(folder, 'sub/many.js')])).toEqual(['tagger a: Tags.', 'tagger b: Tags., tagger c: Tags.'])
  })

  test("takes a package from the configuration's folder, published for import alone", async () => {
    const folder = await folderWith({
      'node_modules/sawlog-plugin-x/package.json': '{"name":"sawlog-plugin-x","type":"module","exports":{".":{"types":"./x.d.ts","import":"./lib/x.js"}}}',
      'node_modules/sawlog-plugin-x/lib/x.js': tagger('x'),
      'node_modules/@me/y/package.json': '{"main":"y.mjs"}',
      'node_modules/@me/y/y.mjs': tagger('y'),
    })
    expect(await load(join(folder), ['sawlog-plugin-x', '@me/y'])).toEqual(['tagger x: Tags.', 'tagger y: Tags.'])
  })

  test("gives every plugin Sawlog's own SDK, even beside another copy", async () => {
    const folder = await folderWith({
      'node_modules/sawlog/package.json': '{"name":"sawlog","type":"module","exports":{"./plugin":"./other.js"}}',
      'node_modules/sawlog/other.js': 'export class Retry {}; export const definePlugin = (p) => p; export const z = null',
      'own.mjs': `import { Retry } from 'sawlog/plugin'\nimport { Retry as Own } from ${JSON.stringify(join(dist, 'core/plugin.js'))}\n${tagger('own').replace("'Tags.'", 'String(Retry === Own)')}`,
    })
    expect(await load(folder, ['./own.mjs'])).toEqual(['tagger own: true'])
  })

  test('loads a changed file anew, and the same file twice as one', async () => {
    const folder = await folderWith({ 'a.mjs': tagger('a') })
    const again = `
      const file = ${JSON.stringify(join(folder, 'a.mjs'))}
      await registry.load(file, '/')
      await registry.load(file, '/')
      const version = registry.version(registry.get('tagger', 'a'))
      writeFileSync(file, ${JSON.stringify(tagger('a').replace('Tags.', 'Changed.'))})
      utimesSync(file, 1, 1)
      await registry.load(file, '/')
      if (registry.version(registry.get('tagger', 'a')) === version) throw new Error('same version')
      console.error(registry.get('tagger', 'a').summary)`
    expect(await load(folder, ['./a.mjs'], again)).toEqual(['tagger a: Changed.'])
  })

  test('says what is wrong with a module, and what to do', async () => {
    const folder = await folderWith({
      'none.mjs': 'export const a = 1',
      'number.mjs': 'export default 5',
      'shape.mjs': "export default { kind: 'taggr', type: 'A b', options: {}, summary: '' }",
      'taken.mjs': tagger('keywords'),
      'reserved.mjs': tagger('r').replace('word:', 'when:'),
      'first.mjs': tagger('twin'),
      'second.mjs': tagger('twin'),
      'syntax.mjs': 'export default {\n  kind: : }',
      'throws.mjs': "throw new Error('no luck')",
      'missing.mjs': "import 'not-installed-anywhere'",
      'node_modules/broken/package.json': '{',
      'node_modules/cli/package.json': '{"exports":{"./cli":"./cli.js"}}',
    })
    const names = ['none', 'number', 'shape', 'taken', 'reserved', 'first', 'second', 'syntax', 'throws', 'missing']
    const got = await load(folder, [...names.map((name) => `./${name}.mjs`), 'broken', 'cli', 'nowhere', './gone.mjs', '.'])
    const at = (name: string) => got[names.indexOf(name)]
    expect(at('none')).toContain(`${folder}/none.mjs has no default export. End it with \`export default definePlugin`)
    expect(at('number')).toContain('is not a plugin: expected an object made with definePlugin, got number. Make it with')
    expect(at('shape')).toContain('kind: expected one of source, parser, tagger, filter, output, retention, got "taggr" (did you mean "tagger"?); type: expected lower-case words')
    expect(at('shape')).toContain('summary: expected a sentence for the reference; setup: expected a function, got nothing; options: expected a zod schema')
    expect(at('taken')).toContain('has a tagger of type "keywords", but Sawlog itself has one as well. Give one of them another "type".')
    expect(at('reserved')).toContain('options: "when" is a key Sawlog itself gives every tagger')
    expect(at('first')).toBe('tagger twin: Tags.')
    expect(at('second')).toContain(`but ${folder}/first.mjs has one as well`)
    expect(at('syntax')).toContain(`cannot load ${folder}/syntax.mjs: Unexpected token ':'. \`node --check ${folder}/syntax.mjs\` shows the line.`)
    expect(at('throws')).toContain('throws.mjs: no luck.')
    expect(at('missing')).toContain("Cannot find package 'not-installed-anywhere'")
    expect(got.slice(names.length)).toEqual([
      expect.stringContaining(`cannot read the package.json of ${folder}/node_modules/broken`),
      expect.stringContaining('exports nothing as "."'),
      expect.stringContaining(`no package "nowhere" in any node_modules from ${folder} or `),
      expect.stringContaining(`there is no file ${folder}/gone.mjs`),
      expect.stringContaining('is not a file'),
    ])
  })

  test('runs a TypeScript plugin where the runtime does, and otherwise says so', async () => {
    const folder = await folderWith({ 'a.ts': `const type: string = 'typed'\n${tagger('typed').replace("'typed'", 'type')}` })
    const [got] = await load(folder, ['./a.ts'])
    if (Reflect.get(process.features, 'typescript')) expect(got).toBe('tagger typed: Tags.')
    else expect(got).toContain(`a.ts is TypeScript, which Node ${process.versions.node} does not run. Use Node 22.18 or later, or compile it to .mjs first`)
  })

  test('a type may itself be a file, whose change changes the fingerprint', async () => {
    const folder = await folderWith({ 'a.mjs': tagger('a') })
    const fingerprint = async () => {
      const script = `
        const { Registry } = await import(${JSON.stringify(join(dist, 'core/registry.js'))})
        const { loadConfig } = await import(${JSON.stringify(join(dist, 'core/config/load-config.js'))})
        const { config, problems } = await loadConfig({ file: ${JSON.stringify(join(folder, 'config.yaml'))}, text: 'taggers: [{ type: ./a.mjs, word: x }]', env: {}, registry: new Registry([]) })
        console.log(JSON.stringify(config === null ? problems : config.taggers.map(({ name, options, fingerprint }) => [name, options, fingerprint])))`
      return (await run(process.execPath, ['--input-type=module', '-e', script])).stdout
    }
    const before = await fingerprint()
    expect(before).toContain('["a",{"word":"x"},')
    expect(await fingerprint()).toBe(before)
    await utimes(join(folder, 'a.mjs'), 5, 5)
    expect(await fingerprint()).not.toBe(before)
  })
})

describe('finding a package', () => {
  test('goes upwards, follows links and never leaves the package', async () => {
    const folder = await folderWith({
      'node_modules/p/package.json': '{"exports":"./p.js"}',
      'node_modules/q/package.json': '{"exports":{"node":{"require":"./r.cjs","default":"./q.js"}}}',
      'node_modules/evil/package.json': '{"exports":"../../../etc/passwd"}',
      'node_modules/old/package.json': '{"main":"lib"}',
      'node_modules/old/lib/index.js': '',
      'deep/er/x': '',
    })
    const from = join(folder, 'deep/er')
    expect(findPackage('p', from)).toBe(join(folder, 'node_modules/p/p.js'))
    expect(findPackage('q', from)).toBe(join(folder, 'node_modules/q/q.js'))
    expect(findPackage('old', from)).toBe(join(folder, 'node_modules/old/lib/index.js'))
    expect(findPackage('none', from)).toBeNull()
    expect(() => findPackage('evil', from)).toThrow('points outside itself')
    expect(() => findPackage('p/sub', from)).toThrow('exports nothing as "./sub"')
  })
})
