// The options of every output that speaks HTTP: to spread into the plugin's own.
import { z } from 'zod'
import { secret } from '../config/secret.ts'
import { duration } from '../config/units.ts'

/** RFC 9110: a token. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
/** Visible characters, blanks and tabs; a line break would begin another header. */
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]{0,8192}$/
/** Visible ASCII without blanks: what fits behind `Bearer`. A line break left over from a file is the common mistake. */
const TOKEN = /^[\u0021-\u007e]+$/
/** Sawlog sets these itself, from the body and the connection. */
const OWN_HEADERS = new Set(['connection', 'content-encoding', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

export type HttpTargetOptions = z.output<ReturnType<typeof httpTargetSchema>>

/** `compression` is the default of that option: `none` where targets exist that do not take gzip. */
export function httpTargetOptions({ compression = 'gzip' }: { compression?: 'gzip' | 'none' } = {}) {
  return {
    url: httpUrl().describe('Where to send to: `http://` or `https://`, without user and password.'),
    auth: z
      .strictObject({
        token: secret().regex(TOKEN, 'expected a token without blanks and line breaks').optional().describe('Sent as `Authorization: Bearer TOKEN`.'),
        user: z.string().min(1).regex(/^[^:]*$/, 'expected a user name without ":"').optional().describe('User, for basic authentication.'),
        password: secret().optional().describe('Password, for basic authentication.'),
      })
      .refine(({ token, user, password }) => (user === undefined) === (password === undefined) && (token === undefined) !== (user === undefined), 'expected a token, or user and password')
      .optional()
      .describe('How to log in: a `token`, or `user` and `password`.'),
    headers: z
      .record(z.string(), secret().regex(HEADER_VALUE, 'expected text without control characters'))
      .refine((headers) => Object.keys(headers).every((name) => HEADER_NAME.test(name)), 'expected header names of letters, digits and "-"')
      .refine((headers) => !Object.keys(headers).some((name) => OWN_HEADERS.has(name.toLowerCase())), `expected no header that Sawlog sets itself: ${[...OWN_HEADERS].join(', ')}`)
      .default({})
      .describe('Further headers, sent with every request. Their values are not shown on pages.'),
    tls: z
      .strictObject({
        ca: z.string().min(1).optional().describe('PEM file of the authorities that may have signed the certificate of the target, instead of the usual ones.'),
        cert: z.string().min(1).optional().describe('PEM file of the certificate to log in with.'),
        key: z.string().min(1).optional().describe('PEM file of its key.'),
        verify: z.boolean().default(true).describe('Whether to check the certificate of the target. Without it anybody on the way can read and change everything.'),
      })
      .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'expected `cert` and `key` together')
      .prefault({})
      .describe('Certificates, for `https`. Files that change are read again for the next connection.'),
    timeout: duration({ min: 100, max: 3600e3 }).prefault('30s').describe('How long a request may take, from connecting to the last byte of the answer; then it is sent again.'),
    compression: z.enum(['gzip', 'none']).default(compression).describe('How bodies are sent.'),
  }
}

/** Only for the type. */
function httpTargetSchema() {
  return z.strictObject(httpTargetOptions())
}

function httpUrl() {
  return z.string().superRefine((text, context) => {
    const wrong = wrongWith(text)
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong })
  })
}

/** Without the URL itself: it may hold a password, or be one. */
function wrongWith(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return 'expected a URL such as https://logs.example.com:5000/ingest'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'expected a URL without user and password, which would be shown in messages: put them under `auth`'
  return url.hash === '' ? null : 'expected a URL without "#"'
}
