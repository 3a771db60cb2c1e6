import { expect, test } from 'vitest'
import { RecentMap } from '../../core/recent-map.ts'
import { shortKey } from '../../core/short-key.ts'

test('forgets what was not used for the longest time', () => {
  const forgotten: number[] = []
  const map = new RecentMap<number>(2, (value) => void forgotten.push(value))
  map.add('a', 1)
  map.add('b', 2)
  expect(map.get('a')).toBe(1)
  map.add('c', 3)
  expect([map.get('b'), map.get('a'), map.get('c'), map.size]).toEqual([undefined, 1, 3, 2])
  expect([forgotten, [...map.values()]]).toEqual([[2], [1, 3]])
})

test('keys of long texts are short and differ', () => {
  expect(shortKey('short')).toBe('short')
  const long = 'x'.repeat(1000)
  expect(shortKey(`${long}a`)).toHaveLength(44)
  expect(shortKey(`${long}a`)).not.toBe(shortKey(`${long}b`))
})
