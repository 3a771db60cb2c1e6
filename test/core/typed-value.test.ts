import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { propertyMs, propertyRuns } from '../property-runs.ts'
import { typedValue } from '../../core/typed-value.ts'

function check(text: string, want: string | number | boolean): void {
  expect(typedValue(text), text).toBe(want)
}
const stays = (text: string): void => check(text, text)

describe('a value out of text', () => {
  test('is a number where its notation is the plain one', () => {
    check('0', 0)
    check('7', 7)
    check('200', 200)
    check('-3', -3)
    check('0.25', 0.25)
    check('-0.5', -0.5)
    check('100', 100)
    check('1626175065.5934923', 1626175065.5934923)
    check('999999999999999', 999999999999999)
    check('9007199254740991', 9007199254740991)
    check('-9007199254740991', -9007199254740991)
    check('0.000001', 0.000001)
    check('-0.0000010364964709903141', -0.0000010364964709903141)
  })

  test('is true or false in lower case only', () => {
    check('true', true)
    check('false', false)
    for (const text of ['TRUE', 'False', 'truer', 'yes', 'no', 't', 'f', 'on']) stays(text)
  })

  test('stays text where a number would lose something', () => {
    for (const text of ['007', '00', '-0', '-01', '1.10', '1.0', '0.0', '-0.0', '01.5', '+1', '1e5', '1E5', '0x1f', '.5', '5.', '-.5', '1_000', '1,000']) stays(text)
    for (const text of ['9007199254740992', '-9007199254740992', '1234567890123456789', '10000000000000000000', '1000000000000000000000', '0.0000001', '0.12345678901234567890']) stays(text)
  })

  test('stays text where it is something else', () => {
    for (const text of ['', '-', '--1', ' 1', '1 ', '12ms', '1.2.3', '192.0.2.1', '2024-01-01', 'NaN', 'Infinity', '-Infinity', 'null', '١', '9'.repeat(1_000_000)]) stays(text)
  })

  test('written as JSON is the text it was read from', { timeout: propertyMs }, () => {
    const texts = fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String), fc.integer().map(String), fc.stringMatching(/^-?\d{0,20}(\.\d{0,20})?$/))
    fc.assert(fc.property(texts, (text) => {
      const value = typedValue(text)
      expect(typeof value === 'string' ? value : JSON.stringify(value)).toBe(text)
    }), propertyRuns)
  })

  test('takes every plain number that JSON writes without an exponent', { timeout: propertyMs }, () => {
    fc.assert(fc.property(fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })), (number) => {
      const text = JSON.stringify(number)
      if (!text.includes('e') && (!Number.isInteger(number) || Number.isSafeInteger(number))) expect(typedValue(text)).toBe(number + 0)
    }), propertyRuns)
  })
})
