// Tests on a record's tags, source and host: whole names, remembered from record to record because they repeat.
import { nameTest } from './name-test.ts'
import type { NameQuery } from './query.ts'
import type { RecordView } from './record-view.ts'
import { rememberAnswers } from './remember-answers.ts'

export function matchName(query: NameQuery): (view: RecordView) => boolean {
  const test = rememberAnswers(nameTest(query.test))
  if (query.name === 'source') return (view) => test(view.source())
  if (query.name === 'host') return (view) => test(view.host())
  return (view) => {
    for (const tag of view.tags()) if (test(tag)) return true
    return false
  }
}
