// Compiles a query into a predicate for live records (`when:`) and stored lines (search, tail, outputs).
import type { StoredLine } from '../journal/stored-line.ts'
import type { LogRecord } from '../record.ts'
import { LiveView } from './live-view.ts'
import { matchName } from './match-name.ts'
import { matchValue } from './match-value.ts'
import type { Moment, Query } from './query.ts'
import type { RecordView } from './record-view.ts'
import { StoredView } from './stored-view.ts'

export interface Matcher {
  /** For a record inside a hook call. Keeps nothing of it. */
  record(record: LogRecord): boolean
  /** The same answer for the line the record became. */
  stored(line: StoredLine): boolean
}

/** Not re-entrant and not to be shared between threads: compile one for each. */
export function compileMatcher(query: Query, now: () => number = Date.now): Matcher {
  const test = compile(query, now)
  const live = new LiveView()
  const stored = new StoredView()
  return {
    record(record) {
      live.show(record)
      return test(live)
    },
    stored(line) {
      stored.show(line)
      return test(stored)
    },
  }
}

export type ViewTest = (view: RecordView) => boolean

function compile(query: Query, now: () => number): ViewTest {
  switch (query.kind) {
    case 'all': return () => true
    case 'and': return all(compileByCost(query.of, now))
    case 'or': return some(compileByCost(query.of, now))
    case 'not': {
      const test = compile(query.of, now)
      return (view) => !test(view)
    }
    case 'level': {
      const levels = new Set<string>(query.levels)
      return (view) => levels.has(view.level())
    }
    case 'time': {
      const { from, to } = query
      return (view) => {
        const time = view.time()
        return (from === null || time >= epochMs(from, now)) && (to === null || time < epochMs(to, now))
      }
    }
    case 'name': return matchName(query)
    case 'value': return matchValue(query)
  }
}

function all(tests: readonly ViewTest[]): ViewTest {
  return (view) => {
    for (const test of tests) if (!test(view)) return false
    return true
  }
}

function some(tests: readonly ViewTest[]): ViewTest {
  return (view) => {
    for (const test of tests) if (test(view)) return true
    return false
  }
}

/** What needs no body comes first. */
function compileByCost(queries: readonly Query[], now: () => number): ViewTest[] {
  return queries.toSorted((a, b) => cost(a) - cost(b)).map((query) => compile(query, now))
}

function cost(query: Query): number {
  switch (query.kind) {
    case 'all': return 0
    case 'level': return 1
    case 'name': return 2
    case 'time': return 3
    case 'value': return query.test.kind === 'regex' ? 6 : query.field === null ? 5 : 4
    case 'not': return cost(query.of)
    case 'and':
    case 'or': return Math.max(...query.of.map(cost))
  }
}

function epochMs(moment: Moment, now: () => number): number {
  return moment.kind === 'at' ? moment.ms : now() - moment.ms
}
