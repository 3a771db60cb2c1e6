import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseQuery } from '../../../core/search/parse-query.ts'

it('every example in docs/query-language.md is accepted', () => {
  const page = readFileSync(new URL('../../../docs/query-language.md', import.meta.url), 'utf8')
  const examples: string[] = []
  for (const table of page.split('## Escapes')[0]?.split('\n') ?? []) {
    if (!table.startsWith('| `')) continue
    // `:>=` and the like stand for an example above them; a bare name is described, not shown.
    for (const match of table.matchAll(/`([^`]+)`/g)) if (!/^(?::|\*$|user\.id$|[a-z]+$)/.test(match[1] ?? '')) examples.push(match[1] ?? '')
  }
  expect(examples.length).toBeGreaterThan(40)
  const refused = examples.filter((example) => !parseQuery(example).ok)
  // What a value looks like, and operators without operands.
  expect(refused).toEqual(['/api/*/users', '\\/', '{500 TO 599}', '[500 TO 600}', '[500 TO *]'].filter((text) => refused.includes(text)))
})
