import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_SAVED_SEARCHES } from '../../../core/journal/saved-searches.ts'
import { StateStore } from '../../../core/journal/state-store.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const search = (name: string) => ({ name, q: 'level:error', from: '1h', to: '', columns: 'n,msg' })

test('searches survive a restart, by name', () => {
  const file = join(temporaryDirectory('saved'), 'state.db')
  const first = new StateStore(file)
  for (const name of ['b', 'a', "'; DROP TABLE runs; --"]) expect(first.savedSearches.add(search(name), 1)).toBe('added')
  expect(first.savedSearches.add({ ...search('a'), q: 'other' }, 2)).toBe('taken')
  first.close()
  const second = new StateStore(file)
  expect(second.savedSearches.list()).toEqual(["'; DROP TABLE runs; --", 'a', 'b'].map(search))
  expect([second.savedSearches.remove('a'), second.savedSearches.remove('a'), second.savedSearches.list().length]).toEqual([true, false, 2])
  second.close()
})

test('there are only so many', () => {
  const store = new StateStore(join(temporaryDirectory('saved'), 'state.db'))
  for (let i = 0; i < MAX_SAVED_SEARCHES; i++) expect(store.savedSearches.add(search(String(i)), 1)).toBe('added')
  expect(store.savedSearches.add(search('more'), 1)).toBe('full')
  store.savedSearches.remove('7')
  expect(store.savedSearches.add(search('more'), 1)).toBe('added')
  store.close()
})
