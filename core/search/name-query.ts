// `tag:`, `source:` and `host:` in a query: whole names, as they can be looked up in an index.
import { asciiLower } from './ascii-lower.ts'
import type { Operand } from './read-operand.ts'
import { QueryProblem } from './query-cursor.ts'
import type { NameQuery, NameTest } from './query.ts'

export function nameQuery(name: NameQuery['name'], operand: Operand): NameQuery {
  return { kind: 'name', name, test: nameTest(name, operand) }
}

function nameTest(name: string, operand: Operand): NameTest {
  if (operand.kind === 'range') throw new QueryProblem(`${name} is a name and has no order. Use ${name}:web* or ${name}:(a OR b).`, operand.at, operand.end - operand.at)
  if (operand.kind === 'regex') return { kind: 'regex', source: operand.source, flags: operand.flags }
  if (operand.kind === 'phrase') return { kind: 'equals', text: asciiLower(operand.text) }
  const pieces = operand.pieces.map(asciiLower)
  if (pieces.length === 1) return { kind: 'equals', text: pieces[0] ?? '' }
  return pieces.every((piece) => piece === '') ? { kind: 'exists' } : { kind: 'wildcard', pieces }
}
