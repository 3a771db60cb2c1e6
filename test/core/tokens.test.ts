import { describe, expect, test } from 'vitest'
import { eachJsonToken, eachToken, lowerAscii, tokensOf, type TokenVisitor } from '../../core/tokens.ts'

function collect(read: (visit: TokenVisitor) => void): string[] {
  const tokens: string[] = []
  read((bytes, start, end) => tokens.push(lowerAscii(Buffer.from(bytes.subarray(start, end)).toString('utf8'))))
  return tokens
}
const inBytes = (bytes: Uint8Array): string[] => collect((visit) => eachToken(bytes, 0, bytes.length, visit))
const inJson = (text: string): string[] => collect((visit) => eachJsonToken(Buffer.from(text), 0, Buffer.byteLength(text), visit))

test('a token is a run of letters, digits and underscores, ASCII in lower case', () => {
  const check = (text: string, want: string[]): void => {
    expect(tokensOf(text), text).toEqual(want)
    expect(inBytes(Buffer.from(text)), text).toEqual(want)
  }
  check('', [])
  check('  ', [])
  check('Card DECLINED by issuer_7', ['card', 'declined', 'by', 'issuer_7'])
  check('GET /api/v1/orders?id=12', ['get', 'api', 'v1', 'orders', 'id', '12'])
  check('10.0.0.1:80', ['10', '0', '0', '1', '80'])
  check('café Élan 東京 x', ['café', 'Élan', '東京', 'x'])
  check('a—b…c\u00A0d’e', ['a', 'b', 'c', 'd', 'e'])
  check('a😀b', ['a', 'b'])
  check('𝒜x', ['𝒜x'])
  check('end', ['end'])
})

test('bytes that are not UTF-8 separate, as their replacement does', () => {
  const check = (bytes: number[], want: string[]): void => {
    expect(inBytes(Buffer.from(bytes))).toEqual(want)
    expect(tokensOf(Buffer.from(bytes).toString('utf8'))).toEqual(want)
  }
  check([0x61, 0xff, 0x62], ['a', 'b'])
  check([0x61, 0xe2, 0x82, 0x62], ['a', 'b'])
  check([0xc3, 0xa9, 0xc3], ['é'])
  check([0xf0, 0x9f, 0xc3, 0xa9], ['é'])
  check([0xed, 0xa0, 0x80, 0x61], ['a'])
  check([0xc0, 0xaf, 0x61], ['a'])
  check([0xf4, 0x90, 0x80, 0x80, 0x61], ['a'])
  check([0x80, 0x61], ['a'])
})

test('only the given range is read', () => {
  expect(collect((visit) => eachToken(Buffer.from('one two three'), 2, 9, visit))).toEqual(['e', 'two', 't'])
  expect(collect((visit) => eachJsonToken(Buffer.from('one\\ntwo\\u0041'), 2, 9, visit))).toEqual(['e', 'two'])
})

describe('JSON text', () => {
  const check = (text: string, want: string[]): void => expect(inJson(text), text).toEqual(want)

  test('is read with its escapes undone', () => {
    check('{"msg":"foo\\nbar"}', ['msg', 'foo', 'bar'])
    check('{"a":"tab\\there\\\\nnew\\"x\\/y\\bz"}', ['a', 'tab', 'here', 'nnew', 'x', 'y', 'z'])
    check('"caf\\u00e9"', ['café'])
    check('"caf\\u00E9s and \\u0041bc\\u0020d"', ['cafés', 'and', 'abc', 'd'])
    check('"\\ud83d\\ude00x"', ['x'])
    check('"\\ud835\\udc9cx"', ['𝒜x'])
    check('"é\\u00e9é"', ['ééé'])
    check('{"n":1.5,"t":true}', ['n', '1', '5', 't', 'true'])
  })

  test('that is broken neither throws nor hangs', () => {
    for (const text of ['\\', '\\u', '\\u12', '\\uZZZZa', 'a\\', '"\\ud83d', '\\u0041\\u', '\\u0041\\n']) expect(Array.isArray(inJson(text))).toBe(true)
  })
})

test('all readings agree on random text', () => {
  const pieces = ['a', 'B', '9', '_', ' ', '.', '"', '\\', '\n', '\t', '\u0001', 'é', 'É', '東', '😀', '𝒜', '\u2028', '—', '/', 'u0041', 'n', '\uFFFD', '٣', 'ß']
  let seed = 11
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (seed >> 8) % below
  }
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: random(14) }, () => pieces[random(pieces.length)]).join('')
    const want = tokensOf(text)
    expect(inBytes(Buffer.from(text)), text).toEqual(want)
    const json = JSON.stringify(text)
    expect(inJson(json), json).toEqual(want)
    const escaped = json.replace(/[^\0-\x7F]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    expect(inJson(escaped), escaped).toEqual(want)
  }
})
