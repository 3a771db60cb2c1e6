// Records and queries out of a seed, as hostile as JSON allows: escapes, odd numbers, repeated keys, nesting, times out of order.

/** A small generator with a seed, so that a failure can be repeated. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
}

/** Where records lie: 40 minutes from a moment that is no whole minute. */
export const BASE = Date.UTC(2026, 10, 1, 0, 0, 30)
export const SPAN = 40 * 60_000

const WORDS = [
  'card', 'declined', 'by', 'issuer', 'login', 'ok', 'user', 'u42', 'u421', 'foo', 'bar', 'foobar', 'café', 'CAFÉ', 'naïve', 'été', '日本', '日本語', '😀', '𝒜bc', 'ſ', 'K', 'É', 'error', 'info', 'time', 'level', 'true', 'null', 'Timeout', 'a/b',
  'C:\\temp', 'say "hi"', '\n', '\t', '\u0001', '\u007f', 'x-1', '_id', 'a.b', '10.0.0.1', '12:30', '1000', '1e3', '500', '0.5', '-5', 'deadbeef00', '12e45678', '0f3e1a2b9c8d7e6f', '12345678901234567890', '"latency_ms":7', '{', '}', '[', ']', ',', ':', '',
]
const NUMBERS = ['0', '1', '-5', '20', '500', '891', '1000', '1e3', '1E3', '1000.0', '1.50', '1.5', '12345678901234567890', '12345678901234567891', '9007199254740993', '0.0000001', '1E-2', '-0', '5e-324', '1e400', '0.1000000000000000055', '100000000000000000000000']
const KEYS = ['latency_ms', 'status', 'user', 'user.id', 'id', 'n', 'message', 'error', 'body', 'fields', 'level', 'items', '__proto__', 'été', 'a/b', '0', 'x-1', 'guessed', 'constructor']
export const SOURCES = ['app', 'web', 'App', 'db-1', '日本', 'a"b']
export const TAGS = ['payment', 'auth', 'api', 'Payment', 'x y', 'été']
const HOSTS = ['web1', 'web2', 'db.example.com', '']
const LEVELS = ['trace', 'debug', 'info', 'info', 'info', 'warn', 'error', 'fatal']

/** One stored line, without its newline. */
export function generatedLine(random: Random, near: number): string {
  const any = Math.min(BASE + SPAN - 1, Math.max(BASE, near + random.below(5000) - (random.below(10) === 0 ? random.below(SPAN) : 0)))
  // Many records share a time, also across blocks and segments.
  const time = new Date(random.below(2) === 0 ? any : any - (any % 2000)).toISOString()
  const finer = random.below(8) === 0 ? time.replace('Z', `${String(random.below(1000)).padStart(3, '0')}Z`) : time
  const tags = Array.from({ length: random.below(3) }, () => random.pick(TAGS))
  const plain = random.below(2) === 0
  const body = plain ? flatBody(random) : random.below(4) === 0 ? text(random) : object(random, 0)
  const fields = random.below(4) === 0 ? `,"fields":${JSON.stringify(Object.fromEntries(Array.from({ length: 1 + random.below(3) }, () => [random.pick(KEYS.filter((key) => key !== '__proto__')), random.pick<unknown>([random.pick(WORDS), random.below(1000), true, { id: random.pick(WORDS) }])])))}` : ''
  const guessed = random.below(6) === 0 ? `,"guessed":${random.pick(['["time"]', '["level"]', '["time","level"]'])}` : ''
  const error = random.below(8) === 0 ? `,"error":${JSON.stringify(random.pick(['no JSON: card', 'too long', 'null']))}` : ''
  return `{"time":"${finer}","level":"${random.pick(LEVELS)}","source":${JSON.stringify(random.pick(SOURCES))},"host":${JSON.stringify(random.pick(HOSTS))},"tags":${JSON.stringify(tags)},"body":${body}${fields}${guessed}${error}}`
}

/** As most services log. */
function flatBody(random: Random): string {
  return `{"message":${JSON.stringify(`card ${random.pick(['declined', 'accepted'])} by issuer ${random.below(500)}`)},"user":"u${random.below(60)}","latency_ms":${random.below(900)},"session":"${random.below(1e9).toString(16).padStart(8, '0')}"}`
}

/** JSON text of a string; some characters are written as escapes that need not be. */
function text(random: Random): string {
  const words = Array.from({ length: 1 + random.below(5) }, () => random.pick(WORDS))
  return escaped(random, words.join(random.pick([' ', ' ', '-', '']).toString()))
}

function escaped(random: Random, value: string): string {
  const json = JSON.stringify(value)
  if (random.below(6) > 0) return json
  return json.replace(/(?<!\\)[a-zé/]/g, (char) => (random.below(8) === 0 ? (char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) : char))
}

function value(random: Random, depth: number): string {
  const kind = random.below(depth > 3 ? 5 : 8)
  if (kind < 2) return text(random)
  if (kind < 4) return random.pick(NUMBERS)
  if (kind === 4) return random.pick(['true', 'false', 'null'])
  if (kind === 5) return `[${Array.from({ length: random.below(4) }, () => value(random, depth + 1)).join(random.pick([',', ', ']))}]`
  return object(random, depth + 1)
}

function object(random: Random, depth: number): string {
  const space = random.below(5) === 0 ? ' ' : ''
  return `{${Array.from({ length: random.below(6) }, () => `${escaped(random, random.pick(KEYS))}${space}:${space}${value(random, depth)}`).join(',')}}`
}

const quoted = (value: string): string => `"${value.replace(/["\\]/g, String.raw`\$&`).replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`
const word = (value: string): string => value.replace(/[\s()":\\*/]/g, String.raw`\$&`).replace(/^[-<>[{'&|]/, String.raw`\$&`)

/** Query text; some of it is wrong. */
export function generatedQuery(random: Random, depth = 0): string {
  const kind = random.below(depth > 2 ? 10 : 16)
  if (kind >= 14) return `(${generatedQuery(random, depth + 1)} OR ${generatedQuery(random, depth + 1)})`
  if (kind >= 11) return `${generatedQuery(random, depth + 1)} ${generatedQuery(random, depth + 1)}`
  if (kind === 10) return `-${random.below(2) === 0 ? term(random) : `(${generatedQuery(random, depth + 1)})`}`
  return term(random)
}

function term(random: Random): string {
  const field = random.pick([...KEYS, ...KEYS, 'user.id', 'body.level', 'fields.id', 'body.user.id', 'items.0', 'items.id', 'missing'])
  const name = /^[\w.]+$/.test(field) && !/^\d/.test(field) ? field : `"${field}"`
  switch (random.below(20)) {
    case 0: return random.pick(['level:error', 'level:>=warn', 'level:info', 'level:[debug TO warn]'])
    case 1: return `source:${random.pick(['app', 'web', 'd*', '*', '"a\\"b"', '/^a/', '日本'])}`
    case 2: return `tag:${random.pick(['payment', 'auth', 'pay*', '*', '"x y"', 'été', 'missing'])}`
    case 3: return `host:${random.pick(['web1', 'web*', 'db.example.com', '*.com', '/b1$/'])}`
    case 4: {
      const from = BASE + random.below(SPAN)
      return random.pick([`time:>${from}`, `time:[${from} TO ${from + random.below(SPAN / 2)}]`, `time:"${new Date(from).toISOString().slice(0, 16)}"`])
    }
    case 5:
    case 6: return word(random.pick([...WORDS, ...NUMBERS]).trim() || 'foo')
    case 7:
    case 8: return quoted(random.pick([random.pick(WORDS), `${random.pick(WORDS)} ${random.pick(WORDS)}`, 'card declined', 'declined by issuer', 'eclined b', 'rd declined by iss', 'user":', '0.0.0', 'hi" ', 'ar-foo']) || 'x')
    case 9: return `${name}:${quoted(random.pick(WORDS))}`
    case 10: return `${name}:${word(random.pick([...WORDS, ...NUMBERS]).trim() || 'foo')}`
    case 11: return `${name}:${random.pick(['>', '>=', '<', '<='])}${random.pick(['0', '500', '890', '-5', '1000', '1.5'])}`
    case 12: return `${name}:[${random.below(500)} TO ${500 + random.below(500)}]`
    case 13: return `${name}:*`
    case 14: return random.pick(['u4*', '*oo*', 'fo*ar', 'card*', '*é', '10.0.*', '1*0', '*:30', 'say*', 'C:\\\\*', '日*', '*e3'])
    case 15: return random.pick(['/card (declined|accepted)/', '/time(d )?out/i', '/declined by issuer 1\\d\\b/', '/^foo/', '/\\d{3}/', '/u4[12]/', '/café/i', '/a\\/b/', '/10\\.0\\.0\\.1/', '/[a-f0-9]{16}/', '/issuer/', '/kar*ſ|K/i', '/1000/', '/card  */'])
    case 16: return `${name}:${random.pick(['u4*', '/card/', '*', 'true', 'null', '""'])}`
    case 17: return word(random.pick(NUMBERS))
    case 18: return random.pick([`${name}:${word(random.pick(NUMBERS))}`, quoted(random.pick([...NUMBERS, '000', '1.5', '5.0'])), `${name}:${quoted(random.pick(NUMBERS))}`])
    default: return random.pick(['error:*', 'error:null', 'error:card', 'guessed:time', 'guessed:*', 'body:card', 'body:*', 'fields:*', 'fields:foo', 'latency_ms:>890', 'user:u4*', 'message:declined', '*', 'true', 'session:/^0/'])
  }
}
