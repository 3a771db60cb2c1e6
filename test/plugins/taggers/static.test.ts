import { expect, test } from 'vitest'
import type { LogRecord } from '../../../core/record.ts'
import staticTagger from '../../../plugins/taggers/static.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

test('adds tags once and sets fields, each record for itself', () => {
  const records = recordsOf(['a', 'b'])
  const [first, second] = records as [LogRecord, LogRecord]
  first.tags.push('web')
  first.fields['env'] = 'old'
  host(staticTagger, { tags: ['web', 'eu'], fields: { env: 'prod', shard: 7, spare: false } }).tag.call(batchOf(records))
  expect([first.tags, second.tags]).toEqual([['web', 'eu'], ['web', 'eu']])
  expect({ ...first.readFields }).toEqual({ env: 'prod', shard: 7, spare: false })
  second.fields['env'] = 'other'
  expect(first.readFields['env']).toBe('prod')
})
