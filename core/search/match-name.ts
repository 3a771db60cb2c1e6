// Tests on a record's tags, source and host: whole names, remembered from record to record because they repeat.
import { compilePattern } from '../pattern.ts'
import { asciiLower } from './ascii-lower.ts'
import type { NameQuery, NameTest } from './query.ts'
import type { RecordView } from './record-view.ts'
import { rememberAnswers } from './remember-answers.ts'
import { matchesWhole } from './whole-wildcard.ts'

export function matchName(query: NameQuery): (view: RecordView) => boolean {
  const test = rememberAnswers(nameTest(query.test))
  if (query.name === 'source') return (view) => test(view.source())
  if (query.name === 'host') return (view) => test(view.host())
  return (view) => {
    for (const tag of view.tags()) if (test(tag)) return true
    return false
  }
}

function nameTest(test: NameTest): (name: string) => boolean {
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
