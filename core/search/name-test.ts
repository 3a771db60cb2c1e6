// Compiles what a query asks of a whole name - a tag, a source, a host - into a predicate.
import { compilePattern } from '../pattern.ts'
import { asciiLower } from './ascii-lower.ts'
import type { NameTest } from './query.ts'
import { matchesWhole } from './whole-wildcard.ts'

export function nameTest(test: NameTest): (name: string) => boolean {
  switch (test.kind) {
    case 'equals': return (name) => name === test.text || asciiLower(name) === test.text
    case 'wildcard': return (name) => matchesWhole(test.pieces, asciiLower(name))
    case 'exists': return (name) => name !== ''
    case 'regex': {
      const pattern = compilePattern(test.source, test.flags)
      return (name) => pattern.test(name)
    }
  }
}
