// Lines that break careless plugins, as the bytes a source may hand on. None of them contains a line break.

const LONG = 1024 * 1024
const DEEP = 20_000

export const hostileLines: ReadonlyArray<{ readonly name: string; readonly bytes: Buffer }> = [
  { name: 'an empty line', bytes: Buffer.alloc(0) },
  { name: 'blanks', bytes: Buffer.from(' \t ') },
  { name: 'NUL bytes', bytes: Buffer.from('a\0b\0\0c') },
  { name: 'only NUL bytes', bytes: Buffer.alloc(64) },
  { name: 'invalid UTF-8', bytes: Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]) },
  { name: 'a byte order mark', bytes: Buffer.from('\uFEFF{"message":"x"}') },
  { name: 'terminal escapes', bytes: Buffer.from('\u001b[2J\u001b]0;owned\u0007 red') },
  { name: 'a line of 1 MiB', bytes: Buffer.alloc(LONG, 'x') },
  { name: '1 MiB of digits', bytes: Buffer.alloc(LONG, '9') },
  { name: '1 MiB of blanks before a word', bytes: Buffer.concat([Buffer.alloc(LONG, ' '), Buffer.from('x')]) },
  { name: 'what makes backtracking explode', bytes: Buffer.from(`${'a'.repeat(50_000)}!`) },
  { name: 'JSON arrays nested deep', bytes: Buffer.from(`{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`) },
  { name: 'JSON objects nested deep', bytes: Buffer.from(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`) },
  { name: 'JSON that never ends', bytes: Buffer.from('{"a":'.repeat(DEEP)) },
  { name: '__proto__ as a key', bytes: Buffer.from('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"message":"x"}') },
  { name: 'one key twice', bytes: Buffer.from('{"message":"a","message":"b","level":"error","level":"info"}') },
  { name: 'values of the wrong type', bytes: Buffer.from('{"time":{},"level":[],"message":{"a":1},"msg":null,"@timestamp":true,"severity":1e400}') },
  { name: 'numbers out of range', bytes: Buffer.from('{"time":1e300,"ts":-1,"level":99999999999999999999,"message":"x"}') },
  { name: 'lone surrogates', bytes: Buffer.from('{"message":"\\ud800","\\udfff":1}') },
  { name: 'a JSON array', bytes: Buffer.from('[1,2,3]') },
  { name: 'JSON null', bytes: Buffer.from('null') },
  { name: 'JSON with something behind it', bytes: Buffer.from('{"message":"x"} trailing') },
  { name: 'half a quote', bytes: Buffer.from('level="error msg=\\') },
  { name: 'a forged stored line', bytes: Buffer.from('{"time":"2026-11-01T00:00:00.000Z","level":"info","source":"x","host":"x","tags":[],"body":"x"}') },
  { name: 'a forged commit line', bytes: Buffer.from('# 1 2 3 {"positions":{}}') },
]
