// Who may import whom. The table stands in ARCHITECTURE.md; this is what holds it.
import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'
import { ROOT, sourceFiles } from './source-files.ts'

interface Rule {
  /** Files the rule is about. */
  readonly files: RegExp
  /** Project files they may import. */
  readonly may: RegExp
  /** Of those, the ones they may not. */
  readonly not?: RegExp
  readonly why: string
}

const RULES: readonly Rule[] = [
  { files: /^(server|cli)\.ts$/, may: /^(core\/|plugins\/index\.ts$|views\/)/, why: 'the entries put core, plugins and views together' },
  { files: /^plugins\/index\.ts$/, may: /^(core\/plugin\.ts|plugins\/.+)$/, why: 'the list of built-in plugins names each' },
  { files: /^plugins\/.+\/.+$/, may: /^core\/plugin\.ts$/, why: 'a built-in plugin knows what any plugin knows; what two share lives in core' },
  { files: /^views\//, may: /^(views\/|core\/(read-model|level|problem)\.ts$|core\/(http|search)\/)/, why: 'pages show read models and know nothing of how records are kept' },
  { files: /^core\//, may: /^(core\/|package\.json$)/, why: 'core knows neither plugins nor pages' },
  { files: /^core\/journal\//, may: /^core\//, not: /^core\/(http|search)\//, why: 'the journal is below search and HTTP' },
  { files: /^core\/search\//, may: /^core\//, not: /^core\/http\//, why: 'search is below HTTP' },
  { files: /^test\/contract\/(?!.*\.test\.ts$)/, may: /^(core|test\/contract)\//, why: 'the public suites are shipped without the other tests' },
]

function targetOf(file: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.normalize(posix.join(dirname(file), specifier)) : null
}

const files = sourceFiles(['.ts', '.tsx'])
const graph = new Map(files.map((file) => [file, importsOf(file)]))

describe('import directions', () => {
  for (const { files: about, may, not, why } of RULES) {
    test(`${about.source}: ${why}`, () => {
      const wrong: string[] = []
      for (const [file, specifiers] of graph) {
        if (!about.test(file)) continue
        for (const specifier of specifiers) {
          const target = targetOf(file, specifier)
          if (target !== null && (!may.test(target) || not?.test(target))) wrong.push(`${file} imports ${target}`)
        }
      }
      expect(wrong).toEqual([])
    })
  }

  test('the scan sees what there is', () => {
    expect(graph.get('plugins/outputs/jsonl.ts')).toEqual(['../../core/plugin.ts'])
    expect(files.filter((file) => RULES.some(({ files: about }) => about.test(file))).length).toBeGreaterThan(60)
  })

  test('imports inside the project name the file with its ending', () => {
    const wrong = [...graph].flatMap(([file, specifiers]) => specifiers.filter((one) => one.startsWith('.') && !/\.(tsx?|json|mjs|js)$/.test(one)).map((one) => `${file}: ${one}`))
    expect(wrong).toEqual([])
  })

  test('only the two doors for plugin authors re-export', () => {
    const doors = new Set(['core/plugin.ts', 'test/contract/testing.ts'])
    const wrong = files.filter((file) => !doors.has(file) && /^export (?:type )?(?:\{[^}]*\}|\*)(?: as \w+)? from /m.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(wrong).toEqual([])
  })

  test('the public suites import no test runner', () => {
    const wrong = [...graph].filter(([file, specifiers]) => /^test\/contract\/(?!.*\.test\.ts$)/.test(file) && specifiers.some((one) => /vitest|jest|node:test/.test(one)))
    expect(wrong.map(([file]) => file)).toEqual([])
  })
})
