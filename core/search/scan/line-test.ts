// Tests a stored line by its head and by places in its text: YES and NO are proven, MAYBE is for the matcher to decide.
import { LEVELS } from '../../level.ts'
import type { Envelope, LineHead } from '../../journal/sealed/envelopes.ts'
import { nameTest } from '../name-test.ts'
import { MAYBE, NO, YES, type Answer } from '../plan/judge.ts'
import type { NameQuery, Query } from '../query.ts'
import { rememberAnswers } from '../remember-answers.ts'
import type { LineFacts } from './line-facts.ts'
import { quickField } from './quick-field.ts'
import { quickText } from './quick-text.ts'
import type { TextFinders } from './text-finders.ts'

export type LineTest = (facts: LineFacts) => Answer

export function lineTest(query: Query, finders: TextFinders): LineTest {
  switch (query.kind) {
    case 'all': return () => YES
    case 'and': {
      const of = cheapFirst(query.of, finders)
      return (facts) => {
        let least: Answer = YES
        for (const part of of) {
          const answer = part(facts)
          if (answer === NO) return NO
          if (answer < least) least = answer
        }
        return least
      }
    }
    case 'or': {
      const of = cheapFirst(query.of, finders)
      return (facts) => {
        let most: Answer = NO
        for (const part of of) {
          const answer = part(facts)
          if (answer === YES) return YES
          if (answer > most) most = answer
        }
        return most
      }
    }
    case 'not': {
      const of = lineTest(query.of, finders)
      return (facts) => (YES - of(facts)) as Answer
    }
    case 'level': {
      const wanted = LEVELS.map((level) => query.levels.includes(level))
      return ofEnvelope(({ level }) => wanted[level] === true)
    }
    case 'time': {
      const from = query.from?.ms ?? -Infinity
      const to = query.to?.ms ?? Infinity
      return ofHead(({ time }) => time >= from && time < to)
    }
    case 'name': return named(query)
    case 'value':
      return quickField(query, finders) ?? quickText(query, finders) ?? (() => MAYBE)
  }
}

function cheapFirst(queries: readonly Query[], finders: TextFinders): LineTest[] {
  return queries.toSorted((a, b) => Number(a.kind === 'value') - Number(b.kind === 'value')).map((query) => lineTest(query, finders))
}

function named({ name, test }: NameQuery): LineTest {
  const matches = rememberAnswers(nameTest(test))
  if (name === 'source') return ofEnvelope(({ source }) => matches(source))
  if (name === 'host') return ofEnvelope(({ host }) => matches(host))
  return ofEnvelope(({ tags }) => tags.some(matches))
}

function ofEnvelope(test: (envelope: Envelope) => boolean): LineTest {
  return ofHead(({ envelope }) => envelope !== null && test(envelope))
}

function ofHead(test: (head: LineHead) => boolean): LineTest {
  return (facts) => {
    const head = facts.head()
    return head === null ? MAYBE : test(head) ? YES : NO
  }
}
