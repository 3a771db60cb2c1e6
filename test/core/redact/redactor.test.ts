// Real-shaped cases of what must be hidden, and of what looks like it and must stay.
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../../core/pattern.ts'
import { REDACT_PRESETS } from '../../../core/redact/redactor.ts'
import { checks, redactor } from './preset-checks.ts'

test('card numbers: every network, in one piece and in groups', () => {
  const { hides } = checks('card')
  hides('4111111111111111', '*')
  hides('paid with 4111 1111 1111 1111.', 'paid with *.')
  hides('card=5500-0000-0000-0004;exp=12/29', 'card=*;exp=12/29')
  hides('amex 378282246310005 ok', 'amex * ok')
  hides('amex 3782 822463 10005', 'amex *')
  hides('diners 30569309025904', 'diners *')
  hides('diners 3056 930902 5904', 'diners *')
  hides('discover 6011111111111117', 'discover *')
  hides('jcb 3530111333300000', 'jcb *')
  hides('visa of 13 4222222222222', 'visa of 13 *')
  hides('unionpay 6212345678900000003', 'unionpay *')
  hides('mastercard 2223003122003222', 'mastercard *')
  hides('/pay?pan=4111+1111+1111+1111&x=1', '/pay?pan=*&x=1')
  hides('copied 4111\u00a01111\u00a01111\u00a01111', 'copied *')
  hides('pan%3D4111111111111111', 'pan%3D*')
  hides('a%204111111111111111', 'a%20*')
  hides('("4111111111111111")', '("*")')
  hides('card_4111111111111111_x', 'card_*_x')
  hides('status 2000 4111 1111 1111 1111 30', 'status 2000 * 30')
  hides('4111111111111111 5500000000000004', '* *')
  hides('4111-1111-1111-1111,4012 8888 8888 1881', '*,*')
  hides('float 4111111111111111.0 of pandas', 'float *.0 of pandas')
  hides('4.111111111111111e+15', '*')
  hides('4.111111111111111E15', '*')
  hides('\\n4111111111111111', '\\n*')
  hides('\u001b[31m4111111111111111\u001b[0m', '\u001b[31m*\u001b[0m')
})

test('card numbers: what is none', () => {
  const { keeps } = checks('card')
  keeps('4111111111111112') // wrong check digit
  keeps('order 1234567890123456')
  keeps('1761955200013') // epoch ms
  keeps('1761955200013123')
  keeps('2026-11-01 00:00:00.013 2026-11-01')
  keeps('41111111111111111111') // 20 digits
  keeps('0.4111111111111111')
  keeps('12.4111111111111111')
  keeps('4111111111111111.25')
  keeps('trace a4111111111111111b')
  keeps('4111 1111-1111 1111')
  keeps('4111 1111 1111 111')
  keeps('9007199254740991')
  keeps('00000000000000000000 0000000000000000')
  keeps('+49 170 1234567')
  keeps('550e8400-e29b-41d4-a716-446655440000')
})

test('e-mail addresses', () => {
  const { hides, keeps } = checks('email')
  hides('bob@example.com', '*')
  hides('<ann.lee+news@mail.example.co.uk>, x', '<*>, x')
  hides('user=jürgen@example.org;', 'user=*;')
  hides('/login?u=bob%40example.com&x', '/login?u=*&x')
  hides('to bob_1@ex-ample.museum.', 'to *.')
  hides('a@b.co c@d.io', '* *')
  hides('bob@münchen.de', '*')
  keeps('@scope/package')
  keeps('lib@1.2.3')
  keeps('java.lang.Object@1b2c3d4e')
  keeps('root@localhost')
  keeps('a @ b.com')
  keeps('image@sha256:abcdef')
  keeps('x@y.z')
  keeps('@')
})

test('addresses of machines', () => {
  const { hides, keeps } = checks('ip')
  hides('203.0.113.7 - - [10/Oct/2000:13:55:36 -0700]', '* - - [10/Oct/2000:13:55:36 -0700]')
  hides('from 10.0.0.1:5432.', 'from *:5432.')
  hides('host/127.0.0.1:9092', 'host/*:9092')
  hides('peer [2001:db8::1]:443', 'peer [*]:443')
  hides('fe80::1%eth0', '*%eth0')
  hides('::1 and ::ffff:192.0.2.1', '* and *')
  hides('2001:0db8:85a3:0000:0000:8a2e:0370:7334', '*')
  hides('addr 2001:db8::1: refused', 'addr *: refused')
  hides('192.168.1.255/24', '*/24')
  keeps('12:34:56 and 2026-11-01T12:34:56.789')
  keeps('00:1a:2b:3c:4d:5e')
  keeps('std::vector and face::bed, ::')
  keeps('1.3.6.1.4.1.311') // an OID
  keeps('Chrome/126.0.6478.126 Chrome/120.0.0.0')
  keeps('v1.2.3.4 version 1.2.3.4 "version":"1.2.3.4"')
  keeps('256.1.1.1 1.2.3 1.2.3.')
  keeps('a1b2:c3d4:e5f6:0718:293a:4b5c:6d7e:8f90:a1b2') // a fingerprint
})

test('bearer tokens, basic credentials, JSON Web Tokens', () => {
  const { hides, keeps } = checks('bearer')
  hides('Authorization: Bearer abc123def456', 'Authorization: Bearer *')
  hides('authorization: Basic dXNlcjpwYXNz', 'authorization: Basic *')
  hides('-H "Authorization: Bearer aGVsbG8gd29ybGQ="', '-H "Authorization: Bearer *"')
  hides('Authorization=Bearer%20abc123def456', 'Authorization=Bearer%20*')
  hides('Basic dXNlcjpwYXNzd29yZA==', 'Basic *')
  hides('token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P end', 'token * end')
  hides('BEARER 0123456789abcdef', 'BEARER *')
  hides('Authorization: Bearer secretsecret', 'Authorization: Bearer *')
  keeps('bearer authentication failed')
  keeps('basic HTTP/1.1 and basic things')
  keeps('authorization: denied for user')
  keeps('the Bearer of bad news')
  keeps('eyJ and eyJust.a')
})

test('AWS keys', () => {
  const { hides, keeps } = checks('aws')
  const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  hides('AKIAIOSFODNN7EXAMPLE', '*')
  hides('id=ASIAIOSFODNN7EXAMPLE,', 'id=*,')
  hides(`aws_secret_access_key = ${secretKey}`, 'aws_secret_access_key = *')
  hides(`AWS_SECRET_ACCESS_KEY=${secretKey} x`, 'AWS_SECRET_ACCESS_KEY=* x')
  hides(`SessionToken: ${'FwoGZXIvYXdzE'.repeat(20)}`, 'SessionToken: *')
  keeps('AKIAIOSFODNN7EXAMPL')
  keeps('XAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLEX')
  keeps(`commit ${'da39a3ee'.repeat(5)} secret: ${'da39a3ee'.repeat(5)}`)
  keeps('secretary: Jones')
  expect(redactor({ presets: ['aws'] }).json(`{"SecretAccessKey":"${secretKey}","a":"\\n"}`)).toBe('{"SecretAccessKey":"[redacted:aws]","a":"\\n"}')
})

test('text is also read as what its escapes say, and then kept as that', () => {
  const all = redactor({ presets: REDACT_PRESETS, fields: ['password'] })
  const check = (text: string, want: string | null): void => {
    expect(all.text(text)).toBe(want)
    expect(all.json(JSON.stringify({ a: [text] }))).toBe(want === null ? null : JSON.stringify({ a: [want] }))
  }
  check('GET /?mail=bob\\x40example.com HTTP', 'GET /?mail=[redacted:email] HTTP')
  check('/?next=%2Flogin%3Fpassword%3Dhunter2%26x%3D1', '/?next=/login?password=[redacted:password]&x=1')
  check('/?p%61ssword=hunter2&x=%41', '/?password=[redacted:password]&x=A')
  check('card=4111%201111%201111%201111', 'card=[redacted:card]')
  check('to bob%2540example.com', 'to [redacted:email]')
  // What is seen as it stands must not be missed because of what its escapes say.
  check('4111111111111111\\u0030', '[redacted:card]\\u0030')
  check('50%41 of 100%, \\x7a', null)
  check('password=hunter2 100%41', 'password=[redacted:password] 100%41')
  check('\ue000 4111%201111%201111%201111', '\ufffd [redacted:card]')
  const many = 'bob@example.com '.repeat(7000)
  expect(all.text(`${many}%41`)).not.toContain('example')
})

describe('in JSON', () => {
  const all = redactor({ presets: REDACT_PRESETS, fields: ['password', 'api-key'] })
  const check = (json: string, want: string | null): void => {
    expect(all.json(json)).toBe(want)
    if (want !== null) JSON.parse(want)
  }

  test('hides in values and keys at any depth, and leaves every other byte', () => {
    check('{"a" : 12345678901234567890, "b":[{"c":"x bob@example.com"}] }', '{"a" : 12345678901234567890, "b":[{"c":"x [redacted:email]"}] }')
    check('{"bob@example.com":1,"n":-0.0}', '{"[redacted:email]":1,"n":-0.0}')
    check('{"a":1.50,"b":"\\u00e9"}', null)
  })

  test('hides numbers, by all their digits', () => {
    check('{"pan":4111111111111111}', '{"pan":"[redacted:card]"}')
    check('{"pan":6212345678900000003}', '{"pan":"[redacted:card]"}')
    check('{"pan":4.111111111111111e+15,"t":1761955200013}', '{"pan":"[redacted:card]","t":1761955200013}')
    check('[[4111111111111111]]', '[["[redacted:card]"]]')
  })

  test('is not deceived by escapes, nor by keys that come twice', () => {
    check('{"a":"\\u0034111111111111111"}', '{"a":"[redacted:card]"}')
    check('{"a":"4111 1111 1111 1111","a":"x"}', '{"a":"[redacted:card]","a":"x"}')
    check('{"a":"{\\"b\\":\\"\\\\u0034111111111111111\\"}"}', '{"a":"{\\"b\\":\\"[redacted:card]\\"}"}')
  })

  test('hides the whole value of a named key, whatever it is', () => {
    check('{"Password":"x"}', '{"Password":"[redacted:password]"}')
    check('{"pass_word":{"a":[1,"}"]},"b":1}', '{"pass_word":"[redacted:password]","b":1}')
    check('{"user":{"api_key":null,"APIKEY":12,"apikeys":1}}', '{"user":{"api_key":"[redacted:apikey]","APIKEY":"[redacted:apikey]","apikeys":1}}')
    check('{"http.password":"x","pass\\u0077ord":"y"}', '{"http.password":"[redacted:password]","pass\\u0077ord":"[redacted:password]"}')
    check('{"msg":"login with password=hunter2 failed"}', '{"msg":"login with password=[redacted:password] failed"}')
    check('{"msg":"{\\"password\\":\\"hunter2\\",\\"a\\":1}"}', '{"msg":"{\\"password\\":\\"[redacted:password]\\",\\"a\\":1}"}')
    check('{"passwords":"x","a":"password"}', null)
  })
})

describe('named keys in text', () => {
  const named = redactor({ fields: ['password', 'authorization', 'cookie', 'token'] })
  const check = (text: string, want: string): void => expect(named.text(text)).toBe(want.replace(/<(\w+)>/g, '[redacted:$1]'))

  test('hide the value to the next blank or closing quote', () => {
    check('user=ann password=hunter2 ok', 'user=ann password=<password> ok')
    check('password = "a b\\"c" ok', 'password = "<password>" ok')
    check("db.password: 'it''s' x", "db.password: '<password>' x")
    check('GET /?password=a,b&user=x HTTP', 'GET /?password=<password>&user=x HTTP')
    check('GET /?password=a&b HTTP', 'GET /?password=<password> HTTP')
    check('body {"password":"x,y}","b":1}', 'body {"password":"<password>","b":1}')
    check('body {"password":{"a":"}"},"b":1}', 'body {"password":<password>,"b":1}')
    check('escaped {\\"password\\":\\"x\\\\\\"y\\",\\"b\\":1}', 'escaped {\\"password\\":\\"<password>\\",\\"b\\":1}')
    check('{user=ann, password=x}', '{user=ann, password=<password>}')
    check("params['password'] = x", "params['password'] = <password>")
    check('{"password":"cut off', '{"password":"<password>')
  })

  test('hide behind every sign of assignment', () => {
    check('Parameters: {"password"=>"hunter2", "id"=>"7"}', 'Parameters: {"password"=>"<password>", "id"=>"7"}')
    check('{:password=>"hunter2"}', '{:password=>"<password>"}')
    check('password := hunter2', 'password := <password>')
    check('PASSWORD => hunter2', 'PASSWORD => <password>')
    check('password==hunter2', 'password==<password>')
  })

  test('of a header take what belongs to it', () => {
    check('Authorization: Bearer abc.def x=1', 'Authorization: <authorization> x=1')
    check('Cookie: a=b; c=d\r\nHost: x', 'Cookie: <cookie>\r\nHost: x')
    check('authorization: Digest username="x", realm=y', 'authorization: <authorization>"x", realm=y')
  })

  test('leave alone what only looks like it', () => {
    for (const text of ['password: ', 'the password is x', 'passwords=3', 'token', 'https://a/b', '=x', 'password=[redacted:password]']) expect(named.text(text), text).toBe(null)
  })
})

describe('patterns', () => {
  test('hide the whole match under their name', () => {
    const one = redactor({ patterns: [['ssn', compilePattern('\\b\\d{3}-\\d{2}-\\d{4}\\b')], ['num', compilePattern('^7$')]] })
    expect(one.text('a 123-45-6789 b 987-65-4321')).toBe('a [redacted:ssn] b [redacted:ssn]')
    expect(one.json('{"a":"123-45-6789","b":7,"c":77,"d":"7"}')).toBe('{"a":"[redacted:ssn]","b":"[redacted:num]","c":77,"d":"[redacted:num]"}')
    expect(one.text('nothing')).toBe(null)
  })

  test('that match nothing at all hide nothing, and overlapping ones leave nothing between', () => {
    expect(redactor({ patterns: [['x', compilePattern('x*')]] }).text('axxb')).toBe('a[redacted:x]b')
    expect(redactor({ patterns: [['a', compilePattern('abc')], ['b', compilePattern('bcd')]] }).text('xabcdx')).toBe('x[redacted:a]x')
  })

  test('hide the rest of a text that matches too often or is too long for them', () => {
    const text = 'x.'.repeat(50_000)
    expect(redactor({ patterns: [['x', compilePattern('x')]] }).text(text)).toBe('[redacted:x].'.repeat(50_000))
    expect(redactor({ patterns: [['x', compilePattern('x+')]] }).text(text)).toMatch(/^(?:\[redacted:x\]\.)*\[redacted:x\]\[redacted:x\]$/)
    // One that is too large for V8's engine, and so for the whole of a long text.
    const wide = compilePattern('(?i)(?:[a-z]|[0-9]|-){900}K')
    const long = `${'.'.repeat(1_000_000)}secret`
    expect(wide.reach(long.length)).toBeLessThan(long.length)
    expect(redactor({ patterns: [['x', wide]] }).text(long)).toMatch(/^\.{1000,}\[redacted:x\]$/)
  })
})

test('no text takes longer than its length', () => {
  const endless = redactor({ patterns: [['x', compilePattern('a.*b|a')]] })
  const startedAt = performance.now()
  endless.text('a='.repeat(100_000))
  expect(performance.now() - startedAt).toBeLessThan(3000)
  const all = redactor({ presets: REDACT_PRESETS, fields: ['password', 'authorization'] })
  const hostile = ['@', 'a@', 'a@a.', 'a.', '1.', '1.2.3.4.', ':', '::', '1:', 'f:f', '1', '4111 ', '4111-1111-', 'Bearer ', 'Bearer=', 'asic=', 'basic a', 'eyJ', 'eyJ.', 'eyJhbGciOi.', 'secret=', 'token=', 'session_token=', 'AKIA', 'gh', 'ghp_', 'github_pat_', 'password=', 'password=>', 'password%3D', '%25', '\\x4', '\\x40', 'password="', 'password={', 'password:\\"', 'a=', '\\', '\\"', '"', '%40', 'a%40', 'authorization:', 'authorization: bearer ', ';', '; ', 'cookie: a; ', 'a', 'ab', '\u00e9@\u00e9.', '\\u0034', '://', '://a:', '://a:b@', '-----BEGIN ', '-----BEGIN PRIVATE KEY-----', '-----END ']
  for (const piece of hostile) {
    const text = piece.repeat(Math.ceil(100_000 / piece.length))
    const began = performance.now()
    all.text(text)
    all.json(JSON.stringify({ [text.slice(0, 1000)]: text, n: [text] }))
    expect(performance.now() - began, piece).toBeLessThan(3000)
  }
})
