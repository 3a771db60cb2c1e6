// Severities: the six names a record can carry and what other systems call them.

/** Lowest to highest; OpenTelemetry's SeverityNumber ranges 1-4, 5-8, 9-12, 13-16, 17-20, 21-24 in this order. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type Level = (typeof LEVELS)[number]

/**
 * What others call them. Where systems disagree the OpenTelemetry bridges decide (winston's `http` and `verbose` are debug, java.util.logging's
 * `config` too), and Python's reading of `critical` as the highest level wins over syslog's, where it is the third.
 */
const NAMES: Readonly<Record<Level, string>> = {
  trace: 'trace silly finest trc trce vrb all trace1 trace2 trace3 trace4 trace5 trace6 trace7 trace8',
  debug: 'debug dbg dbug verbose http config fine finer debug1 debug2 debug3 debug4 debug5',
  info: 'info inf information informational notice note ntc log success ok audit auditsuccess audit_success info2 info3 info4',
  warn: 'warn warning wrn warn2 warn3 warn4',
  error: 'error err eror severe fail failure auditfailure audit_failure error2 error3 error4',
  fatal: 'fatal ftl critical crit alert emergency emerg panic dpanic pnc fatal2 fatal3 fatal4',
}

/** Every name in lower case, upper case and with a capital, so that hot lines need one lookup and no new string. */
const BY_NAME = new Map<string, Level>()
for (const level of LEVELS) {
  for (const name of NAMES[level].split(' ')) for (const form of [name, name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)]) BY_NAME.set(form, level)
}

/** Room for `informational` in colours; a longer value is prose or an attack. */
const MAX_NAME_CHARS = 32
/** What is around a name in values seen: colours of a console format (winston), spaces, Go slog's distance (`ERROR+2`). */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const DECORATION = /^(?:\u001B\[[0-9;]*m|\s)+|(?:\u001B\[[0-9;]*m|\s|[+-]\d{1,2})+$/g

/** Numbers of Monolog, which no other scale in use shares. */
const MONOLOG: ReadonlyMap<number, Level> = new Map([[100, 'debug'], [200, 'info'], [250, 'info'], [300, 'warn'], [400, 'error'], [500, 'fatal'], [550, 'fatal'], [600, 'fatal']])

/**
 * The level of a name in any case or a number, or null.
 * Numbers: 0 to 7 are syslog severities; 10 to 99 those of pino and bunyan (30 is info), what lies between two counts as the lower;
 * 100 to 600 Monolog's; from 5000 Logback's. Python's numbers clash with pino's: `levelOfPython`. OpenTelemetry's: `levelOfOtel`.
 * Single letters are levels only where the context says so: `levelOfLetter`.
 */
export function levelOf(name: string | number): Level | null {
  if (typeof name === 'number') return levelOfNumber(name)
  const level = BY_NAME.get(name)
  if (level !== undefined) return level
  if (name.length === 0 || name.length > MAX_NAME_CHARS) return null
  // Windows says `Audit Success`.
  const bare = name.replace(DECORATION, '').toLowerCase().replace(' ', '_')
  if (bare === '') return null
  return BY_NAME.get(bare) ?? (/^\d+$/.test(bare) ? levelOfNumber(Number(bare)) : null)
}

/** The level of a bare word written `error`, `ERROR` or `Error`, for scanners: no trimming, so a miss costs one lookup. */
export function levelOfWord(word: string): Level | null {
  return BY_NAME.get(word) ?? null
}

function levelOfNumber(value: number): Level | null {
  if (!Number.isInteger(value) || value < 0) return null
  if (value <= 7) return value <= 2 ? 'fatal' : value === 3 ? 'error' : value === 4 ? 'warn' : value === 7 ? 'debug' : 'info'
  if (value < 10) return null
  if (value < 100) return LEVELS[Math.min(Math.floor(value / 10) - 1, 5)] as Level
  if (value < 1000) return MONOLOG.get(value) ?? null
  if (value < 5000 || value > 50_000) return null
  return LEVELS[Math.floor(value / 10_000)] as Level
}

/** OpenTelemetry's SeverityNumber, 1 to 24; 0 is "unspecified". */
export function levelOfOtel(severityNumber: number): Level | null {
  return Number.isInteger(severityNumber) && severityNumber >= 1 && severityNumber <= 24 ? (LEVELS[(severityNumber - 1) >> 2] as Level) : null
}

/** The lowest SeverityNumber of a level: what OpenTelemetry's own table maps each name to. */
export function otelOfLevel(level: Level): number {
  return LEVELS.indexOf(level) * 4 + 1
}

/** Python's `levelno`: 10 is debug where pino says trace. */
export function levelOfPython(levelno: number): Level | null {
  if (!Number.isInteger(levelno) || levelno < 1) return null
  return LEVELS[Math.min(Math.floor(levelno / 10), 5)] as Level
}

const LETTERS: ReadonlyMap<string, Level> = new Map([['T', 'trace'], ['V', 'trace'], ['D', 'debug'], ['I', 'info'], ['N', 'info'], ['W', 'warn'], ['E', 'error'], ['F', 'fatal'], ['C', 'fatal']])

/** A capital letter where a format puts its level: klog, logcat, Ruby's logger, MongoDB. */
export function levelOfLetter(letter: string): Level | null {
  return LETTERS.get(letter) ?? null
}
