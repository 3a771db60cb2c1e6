import { expect, test } from 'vitest'
import { isRotatedName, originalsOf } from '../../../core/files/rotated-name.ts'

test('tells the names a rotation gives from others', () => {
  const check = (name: string, original: string, want: boolean) => expect(isRotatedName(name, original), `${name} of ${original}`).toBe(want)
  check('app.log.1', 'app.log', true)
  check('app.log-20261101', 'app.log', true)
  check('app-20261101.log', 'app.log', true)
  check('app.1.log', 'app.log', true)
  check('app.log', 'app.log', false)
  check('apple.log', 'app.log', false)
  check('app10.log', 'app1.log', false)
  check('other.log', 'app.log', false)
  check('app.log.3', 'app.log.2', true)
  check('app-20261102.log', 'app-20261101.log', true)
  check('app.log', 'app.log.1', true)
  check('appl.log.1', 'app.log.1', false)
})

test('names the originals a path may be a rotation of', () => {
  expect([...originalsOf('/d/app.log.1')]).toContain('/d/app.log')
  expect([...originalsOf('/d/app-2026.log')]).toContain('/d/app.log')
  expect([...originalsOf('/d/apple.log')]).not.toContain('/d/app.log')
})
