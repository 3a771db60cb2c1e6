import { describe, expect, it } from 'vitest'
import { compileMatcher } from '../../../core/search/match-record.ts'
import { parseQuery } from '../../../core/search/parse-query.ts'
import { recordOf, storedOf, type RecordSketch } from './record-of.ts'

const NOW = Date.parse('2026-11-01T12:10:00Z')

function matches(query: string, line: string, sketch: RecordSketch = {}): boolean {
  const parsed = parseQuery(query)
  if (!parsed.ok) throw new Error(`${query}: ${parsed.message}`)
  const matcher = compileMatcher(parsed.query, () => NOW)
  const record = recordOf(line, sketch)
  const live = matcher.record(record)
  expect(matcher.stored(storedOf(record)), `${query} on the stored line of ${line}`).toBe(live)
  return live
}

/** One record against a column of queries: those that find it, those that do not. */
function check(line: string, sketch: RecordSketch, found: readonly string[], missed: readonly string[]): void {
  for (const query of found) expect(matches(query, line, sketch), `${query} finds ${line.slice(0, 200)}`).toBe(true)
  for (const query of missed) expect(matches(query, line, sketch), `${query} misses ${line.slice(0, 200)}`).toBe(false)
}

describe('words and phrases', () => {
  it('finds a whole token in text, in either case', () => {
    check('Payment of 20 EUR: card DECLINED by bank-7', {},
      ['declined', 'DECLINED', 'payment', 'eur', '20', 'bank', '7', 'bank-7', 'EUR\\:', 'payment declined', 'bank-'],
      ['decline', 'eclined', 'pay', '2', 'bank-77', 'card_declined', 'k-7'])
  })
  it('a word that begins or ends with punctuation needs no token edge there', () => {
    check('x=[error] ->done path /var/log', {}, ['[error]', '=[error', '"/var"', '\\->done'], ['[err', 'r]'])
  })
  it('finds a phrase anywhere in a value, in either case', () => {
    check('Payment: card  declined', {}, ['"card  declined"', '"ARD  DEC"', '": "'], ['"card declined"'])
  })
  it('does not look across values', () => {
    check('{"a":"card","b":"declined"}', {}, ['card declined'], ['"card declined"', '"card\\",\\"b"'])
  })
  it('looks at values, not at keys', () => {
    check('{"user":"ann","deep":{"list":[{"id":"x1"},17,true,null]}}', {}, ['ann', 'x1', '17', 'true'], ['user', 'deep', 'id', 'null', 'false'])
  })
  it('matches decoded text where the line has escapes', () => {
    const line = String.raw`{"a":"foo\nbar","b":"caf\u00e9 \u0041lpha","c":"say \"hi\" \/ C:\\new","d":"\ud83d\ude00 ok"}`
    check(line, {}, ['bar', 'foo', 'café', 'alpha', '"foo\\nbar"', '"café alpha"', '"say \\"hi\\""', '"C:\\\\new"', 'hi', '"hi\\" /"', '😀', '"😀 ok"'], ['nbar', 'u00e9', 'caf', 'nfoo'])
  })
  it('matches text lines whose stored form is escaped', () => {
    check('he said "no"\tC:\\temp \u0001end', {}, ['"said \\"no\\""', 'no', '"no\\"\\tC"', 'temp', 'end', '"C:\\\\temp"'], ['ttemp', 'u0001end'])
  })
  it('tells letters beyond ASCII apart by case and counts them as letters', () => {
    check('Zürich CAFÉ naïve 東京タワー ſtrange', {}, ['zürich', 'cafÉ', 'naïve', '東京タワー', 'ſtrange', 'ZüRICH'], ['zÜrich', 'café', 'rich', 'na', '東京', 'strange'])
  })
  it('finds names, tags, level and parse error as values, but not the time', () => {
    check('x', { level: 'error', source: 'nginx', host: 'db-3', tags: ['payment', 'Slow'], error: 'no JSON object', fields: { 'log.file.path': '/var/log/a.log' } },
      ['error', 'nginx', 'db-3', 'db', 'payment', 'slow', 'object', 'a.log', '"/var/log"'], ['2026', 'info', 'path', 'sawlog'])
  })
  it('compares numbers by value, in all their digits', () => {
    check('{"a":1e3,"b":1.50,"c":-5,"d":3.14,"e":12345678901234567890,"f":0.0000001,"g":500}', { fields: { n: 42 } },
      ['1000', '1.5', '-c:0', '3.14', '12345678901234567890', '500', '500.0', '42', 'c:-5', 'f:1e-7', '"3.1"', '"12345678901234567890"', 'g:5*', 'a:1000', 'e:12345678901234567890'],
      ['1', '14', 'c:5', '12345678901234567891', 'e:12345678901234567000', '"12345678901234567891"', '50', '0'])
  })
})

describe('wildcards', () => {
  it('stands for characters without white space, inside one token edge to the other', () => {
    check('user u42-77 asked /api/v1/users in 10.0.5.7; time ran out', {},
      ['u42*', 'U4*', '*-77', 'u*77', '10.0.*', '*users', '"/api"', '*api/*/users', '10.*.*.7', 'us*', '*ask*', '**ask**', 'a*pi'],
      ['42*', 'tim*out', '*0.6*', 'u42*x', '*sker', 'u*7x', 'a*xx'])
  })
  it('a lone star is everything', () => check('', {}, ['*', '', '  ', '* *'], ['-*']))
  it('an escaped star is a star', () => check('a*b axb', {}, ['a\\*b', '"a*b"'], ['a\\*c', 'b\\*a']))
})

describe('fields', () => {
  const line = '{"status":503,"ok":false,"none":null,"empty":"","latency_ms":"812.5","user":{"id":"u42-7","roles":["admin","ops"]},"items":[{"sku":"a1"},{"sku":"b2","qty":[1,2]}],"log.file":{"path.x":"deep"},"body":"inner","fields":{"message":"m1"},"error":"boom","host":"inside"}'
  const sketch: RecordSketch = { fields: { 'log.file.path': '/var/log/app.log', thread: 'main' }, level: 'error', source: 'web', host: 'h1', tags: ['payment', 'api'] }

  it('reaches into body and fields with dots, also where keys contain dots', () => {
    check(line, sketch,
      ['status:503', 'user.id:u42-7', 'user.id:u42*', 'user.roles:ops', 'items.sku:b2', 'items.1.sku:b2', 'items.qty:2', 'log.file.path:"/var/log"', 'log.file.path.x:deep', 'thread:main', 'body.status:503',
        'fields.thread:main', 'fields.message:m1', 'body.fields.message:m1', 'body.body:inner', 'body:admin', 'fields:main', 'user:admin', 'body.error:boom', 'body.host:inside', 'log\\.file.path:app.log'],
      ['status:50', 'user.id:x', 'items.0.sku:b2', 'items.length:2', 'length:*', 'user.id.x:*', 'body:main', 'fields:admin', 'fields.status:503', 'thread.main:*', 'Status:503', 'user.roles.ops:*', 'constructor:*', '__proto__:*', 'toString:*', 'body.constructor:*', 'user.__proto__.constructor:*'])
  })
  it('knows what is there, what is null, what is empty', () => {
    check(line, sketch, ['status:*', 'ok:*', 'empty:*', 'empty:""', 'none:null', 'user:*', 'items:*', 'body:*', 'fields:*', '-none:*', '-missing:*', 'ok:false', 'ok:FALSE'], ['none:*', 'missing:*', 'status:""', 'missing:null', 'missing:""', 'none:""'])
    check('text', {}, ['body:*', '-fields:*', 'body:text', '-error:*'], ['fields:*', 'error:*', 'status:*', 'body.x:*'])
  })
  it('compares numbers, and text that is a number', () => {
    check(line, sketch,
      ['status:>500', 'status:>=503', 'status:<504', 'status:[500 TO 599]', 'status:{502 TO 504}', 'status:[503 TO *]', 'status:[* TO 503]', 'latency_ms:>800', 'latency_ms:[812 TO 813}', 'items.qty:>1', 'status:(>500 <600)', 'status:>-1', 'status:<1e3', 'status:[500 TO 503]'],
      ['status:>503', 'status:{503 TO 599}', 'status:[500 TO 503}', 'user.id:>0', 'empty:>=0', 'ok:>=0', 'none:<1', 'missing:<1', 'items.qty:>2'])
  })
  it('the names of the record itself come first', () => {
    check(line, sketch,
      ['level:error', 'level:ERROR', 'level:err', 'level:>=warn', 'level:[warn TO fatal]', 'level:{warn TO fatal}', 'level:e*', 'level:/err|fat/', 'level:(warn OR error)', 'level:*', 'source:web', 'source:WEB', 'source:w*', 'source:"web"', 'source:/^we/', 'host:h1', 'tag:payment', 'tags:api', 'tag:pay*', 'tag:*', 'tag:(api payment)', '-tag:slow', '-error:*', '-error:boom'],
      ['level:warn', 'level:>error', 'level:{error TO fatal]', 'source:we', 'source:webs', 'host:inside', 'tag:pay', 'tag:ent*', 'error:boom', '-source:web', 'tag:(api slow)'])
  })
  it('the reason for a parse error is found under error', () => {
    check('["x"', { error: 'not JSON: unexpected end' }, ['error:*', 'error:json', 'error:"not json"', 'error:/end$/'], ['error:x', '-error:*', 'error:null'])
    check('plain', {}, ['error:null', '-error:x'], ['error:json'])
  })
  it('knows what was guessed', () => {
    check('x', {}, ['-guessed:*'], ['guessed:level', 'guessed:time'])
  })
  it('names with spaces or colons are quoted or escaped', () => {
    check('{"my key":"v","a:b":1,"ünï":2,"@timestamp":"t","9k":"n"}', {}, ['"my key":v', 'my\\ key:v', 'a\\:b:1', 'ünï:2', '@timestamp:t', '"9k":n'], ['"my key":w', 'a\\:b:2'])
  })
  it('keys written with escapes are found', () => check(String.raw`{"us\u0065r":"ann","a\/b":{"c":1}}`, {}, ['user:ann', 'a/b.c:1', '"a/b.c":1'], ['usr:ann']))
  it('a key named __proto__ is a key like any other', () => {
    check('{"__proto__":{"admin":"yes"},"a":{"__proto__":"p"}}', {}, ['__proto__.admin:yes', 'yes', 'a.__proto__:p', '__proto__:*'], ['admin:yes', 'a.admin:*'])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })
})

describe('time', () => {
  it('a date stands for all of it, in UTC unless it says otherwise', () => {
    check('x', { time: '2026-11-01T12:00:00.250Z' },
      ['time:2026', 'time:2026-11', 'time:2026-11-01', 'time:2026-11-01T12', 'time:2026-11-01T12:00', 'time:2026-11-01T12:00:00', 'time:2026-11-01T12:00:00.250Z', 'time:2026-11-01T12:00:00.2', 'time:2026-11-01T13:00:00+01:00', 'time:"2026-11-01 12:00"', `time:${Date.parse('2026-11-01T12:00:00.250Z')}`,
        'time:>=2026-11-01', 'time:<=2026-11-01', 'time:>2026-10-31', 'time:<2026-11-02', 'time:[2026-10-31 TO 2026-11-01]', 'time:[* TO 2026-11-01]', 'time:*', 'time:{2026-10-31 TO 2026-11-02}'],
      ['time:2025', 'time:2026-10', 'time:2026-11-02', 'time:2026-11-01T11', 'time:>2026-11-01', 'time:<2026-11-01', 'time:{2026-11-01 TO 2026-11-02}', 'time:2026-11-01T12:00:00.251', 'time:2026-11-01T12:00:00+01:00'])
  })
  it('a duration is that long ago, seen from the moment of matching', () => {
    check('x', { time: '2026-11-01T12:00:00.250Z' }, ['time:15m', 'time:>15m', 'time:>=10m', 'time:<5m', 'time:[24h TO 1m]', 'time:7d'], ['time:9m', 'time:>9m', 'time:<1h', 'time:[24h TO 15m]'])
  })
})

describe('regexes and booleans', () => {
  it('matches a regex on each value, with case unless flagged', () => {
    check('{"m":"Time out","n":500,"p":"/var/log/x"}', {}, ['/Time(d )?[o]ut|Time out/', '/^Time/', '/^time/i', 'm:/out$/', '/^5\\d\\d$/', '/\\/var\\/log/', 'n:/^500$/', '/^true$|log/'], ['/^time/', '/Time.*500/', 'n:/out/'])
  })
  it('AND binds tighter than OR, NOT tightest', () => {
    check('a b', {}, ['a b', 'a AND b', 'a OR x', 'x OR a b', 'x y OR a', '(x OR a) b', '-x', 'NOT x', 'a -x', 'NOT (x OR y)', '-(a x)', 'NOT NOT a', 'or and not OR a', 'a NOT x', '((a))', '"OR" OR a'], ['a x', 'a AND x', '-a', 'x OR a -b', '(x OR y) a', 'NOT (a OR x)', '-"a b"', '-(a b)', '"OR"'])
  })
  it('the examples of the design find what they describe', () => {
    const line = '{"msg":"card declined","latency_ms":900,"status":502,"user_id":"u421","d":"timed out"}'
    check(line, { level: 'error', tags: ['payment'], source: 'app' }, ['level:error tag:payment "card declined" latency_ms:>800 status:[500 TO 599] user_id:u42* /time(d )?out/ -source:web'], ['level:error tag:payment "card declined" latency_ms:>900'])
  })
})

describe('hostile bodies', () => {
  it('survives nesting without bound and looks 256 levels deep', () => {
    const deep = (levels: number) => `{"a":${'['.repeat(levels)}"needle"${']'.repeat(levels)}}`
    check(deep(200), {}, ['needle', 'a:needle', 'a:*'], ['a.b:*'])
    check(deep(100_000), {}, ['a:*'], ['needle', 'a:needle', 'b:needle', 'a.b:x', 'a.0.0:x'])
  })
  it('a dotted name against nested dotted keys stays cheap', () => {
    let body = '"end"'
    for (let i = 0; i < 12; i++) body = `{"a":${body},"a.a":${body}}`
    const started = performance.now()
    check(body, {}, [], [`${'a.'.repeat(31)}a:*`])
    expect(performance.now() - started).toBeLessThan(2000)
  })
  it('a wildcard against a long run of the same letter stays cheap', () => {
    const started = performance.now()
    check('a'.repeat(1_000_000), {}, [], [`${'a*'.repeat(60)}b`, '*b*c*d', 'aa*b'])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
