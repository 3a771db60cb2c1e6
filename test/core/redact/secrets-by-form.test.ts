// Secrets that are known by their form: tokens with a prefix, passwords in URLs, PEM.
import { test } from 'vitest'
import { checks } from './preset-checks.ts'

test('GitHub tokens', () => {
  const { hides, keeps } = checks('github')
  for (const kind of 'pousr') hides(`x gh${kind}_${'a1B2'.repeat(9)} y`, 'x * y')
  hides(`github_pat_${'A1b2_'.repeat(16)}x`, '*')
  keeps('ghp_total ghp_short1234 high_light')
  keeps(`xghp_${'a1B2'.repeat(9)}`)
})

test('passwords in URLs', () => {
  const { hides, keeps } = checks('url')
  hides('connect postgres://app:s3cr:et@db:5432/shop failed', 'connect postgres://app:*@db:5432/shop failed')
  hides('redis://:p4ss@cache', 'redis://:*@cache')
  hides('"amqp://guest:gu@est@mq/","https://a:b@c?x=1"', '"amqp://guest:*@mq/","https://a:*@c?x=1"')
  hides('x=https://me:pw@h#f', 'x=https://me:*@h#f')
  keeps('GET http://example.com:8080/a:b@c')
  keeps('http://user@example.com/ ftp://:@host mailto:a:b@c.d :// x:y@z')
  keeps('http://[2001:db8::1]:80/ see a:b @home')
})

test('private keys in PEM', () => {
  const { hides, keeps } = checks('private_key')
  hides('key -----BEGIN RSA PRIVATE KEY-----\nMIIE\nab==\n-----END RSA PRIVATE KEY----- loaded', 'key * loaded')
  hides('-----BEGIN PRIVATE KEY----- cut off', '*')
  hides('-----BEGIN OPENSSH PRIVATE KEY-----a-----END OPENSSH PRIVATE KEY----- -----BEGIN EC PRIVATE KEY-----b-----END EC PRIVATE KEY-----', '* *')
  keeps('-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----')
  keeps('-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY----- the PRIVATE KEY-----')
})
