import { expect, test } from 'vitest'
import { componentOf } from '../../core/component-of.ts'
import { compileWhen } from '../../../core/compile-when.ts'
import { createHooks } from '../../../core/hooks.ts'
import { tapRecorder } from '../../../core/tap-recorder.ts'
import drop from '../../../plugins/filters/drop.ts'
import { batchOf, recordsOf } from '../tap-host.ts'

test('drops and counts what `when` hands to it, and nothing else', () => {
  const hooks = createHooks()
  const counts: Array<[string, number]> = []
  const component = componentOf('filter', { name: 'drop' })
  drop.setup({}, { name: 'drop', count: (what: string, by: number) => void counts.push([what, by]), hooks: tapRecorder(component, compileWhen('level:debug OR healthz')) } as never)
  component.tapInto(hooks)
  const records = recordsOf(['GET /healthz', 'GET /', 'x', 'y'])
  records[2]?.levelFound('debug')
  expect(hooks.filter.call(batchOf(records)).records.map(({ line }) => line)).toEqual(['GET /', 'y'])
  hooks.filter.call(batchOf(recordsOf(['z'])))
  expect(counts).toEqual([['dropped', 2]])
})
