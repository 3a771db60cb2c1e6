import { describe, expect, test } from 'vitest'
import { createLogger, type LogOptions } from '../../core/log.ts'

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const log = createLogger({ level: 'info', format: 'text', now: () => Date.UTC(2026, 10, 23, 10), write: (line) => lines.push(line), ...options })
  return { lines, log }
}

describe('own logs', () => {
  test('are a line of text each', () => {
    const { lines, log } = capture()
    log.for('app').error('Cannot open /var/log/x.log: permission denied.')
    log.for('journal').info('Ready.')
    expect(lines).toEqual([
      '2026-11-23T10:00:00.000Z ERROR [app] Cannot open /var/log/x.log: permission denied.\n',
      '2026-11-23T10:00:00.000Z INFO  [journal] Ready.\n',
    ])
  })

  test('or a line of JSON', () => {
    const { lines, log } = capture({ format: 'json' })
    log.for('app').warn('Say "so".\n')
    expect(lines).toEqual(['{"time":"2026-11-23T10:00:00.000Z","level":"warn","component":"app","message":"Say \\"so\\".\\n"}\n'])
  })

  test('leave out what is below the level, which may change at run time', () => {
    const { lines, log } = capture({ level: 'warn' })
    const logger = log.for('app')
    logger.debug('a')
    logger.info('b')
    logger.warn('c')
    log.setLevel('debug')
    logger.debug('d')
    log.setLevel('error')
    logger.warn('e')
    logger.error('f')
    expect(lines.map((line) => line.at(-2))).toEqual(['c', 'd', 'f'])
  })

  test('a hostile message can neither forge a line nor steer the terminal', () => {
    const hostile = 'a\n2026 ERROR [app] forged\r\u001b[2J\u0000\u009b31m\u2028\u202ex\u007f'
    const text = capture()
    text.log.for('in\nput').info(hostile)
    expect(text.lines[0]).toBe('2026-11-23T10:00:00.000Z INFO  [in\\nput] a\\n2026 ERROR [app] forged\\r\\u001b[2J\\u0000\\u009b31m\\u2028\\u202ex\\u007f\n')
    const json = capture({ format: 'json' })
    json.log.for('input').info(hostile)
    expect(json.lines[0]).toMatch(/^[\x20-\x7e]*\n$/)
    const parsed: unknown = JSON.parse(json.lines[0] ?? '')
    expect(parsed).toMatchObject({ message: hostile })
  })

  test('a message of any size becomes a bounded line', () => {
    const { lines, log } = capture()
    log.for('app').error('x'.repeat(1_000_000))
    expect(lines[0]?.length).toBeLessThan(4200)
    expect(lines[0]).toContain('(996000 more characters)')
  })
})
