// The level a JSON record states, under the names loggers use.
import type { Json, JsonObject } from './json.ts'
import { levelOf, levelOfLetter, levelOfOtel, levelOfPython, type Level } from './level.ts'

/**
 * In order of precedence, which never changes; the first that holds a level wins. pino, winston, bunyan, zap, zerolog, log4j: `level`;
 * Google Cloud, GELF: `severity`; ECS: `log.level`; OpenTelemetry: `severityText`; python-json-logger: `levelname`; Monolog: `level_name`;
 * .NET: `LogLevel`; Serilog: `@l`; hclog: `@level`; PostgreSQL: `error_severity`; journald: `PRIORITY`. Numbers are read by their scale, see `levelOf`.
 */
const NAMES = ['level', 'severity', 'log.level', 'severityText', 'levelname', 'lvl', 'loglevel', 'log_level', 'severity_text', 'level_name', 'LogLevel', 'Level', 'Severity',
  '@l', '@level', 'error_severity', 'PRIORITY'] as const

/** The level in `object`, or null. */
export function levelIn(object: JsonObject): Level | null {
  // CloudNativePG's own level is always "info": the one that counts is PostgreSQL's, inside.
  const { record } = object
  if (record !== undefined && typeof record === 'object') {
    const level = levelInside(record)
    if (level !== null) return level
  }
  // Reads of fixed names are cached by V8 at their place, 2 ns; names out of a list cost 15.
  const first = object['level'] ?? object['severity'] ?? object['log.level']
  if (typeof first === 'string' || typeof first === 'number') {
    const level = levelOf(first)
    if (level !== null) return level
  }
  for (let i = 0; i < NAMES.length; i++) {
    const value = object[NAMES[i] as string]
    if (value === undefined) continue
    const level = typeof value === 'string' || typeof value === 'number' ? levelOf(value) : levelInside(value)
    if (level !== null) return level
  }
  return rareLevel(object)
}

/** `{"level":{"name":"INFO"}}` (loguru, log4j's JSON template) and wrapped records. */
function levelInside(value: Json): Level | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const level = value['error_severity'] ?? value['level'] ?? value['name']
  if (typeof level === 'string' || typeof level === 'number') return levelOf(level)
  return level !== undefined && 'level' in value ? levelInside(level) : null
}

/** Scales that only their key tells apart, and levels that are not said in a word of their own. */
function rareLevel(object: JsonObject): Level | null {
  const { severityNumber, levelno, log } = object
  if (severityNumber !== undefined) return levelOfOtel(Number(severityNumber))
  if (typeof object['severity_number'] === 'number') return levelOfOtel(object['severity_number'])
  if (typeof levelno === 'number') return levelOfPython(levelno)
  if (typeof log === 'object' && log !== null && !Array.isArray(log) && typeof log['level'] === 'string') return levelOf(log['level'])
  // MongoDB: {"t":{"$date":...},"s":"I","c":"NETWORK","id":...,"ctx":...,"msg":...}.
  if (typeof object['s'] === 'string' && object['c'] !== undefined && object['ctx'] !== undefined) return /^D\d$/.test(object['s']) ? 'debug' : levelOfLetter(object['s'])
  // Serilog leaves `@l` out when it is Information.
  return object['@t'] === undefined ? null : 'info'
}
