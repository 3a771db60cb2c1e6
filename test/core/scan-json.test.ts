// The scanner agrees with JSON.parse, whatever the bytes are.
import { expect, test } from 'vitest'
import { MAX_JSON_DEPTH } from '../../core/json-depth.ts'
import { scanObject, scanString } from '../../core/scan-json.ts'
import { propertyMs, propertyRuns } from '../property-runs.ts'

const SEEDS = [
  '{}', '{"a":1}', '{ "a" : [ ] , "b":{ } }', '{"a":[1,-0,0.5,-1.5e+10,2E-3],"b":[true,false,null],"c":"x"}', '{"":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D"}', '{"a":{"b":[{"c":[[],{}]}]},"d":"\u2028\u{1f600}"}',
]
const PIECES = ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '00e9', '0', '1', '-', '.', 'e', '+', 'true', 'nul', ' ', '\t', '\u0001', 'a', '\u007f', 'é', '"a":1', '01', '\u0019']

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('an object ends where JSON.parse says it is whole, and nothing else is one', () => {
  let seed = 7
  const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
  let whole = 0
  for (let run = 0; run < propertyRuns.numRuns * 10; run++) {
    let text = SEEDS[next(SEEDS.length)] as string
    for (let change = next(3); change >= 0; change--) {
      const at = next(text.length + 1)
      text = text.slice(0, at) + (next(3) === 0 ? '' : (PIECES[next(PIECES.length)] as string)) + text.slice(at + next(3))
    }
    if (/[\r\n]/.test(text)) continue
    const bytes = Buffer.from(`${text}}`) // something behind it, which is none of its business
    const end = bytes.length - 1
    const found = scanObject(bytes, 0, end)
    if (isObject(text.trimEnd())) whole++
    expect([text, found !== -1 && text.slice(bytes.toString('utf8', 0, found).length).trim() === '']).toEqual([text, isObject(text)])
  }
  expect(whole).toBeGreaterThan(0)
}, propertyMs)

test('a string ends at its quote', () => {
  const check = (text: string, end: number): void => expect([text, scanString(Buffer.from(text), 0, Buffer.byteLength(text))]).toEqual([text, end])
  check('""', 2)
  check('"a\\"b" x', 6)
  check('"\\u12', -1)
  check('"\\x"', -1)
  check('"a', -1)
  check('"\t"', -1)
})

test('what nests deeper than may be stored is none', () => {
  const nested = (depth: number): Buffer => Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  expect(scanObject(nested(MAX_JSON_DEPTH), 0, 1e6)).toBeGreaterThan(0)
  expect(scanObject(nested(MAX_JSON_DEPTH + 1), 0, 1e6)).toBe(-1)
})
