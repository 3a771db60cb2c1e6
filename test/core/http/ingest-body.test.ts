import { describe, expect, test } from 'vitest'
import { HttpProblem } from '../../../core/http/http-problem.ts'
import { ingestBody } from '../../../core/http/ingest-body.ts'

async function read(body: string | Buffer, type?: string) {
  const { chunk, parser, refused, refusedCount } = await ingestBody(Buffer.from(body), type)
  return { lines: chunk.starts.map((start, i) => chunk.text(start, chunk.ends[i] as number)), parser, refused, refusedCount, flat: chunk.flat }
}

async function statusOf(body: string | Buffer, type?: string): Promise<number | null> {
  try {
    await ingestBody(Buffer.from(body), type)
    return null
  } catch (error) {
    if (error instanceof HttpProblem) return error.status
    throw error
  }
}

describe('takes as JSON', () => {
  const check = (name: string, type: string | undefined, body: string, want: string[]): void => {
    test(name, async () => {
      const got = await read(body, type)
      expect(got).toMatchObject({ lines: want, parser: 'json', refusedCount: 0 })
    })
  }
  const JSON_TYPE = 'application/json'
  check('an object', JSON_TYPE, '{"a":1}', ['{"a":1}'])
  check('an object with space around it', JSON_TYPE, ' \r\n{"a":1}\n\n', ['{"a":1}'])
  check('an array, element by element', JSON_TYPE, '[{"a":1}, {"b":[1,2]} ,\n{"c":"]},{"}]', ['{"a":1}', '{"b":[1,2]}', '{"c":"]},{"}'])
  check('an empty array as nothing', JSON_TYPE, ' [ ] ', [])
  check('NDJSON', 'application/x-ndjson', '{"a":1}\n{"b":2}\r\n\n{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}'])
  check('NDJSON labelled application/json', JSON_TYPE, '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}'])
  check('objects without anything between, as curl -d makes of NDJSON', 'application/x-www-form-urlencoded', '{"a":1}{"b":2}{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}'])
  check('what has no label but is JSON', undefined, '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}'])
  check('pretty-printed objects as one line each', JSON_TYPE, '{\n  "a": 1\n}\n{\r\n  "b": [\n2]}', ['{   "a": 1 }', '{    "b": [ 2]}'])
  check('an array a line', 'application/x-ndjson', '[{"a":1},{"b":2}]\n[{"c":3}]', ['{"a":1}', '{"b":2}', '{"c":3}'])
  check('escaped quotes and brackets in strings', JSON_TYPE, String.raw`[{"a":"\"]}\\"},{"b":"\\\\"}]`, [String.raw`{"a":"\"]}\\"}`, String.raw`{"b":"\\\\"}`])
  check('integers beyond 2^53 byte for byte', JSON_TYPE, '[{"id":12345678901234567890,"f":1.10}]', ['{"id":12345678901234567890,"f":1.10}'])
  check('keys called __proto__', JSON_TYPE, '{"__proto__":{"polluted":true}}', ['{"__proto__":{"polluted":true}}'])
  check('types with +json and parameters', 'application/vnd.custom+json; charset=UTF-8', '{"a":"ż"}', ['{"a":"ż"}'])
  check('a byte order mark before it', JSON_TYPE, '\ufeff{"a":1}', ['{"a":1}'])
})

test('turns a real form into an object, as a Python HTTPHandler sends it', async () => {
  const got = await read('name=demo&msg=za%C5%BC+%22two%22%0Aline2&levelname=WARNING&x=1&x=2&__proto__=p', 'application/x-www-form-urlencoded')
  expect(got.parser).toBe('json')
  expect(got.lines).toEqual(['{"name":"demo","msg":"zaż \\"two\\"\\nline2","levelname":"WARNING","x":["1","2"],"__proto__":"p"}'])
})

describe('takes as text', () => {
  const check = (name: string, type: string | undefined, body: string | Buffer, want: string[]): void => {
    test(name, async () => expect(await read(body, type)).toMatchObject({ lines: want, parser: undefined, refusedCount: 0 }))
  }
  check('text/plain, every line that is not empty', 'text/plain', 'one\r\n\n{"not":"judged"\n three', ['one', '{"not":"judged"', ' three'])
  check('a log line curl labelled a form', 'application/x-www-form-urlencoded', 'user=5 logged in', ['user=5 logged in'])
  check('an unlabelled line that begins with a bracket', undefined, '[2026-11-01] started\n[2026-11-01] ready', ['[2026-11-01] started', '[2026-11-01] ready'])
  check('an unlabelled line that begins with a broken object', undefined, '{oops\nmore', ['{oops', 'more'])
  check('Latin-1', 'text/plain; charset=ISO-8859-1', Buffer.from('caf\xe9', 'latin1'), ['café'])
  check('UTF-16 with a mark, whatever the label says', 'text/plain', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('hé\nho', 'utf16le')]), ['hé', 'ho'])
  check('NUL bytes, kept', 'text/plain', 'a\0b', ['a\0b'])
  check('bytes that are not UTF-8, replaced', 'text/plain', Buffer.from([0x61, 0xff, 0x62]), ['a\ufffdb'])
})

test('takes strings in an array as lines of text, with line breaks inside', async () => {
  const got = await read('["one","two\\nlines",{"a":1}]', 'application/json')
  expect(got).toMatchObject({ lines: ['one', 'two\nlines', '{"a":1}'], parser: 'json', flat: false })
})

describe('refuses with the line and the reason', () => {
  const check = (name: string, type: string, body: string, lines: string[], refused: Array<[number, RegExp]>): void => {
    test(name, async () => {
      const got = await read(body, type)
      expect(got.lines).toEqual(lines)
      expect(got.refused.map(({ line }) => line)).toEqual(refused.map(([line]) => line))
      for (const [i, [, reason]] of refused.entries()) expect(got.refused[i]?.reason).toMatch(reason)
      expect(got.refusedCount).toBe(refused.length)
    })
  }
  const ND = 'application/x-ndjson'
  check('a broken NDJSON line', ND, '{"a":1}\n{"b":\n\n{"c":3}\nhello\n{"d":4}', ['{"a":1}', '{"c":3}', '{"d":4}'], [[2, /not JSON: .*end of JSON/], [5, /not JSON: /]])
  check('a value in NDJSON that is no object', ND, '1\nnull\n[1]\n{"a":1}', ['{"a":1}'], [[1, /got a number/], [2, /got null/], [3, /got a number \(element 1\)/]])
  check('what is left of a line after a value', ND, '{"a":1} tail\n{"b":2}', ['{"a":1}', '{"b":2}'], [[1, /not JSON/]])
  check('elements of an array that are no objects', 'application/json', '[{"a":1},2,[3],null,true,""]', ['{"a":1}'], [[2, /a number/], [3, /an array/], [4, /null/], [5, /boolean/], [6, /empty string/]])
  check('a whole array that is not JSON', 'application/json', '[{"a":1},{"b":}]', [], [[1, /element 2/]])
  check('an array with a comma too many', 'application/json', '[{"a":1},]', [], [[1, /comma/]])
  check('an array without commas', 'application/json', '[{"a":1} {"b":2}]', [], [[1, /comma/]])
  check('an array that ends with a brace', 'application/json', '[{"a":1}}', [], [[1, /brace/]])
  check('a truncated first line of NDJSON labelled application/json, keeping the rest', 'application/json', '{"a":"1\n{"b":2}\n{"c":3}', ['{"b":2}', '{"c":3}'], [[1, /not JSON/]])
  check('a control character in a string', 'application/json', '{"a":"\u0001"}', [], [[1, /not JSON/]])
  check('text labelled JSON', 'application/json', 'hello world', [], [[1, /not JSON/]])
})

test('lists the first hundred refused lines and counts all, with short reasons', async () => {
  const got = await read(`${'x'.repeat(5000)}\n`.repeat(250), 'application/x-ndjson')
  expect(got.refusedCount).toBe(250)
  expect(got.refused).toHaveLength(100)
  for (const { reason, text } of got.refused) expect([reason.length <= 200, text.length <= 500]).toEqual([true, true])
})

test('takes nesting of 100,000 and refuses more than memory allows, both without a stack', async () => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  expect((await read(nested(100_000), 'application/json')).lines[0]).toHaveLength(200_006)
  expect((await read(nested(2_000_000), 'application/json'))).toMatchObject({ lines: [], refusedCount: 1, refused: [{ reason: 'nested too deep' }] })
  expect((await read('['.repeat(2_000_000), 'application/json'))).toMatchObject({ lines: [], refusedCount: 1 })
})

describe('takes time in proportion to hostile bodies, and lets others have their turns', () => {
  const check = (name: string, body: string): void => {
    test(name, { timeout: 60_000 }, async () => {
      let longest = 0
      let last = performance.now()
      const clock = setInterval(() => {
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      }, 1)
      const before = performance.now()
      await ingestBody(Buffer.from(body), 'application/json')
      clearInterval(clock)
      // 4 MB take a second or three on a busy machine; anything quadratic takes minutes.
      expect(performance.now() - before).toBeLessThan(20_000)
      expect(longest).toBeLessThan(3_000)
    })
  }
  check('many objects on one line', '{"a":1}'.repeat(600_000))
  check('many opening lines', '{\n'.repeat(2_000_000))
  check('many broken objects', '{"":x}\n'.repeat(600_000))
  check('nested lines that balance', '{\n'.repeat(100_000) + '}\n'.repeat(100_000))
  check('many objects over two lines', '{\n}'.repeat(1_000_000))
  check('an array on one line', `[${'{"a":1},'.repeat(500_000)}{}]\n`)
  check('an array of numbers', `[${'1,'.repeat(2_000_000)}1]`)
})

test.each([['', undefined], ['  \r\n ', 'application/json'], ['\n\n', 'text/plain']])('answers 400 to a body with nothing in it: %j', async (body, type) => {
  expect(await statusOf(body, type)).toBe(400)
})

test.each(['multipart/form-data; boundary=x', 'image/png', 'application/pdf', 'text/plain; charset=no-such', 'nonsense'])('answers 415 to %s', async (type) => {
  expect(await statusOf('hello', type)).toBe(415)
})
