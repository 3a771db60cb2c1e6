// Hides secrets and personal data before anything is stored or shown. What it cannot look at is withheld, never let through.
import { createHmac } from 'node:crypto'
import { definePlugin, eachRecord, patterns, Redactor, REDACT_PRESETS, secret, z, type Fields, type Json, type LogRecord } from '../../core/plugin.ts'

/** 64 bits: two different values in a billion look alike with a chance of 3 %. */
const HASH_CHARS = 16
/** A value shorter than this is looked for in the line only where it stands alone: `7` is part of nearly everything. */
const MIN_INSIDE = 4
/** So many characters of a secret, quoted in a reason, are taken for it. */
const MIN_PART = 6
const BYTE_ORDER_MARK = 0xfeff

const options = z
  .strictObject({
    presets: z.array(z.enum(REDACT_PRESETS)).min(1).optional().describe(`What to find by its form: ${REDACT_PRESETS.map((name) => `\`${name}\``).join(', ')}. All of them when neither patterns nor fields are given.`),
    patterns: z.record(z.string().regex(/^[\w-]{1,32}$/, 'expected a short name of letters, digits, "_" and "-"'), patterns()).default({}).describe('Regular expressions by name; the whole match is hidden, and the name says what it was.'),
    fields: z.array(z.string().min(1)).default([]).describe('Keys whose whole values are hidden, in the body and in the fields, at any depth. Case, `-` and `_` do not count.'),
    mode: z.enum(['mask', 'hash']).default('mask').describe('`mask` writes `[redacted:card]`; `hash` adds a keyed hash, so that equal values can still be told to be equal.'),
    secret: secret().min(16, 'expected at least 16 characters: card numbers are few enough to be tried out').optional().describe('Key of the hash, at least 16 characters; needed with `mode: hash`. Whoever has it can try values out.'),
  })
  .refine(({ mode, secret: key }) => mode === 'mask' || key !== undefined, { error: 'expected a secret: without a key anybody can hash all card numbers and compare. Add `secret: ${REDACT_SECRET}`', path: ['secret'] })

export default definePlugin({
  kind: 'filter',
  type: 'redact',
  summary: 'Hides card numbers, addresses, tokens, keys and whatever else is named, before anything is stored.',
  options,
  example: 'presets: [card, email, bearer, aws, github, url, private_key]\npatterns:\n  ssn: \'\\b\\d{3}-\\d{2}-\\d{4}\\b\'\nfields: [password, authorization]',
  docs: [
    'Looks at the body (text, or every string, key and number of a JSON object at any depth), the fields, the tags, the host and the reason in `error`; not at `source` and the names of streams and files. '
      + 'JSON is read first, and text is also read as what its escapes say (`\\u0040`, `\\x40`, `%40`), so an escape hides nothing. JSON is changed only where something was hidden: all other bytes stay, long numbers too.',
    '- `card`: 13 to 19 digits of a known card network with a right check digit, in one piece or in groups with blanks, `-` or `+`; not a part of a longer number or word, nor of a decimal fraction.\n'
      + '- `email`: also with `%40`, as in URLs.\n'
      + '- `ip`: IPv4 and IPv6. Four-part versions are taken for addresses unless the word version stands before them; `120.0.0.0` is not.\n'
      + '- `bearer`: bearer tokens, basic credentials, JSON Web Tokens.\n'
      + '- `aws`: access key ids; secret keys and session tokens where their name stands before them.\n'
      + '- `github`: tokens with GitHub\'s prefixes.\n'
      + '- `url`: passwords in URLs, as in `postgres://app:secret@db/shop`.\n'
      + '- `private_key`: private keys in PEM, to their end or that of the record.',
    '`fields` also hides `key=value` and `"key": value` in text, to the next blank or closing quote. A value that a parser extracted under such a key is hidden in the line as well; where the line has it in another form, the whole line is hidden. '
      + 'Of a key with dots its last part is enough. In text without a key (`the password is x`) only a pattern can find it.',
    'A record that cannot be redacted is stored without its text, and the problem is reported. Lines that are only shown (samples of what did not parse, lines a source refused) are redacted too, whatever `when:` says. '
      + 'A secret that was cut at the end of an overlong line may be too short to be recognised. List it last where other filters must see the originals. What it hid is counted as `redacted`.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"info","msg":"paid with 4111 1111 1111 1111","user":"ann@example.com"}',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"info","source":"app","host":"web1","tags":["payment"],"body":{"level":"info","msg":"paid with [redacted:card]","user":"[redacted:email]"},"guessed":["time"]}',
  },
  onError: 'withhold',
  setup({ presets, patterns, fields, mode, secret: key }, { hooks, name, count }) {
    const labelled = Object.entries(patterns).flatMap(([label, list]) => list.map((one) => [label, one] as const))
    const all = presets === undefined && labelled.length === 0 && fields.length === 0
    const mask = mode === 'hash' && key !== undefined ? hashed(key) : (label: string) => `[redacted:${label}]`
    const redactor = new Redactor({ presets: all ? REDACT_PRESETS : (presets ?? []), patterns: labelled, fields, mask })
    const redact = (record: LogRecord): void => {
      try {
        redactRecord(record, redactor)
      } catch (error) {
        // V8's message quotes the text, and the guard reports the message.
        throw error instanceof SyntaxError ? new Error('its text is not the JSON its parser took it for') : error
      }
    }
    hooks.filter.tap(name, (batch) => {
      redactor.total = 0
      eachRecord(batch, redact)
      if (redactor.total > 0) count('redacted', redactor.total)
      return batch
    })
    hooks.show.tap(name, (batch) => eachRecord(batch, redact))
  },
})

function redactRecord(record: LogRecord, redactor: Redactor): void {
  redactor.hidden.length = 0
  redactor.named.length = 0
  redactFields(record, redactor)
  if (record.object === null) redactLine(record, redactor)
  else {
    const text = redactor.json(jsonOf(record))
    if (text !== null) record.replaceJson(text)
  }
  const { tags } = record
  for (let i = 0; i < tags.length; i++) tags[i] = redactor.text(tags[i] as string) ?? (tags[i] as string)
  // A parser takes it from the line.
  record.host = redactor.text(record.host) ?? record.host
  if (record.error !== null) record.error = redactReason(record.error, redactor)
}

/** The object as the text that would be stored: its own line with all digits of its numbers, where it has one. */
function jsonOf(record: LogRecord): string {
  const { line } = record
  const text = line.charCodeAt(0) === BYTE_ORDER_MARK ? line.slice(1) : line
  const trimmed = text.trim()
  return trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed : JSON.stringify(record.object)
}

/** What a parser extracted under a key to be hidden stands in `redactor.named` afterwards. */
function redactFields(record: LogRecord, redactor: Redactor): void {
  const before = JSON.stringify(record.readFields)
  if (before === '{}') return
  const after = redactor.json(before)
  if (after === null) return
  const clean = JSON.parse(after) as Fields
  const { fields } = record
  for (const key of Object.keys(fields)) delete fields[key]
  for (const key of Object.keys(clean)) fields[key] = clean[key] as Json
}

function redactLine(record: LogRecord, redactor: Redactor): void {
  const body = record.body as string
  let line = body
  let missing = 0
  for (const { label, value } of redactor.named) {
    for (const leaf of leavesOf(value)) {
      const without = replaceValue(line, leaf, redactor.hide(label, leaf))
      if (without === null) missing++
      else line = without
    }
  }
  redactor.namedInText = 0
  const text = redactor.text(line) ?? line
  // Decoded by its parser, and not found under its own name either: nobody can say where in the line it is.
  if (missing > redactor.namedInText) record.replaceBody(redactor.hide('line', body))
  else if (text !== body) record.replaceBody(text)
}

/** Strings and numbers as a line may have them. */
function leavesOf(value: Json): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf)
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? [String(value)] : []
}

function replaceValue(text: string, value: string, mask: string): string | null {
  const apart = value.length < MIN_INSIDE
  let out = ''
  let done = 0
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
    if (apart && /\w/.test(text.charAt(at - 1) + text.charAt(at + value.length))) continue
    out += text.slice(done, at) + mask
    done = at + value.length
  }
  return done === 0 ? null : out + text.slice(done)
}

/** A reason may quote the head or the tail of the line, and so a part of a secret that is too short to be recognised. */
function redactReason(reason: string, redactor: Redactor): string {
  const secrets = [...redactor.hidden]
  let text = redactor.text(reason) ?? reason
  for (const hidden of secrets) {
    for (const part of [hidden.slice(0, MIN_PART), hidden.slice(-MIN_PART)]) {
      const at = part.length < MIN_INSIDE ? -1 : text.indexOf(part)
      if (at !== -1) text = `${text.slice(0, at)}[redacted]`
    }
  }
  return text
}

function hashed(key: string): (label: string, hidden: string) => string {
  return (label, hidden) => `[redacted:${label}:${createHmac('sha256', key).update(canonical(label, hidden)).digest('hex').slice(0, HASH_CHARS)}]`
}

/** However it is written, it is the same value. */
function canonical(label: string, hidden: string): string {
  if (label === 'card') return /e/i.test(hidden) ? String(Number(hidden)) : hidden.replace(/\D/g, '')
  return label === 'email' ? hidden.replace(/%40/g, '@').toLowerCase() : hidden
}
