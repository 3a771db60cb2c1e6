// Sawlog's own logs: one line each on stderr, as text or JSON.
import type { Logger } from './define-plugin.ts'
import { escapeControls } from './escape-controls.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
export type LogFormat = 'text' | 'json'

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Takes a finished line with its newline; stderr by default. */
  readonly write?: (line: string) => void
  /** Epoch ms; the clock by default. */
  readonly now?: () => number
}

export interface OwnLog {
  /** The logger of one component, the same one at each call. */
  for(component: string): Logger
  /** Counts for loggers already handed out as well. */
  setLevel(level: LogLevel): void
  setFormat(format: LogFormat): void
}

/** A message may quote a hostile line; beyond this a log line only hides the others. */
const MAX_MESSAGE = 4000

export function createLogger(options: LogOptions): OwnLog {
  const write = options.write ?? writeToStderr
  const now = options.now ?? Date.now
  let threshold = LOG_LEVELS.indexOf(options.level)
  let format = options.format
  const loggers = new Map<string, Logger>()

  function log(rank: number, component: string, message: string): void {
    if (rank < threshold) return
    const time = new Date(now()).toISOString()
    const level = LOG_LEVELS[rank] ?? 'error'
    const text = cut(String(message))
    write(format === 'json'
      ? `${escapeControls(JSON.stringify({ time, level, component, message: text }))}\n`
      : `${time} ${level.toUpperCase().padEnd(5)} [${escapeControls(component)}] ${escapeControls(text)}\n`)
  }

  return {
    for(component) {
      const known = loggers.get(component)
      if (known !== undefined) return known
      const logger: Logger = Object.freeze({
        debug: (message: string) => log(0, component, message),
        info: (message: string) => log(1, component, message),
        warn: (message: string) => log(2, component, message),
        error: (message: string) => log(3, component, message),
      })
      loggers.set(component, logger)
      return logger
    },
    setLevel(level) {
      threshold = LOG_LEVELS.indexOf(level)
    },
    setFormat(next) {
      format = next
    },
  }
}

function cut(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}... (${message.length - MAX_MESSAGE} more characters)`
}

let watched = false

function writeToStderr(line: string): void {
  if (!watched) {
    watched = true
    // Whoever read our stderr has gone (`2>&1 | head`). Own logs are then lost by nature; collecting must go on.
    process.stderr.on('error', () => undefined)
  }
  process.stderr.write(line)
}
