import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvCells, csvRow } from '../../core/csv.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

describe('cells of a record', () => {
  function check(record: string, want: string[] | null, delimiter?: string, quote?: string): void {
    expect(csvCells(record, delimiter, quote), record.slice(0, 100)).toEqual(want)
  }

  test('are split at delimiters outside of quotes', () => {
    check('a,b,c', ['a', 'b', 'c'])
    check('a,"b,c",d', ['a', 'b,c', 'd'])
    check('a,"say ""hi""",d', ['a', 'say "hi"', 'd'])
    check('"a","",""', ['a', '', ''])
    check(',,', ['', '', ''])
    check('one', ['one'])
    check('"a\nb",c', ['a\nb', 'c'])
    check(' a , b ', [' a ', ' b '])
    check('a,{"x":1},5" disk', ['a', '{"x":1}', '5" disk'])
    check('a;b,c;"d;e"', ['a', 'b,c', 'd;e'], ';')
    check('a\tb', ['a', 'b'], '\t')
    check("a,'b,''c'''", ['a', "b,'c'"], ',', "'")
    check('a,"b"', ['a', '"b"'], ',', "'")
    check('\u{feff}a,b', ['a', 'b'])
    check('\u{feff}"a",b', ['a', 'b'])
  })

  test('of a malformed record are none', () => {
    for (const record of ['a,"b', '"', 'a,"b"c,d', 'a,""b"",c', '"a""', 'a\nb', '"a",b\nc,d', '"a"b"c",d']) check(record, null)
    check(`"${'a"b'.repeat(300_000)}`, null)
    check(`${'"",'.repeat(300_000)}"`, null)
  })

  test('of one record do not depend on the one before', () => {
    check('"a,', null)
    check('"a",b', ['a', 'b'])
  })
})

describe('a row', () => {
  test('quotes what needs it', () => {
    expect(csvRow(['a', 'b,c', 'say "hi"', 'two\nlines', '', ' x'])).toBe('a,"b,c","say ""hi""","two\nlines",," x"')
  })

  test('read again has the same cells', { timeout: propertyMs }, () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a",\n\r ]*$/))
    fc.assert(fc.property(fc.array(cell, { minLength: 2, maxLength: 8 }), (cells) => {
      // A byte order mark at the very start is a mark, not text.
      fc.pre(!(cells[0] as string).startsWith('\u{feff}'))
      expect(csvCells(csvRow(cells))).toEqual(cells)
    }), propertyRuns)
  })
})
