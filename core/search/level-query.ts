// `level:` in a query: whatever way it is written, it becomes the set of levels that match.
import { LEVELS, levelOfWord, type Level } from '../level.ts'
import { compilePattern } from '../pattern.ts'
import { asciiLower } from './ascii-lower.ts'
import type { End, Operand } from './read-operand.ts'
import { QueryProblem } from './query-cursor.ts'
import type { LevelQuery } from './query.ts'
import { matchesWhole } from './whole-wildcard.ts'

export function levelQuery(operand: Operand): LevelQuery {
  const levels = LEVELS.filter(accepts(operand))
  if (levels.length === 0) throw new QueryProblem(`no level is like this. The levels are ${LEVELS.join(', ')}.`, operand.at, operand.end - operand.at)
  return { kind: 'level', levels }
}

function accepts(operand: Operand): (level: Level) => boolean {
  if (operand.kind === 'regex') {
    const pattern = compilePattern(operand.source, operand.flags)
    return (level) => pattern.test(level)
  }
  if (operand.kind === 'range') {
    const min = rank(operand.min, 0, 1)
    const max = rank(operand.max, LEVELS.length - 1, -1)
    return (level) => LEVELS.indexOf(level) >= min && LEVELS.indexOf(level) <= max
  }
  if (operand.kind === 'word' && operand.pieces.length > 1) {
    const pieces = operand.pieces.map(asciiLower)
    return (level) => matchesWhole(pieces, level)
  }
  const wanted = named(operand.kind === 'word' ? (operand.pieces[0] ?? '') : operand.text, operand)
  return (level) => level === wanted
}

/** The place of a range's end among the levels, moved inwards by `step` where the end itself does not count. */
function rank(end: End | null, open: number, step: number): number {
  if (end === null) return open
  return LEVELS.indexOf(named(end.text, end)) + (end.inclusive ? 0 : step)
}

function named(text: string, place: { readonly at: number; readonly end: number }): Level {
  const name = asciiLower(text)
  const level = levelOfWord(name)
  if (level === null) throw new QueryProblem(`"${text}" is not a level. The levels are ${LEVELS.join(', ')}; body.level: searches a level inside the line.`, place.at, place.end - place.at)
  return level
}
