import { expect, it } from 'vitest'
import { createTally, GENERATOR } from './tally.ts'

it('tells lost, doubled and strange lines apart', () => {
  const tally = createTally({ a: 4, b: 1 })
  for (const body of [{ via: 'a', n: 0 }, { via: 'a', n: 2 }, { via: 'a', n: 2 }, { via: 'a', n: 2 }, { via: 'a', n: 4 }, { via: 'c', n: 0 }, 'torn', null, undefined]) tally.add(body)
  expect(tally.report()).toMatchObject({ seen: 9, lost: 3, doubled: 2, strange: 5 })
})

it('finds nothing where every line is there once', () => {
  const tally = createTally({ a: 2 })
  tally.add({ via: 'a', n: 1 })
  tally.add({ via: 'a', n: 0 })
  expect(tally.report()).toEqual({ seen: 2, lost: 0, doubled: 0, strange: 0, examples: [] })
})

it('counts the lines of the generator by their `seq`, from 1', () => {
  const tally = createTally({ [GENERATOR]: 3 })
  for (const seq of [1, 3, 3, 4, 0]) tally.add({ service: 'web', seq })
  expect(tally.report()).toMatchObject({ seen: 5, lost: 1, doubled: 1, strange: 2 })
})
