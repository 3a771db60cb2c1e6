import { describe, expect, test } from 'vitest'
import { findLevel } from '../../core/find-level.ts'
import { levelOf, levelOfLetter, levelOfOtel, levelOfPython } from '../../core/level.ts'

describe('levelOf', () => {
  function check(input: string | number, want: string | null): void {
    expect(levelOf(input), String(input)).toBe(want)
  }

  test('knows the names of pino, winston, log4j, zap, zerolog, Python, .NET, Java and syslog in any case', () => {
    for (const name of ['trace', 'TRACE', 'silly', 'FINEST', 'TRC']) check(name, 'trace')
    for (const name of ['debug', 'DEBUG', 'Debug', 'dBuG', 'DBG', 'verbose', 'http', 'FINE', 'DEBUG2']) check(name, 'debug')
    for (const name of ['info', 'INFO', 'Info', 'Information', 'informational', 'notice', 'INF', 'LOG']) check(name, 'info')
    for (const name of ['warn', 'WARNING', 'Warning', 'wrn']) check(name, 'warn')
    for (const name of ['error', 'ERROR', 'err', 'SEVERE', 'Error']) check(name, 'error')
    for (const name of ['fatal', 'CRITICAL', 'crit', 'alert', 'emerg', 'EMERGENCY', 'panic', 'dpanic']) check(name, 'fatal')
  })

  test('is one table for every format', () => {
    const table = (system: string, want: Readonly<Record<string, string | null>>): void => {
      for (const [name, level] of Object.entries(want)) expect(levelOf(name), `${system}: ${name}`).toBe(level)
    }
    table('syslog', { emerg: 'fatal', panic: 'fatal', alert: 'fatal', crit: 'fatal', err: 'error', error: 'error', warning: 'warn', warn: 'warn', notice: 'info', info: 'info', debug: 'debug' })
    table('syslog by number', { 0: 'fatal', 1: 'fatal', 2: 'fatal', 3: 'error', 4: 'warn', 5: 'info', 6: 'info', 7: 'debug' })
    table('Apache', { emerg: 'fatal', alert: 'fatal', crit: 'fatal', error: 'error', warn: 'warn', notice: 'info', info: 'info', debug: 'debug', trace1: 'trace', trace5: 'trace', trace8: 'trace' })
    table('nginx', { emerg: 'fatal', alert: 'fatal', crit: 'fatal', error: 'error', warn: 'warn', notice: 'info', info: 'info', debug: 'debug' })
    table('PostgreSQL', { DEBUG1: 'debug', DEBUG2: 'debug', DEBUG3: 'debug', DEBUG4: 'debug', DEBUG5: 'debug', LOG: 'info', INFO: 'info', NOTICE: 'info', WARNING: 'warn', ERROR: 'error', FATAL: 'fatal', PANIC: 'fatal' })
    table('PostgreSQL, lines that go with another', { STATEMENT: null, DETAIL: null, HINT: null, CONTEXT: null, QUERY: null, LOCATION: null })
    table('klog and glog', { INFO: 'info', WARNING: 'warn', ERROR: 'error', FATAL: 'fatal' })
    table('log4j and Logback', { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error', FATAL: 'fatal' })
    table('Ruby', { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error', FATAL: 'fatal', ANY: null })
    table('Python', { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal', NOTSET: null })
    table('java.util.logging', { FINEST: 'trace', FINER: 'debug', FINE: 'debug', CONFIG: 'debug', INFO: 'info', WARNING: 'warn', SEVERE: 'error' })
    table('.NET', { Trace: 'trace', Debug: 'debug', Information: 'info', Warning: 'warn', Error: 'error', Critical: 'fatal', None: null })
    table('.NET on the console', { trce: 'trace', dbug: 'debug', info: 'info', warn: 'warn', fail: 'error', crit: 'fatal' })
    table('Serilog', { VRB: 'trace', DBG: 'debug', INF: 'info', WRN: 'warn', ERR: 'error', FTL: 'fatal' })
    table('Windows', { Critical: 'fatal', Error: 'error', Warning: 'warn', Information: 'info', Verbose: 'debug', 'Audit Success': 'info', 'Audit Failure': 'error', AUDIT_SUCCESS: 'info', AUDIT_FAILURE: 'error' })
    table('MySQL', { Note: 'info', Warning: 'warn', ERROR: 'error' })
  })

  test('sees through colours, spaces and the distances of Go slog', () => {
    check('\u001B[32minfo\u001B[39m', 'info')
    check(' WARN ', 'warn')
    check('ERROR+2', 'error')
    check('DEBUG-4', 'debug')
  })

  test('reads numbers by their scale', () => {
    check(0, 'fatal')
    check(2, 'fatal')
    check(3, 'error')
    check(4, 'warn')
    check(5, 'info')
    check(6, 'info')
    check(7, 'debug')
    check(8, null)
    check(10, 'trace')
    check(20, 'debug')
    check(30, 'info')
    check(35, 'info')
    check(40, 'warn')
    check(50, 'error')
    check(60, 'fatal')
    check(99, 'fatal')
    check(100, 'debug')
    check(250, 'info')
    check(404, null)
    check(5000, 'trace')
    check(10_000, 'debug')
    check(20_000, 'info')
    check(40_000, 'error')
    check(50_000, 'fatal')
    check(60_000, null)
    check('30', 'info')
    check('3', 'error')
    check(-1, null)
    check(30.5, null)
    check(Number.NaN, null)
  })

  test('takes nothing else for a level', () => {
    for (const name of ['', ' ', 'premium', 'E', 'default', 'none', '__proto__', 'constructor', 'toString', 'x'.repeat(100_000)]) check(name, null)
  })
})

test('other scales have functions of their own', () => {
  expect([1, 4, 5, 9, 12, 13, 17, 21, 24].map(levelOfOtel)).toEqual(['trace', 'trace', 'debug', 'info', 'info', 'warn', 'error', 'fatal', 'fatal'])
  expect([0, 25, -1, 1.5].map(levelOfOtel)).toEqual([null, null, null, null])
  expect([5, 10, 20, 25, 30, 40, 50, 60].map(levelOfPython)).toEqual(['trace', 'debug', 'info', 'info', 'warn', 'error', 'fatal', 'fatal'])
  expect(['E', 'W', 'I', 'D', 'F', 'e', 'X', ''].map(levelOfLetter)).toEqual(['error', 'warn', 'info', 'debug', 'fatal', null, null, null])
})

describe('findLevel', () => {
  function check(input: string, want: string | null): void {
    expect(findLevel(input), input).toBe(want)
  }

  test('finds a level at the start of the line', () => {
    check('ERROR something broke', 'error')
    check('error: something broke', 'error')
    check('Error: ENOENT', 'error')
    check('WARN  two spaces', 'warn')
    check('INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 200', 'info')
    check('WARNING:root:from Python', 'warn')
    check('fatal: not a git repository', 'fatal')
    check('panic: runtime error', 'fatal')
    check('<warn> x', 'warn')
    check('*ERROR* x', 'error')
    check('ERROR', 'error')
  })

  test('finds it after a time, in any case', () => {
    check('2024-06-18T23:37:20Z ERROR x', 'error')
    check('2024-06-18 23:37:20,123 warn x', 'warn')
    check('2024-06-18 23:37:20 - INFO  [main] x', 'info')
    check('2024-06-18 23:37:20,123 - mylogger - ERROR - x', 'error')
    check('2024-06-18 23:37:20 | WARNING  | app:main:3 - x', 'warn')
    check('2024-06-18 23:37:20.123  INFO 1 --- [main] c.e.App : x', 'info')
    check('[2024-06-18 23:37:20,123 DEBUG] x', 'debug')
    check('[2024-06-18 23:37:20] [main] ERROR x', 'error')
    check('2024-06-18 23:37:20 UTC [600] LOG:  connection', 'info')
    check('2024-06-18 23:37:20 UTC [600] user@db FATAL:  no', 'fatal')
    check('2020-03-11 20:40:43 CET::@:[12760]:ERROR:  x', 'error')
    check('17/06/09 20:10:40 INFO executor.Backend: x', 'info')
    check('081109 203615 148 WARN dfs.DataNode: x', 'warn')
    check('03-17 16:13:38.811  1702  2395 D WindowManager: x', 'debug')
    check('Dec 10 06:55:46 box sshd[24200]: error: x', 'error')
    check('sshd[24200]: ERROR x', 'error')
    check('Feb 11 13:15:39 pc postgres[10808]: [1-1] db=,user=,app= LOG:  x', 'info')
    check('Feb 11 13:15:39 pc postgres[10808]: [12-3] db=,user=,app= FATAL:  x', 'fatal')
    check('Feb 11 13:15:39 pc postgres[10808]: [2-1] db=,user=,app= STATEMENT:  SELECT 1', null)
    check('2021-12-03 07:14:48.594 UTC [4913] user=u,db=d DETAIL:  parameters: x', null)
    check('2021-12-03 07:14:48.594 UTC [4913] HINT:  x', null)
    check('Jul 09, 2015 3:23:29 PM com.example.Main run', null)
    check('SEVERE: the second line of java.util.logging', 'error')
    check('[15-Nov-2023 08:12:31] WARNING: [pool www] seems busy', 'warn')
    check('081109 20:36:15 [Note] x', 'info')
  })

  test('finds it in brackets', () => {
    check('[ERROR] x', 'error')
    check('[error] x', 'error')
    check('[info     ] structlog', 'info')
    check('[Sun Dec 04 04:47:44 2005] [error] [client 1.2.3.4] x', 'error')
    check('[Sun Dec 04 04:47:44.123 2005] [ssl:warn] [pid 1] x', 'warn')
    check('2024/06/18 23:37:20 [crit] 7#7: x', 'fatal')
    check('2024-06-18T23:37:20.000000Z 0 [Warning] [MY-010068] x', 'warn')
    check('[12:00:00] [Server thread/INFO]: x', 'info')
    check('[E] x', 'error')
    check('[W 240101 12:00:00 app:12] x', 'warn')
  })

  test('finds it under its key', () => {
    check('ts=2024 caller=main.go:1 level=error msg="x"', 'error')
    check('a b c lvl=warn x', 'warn')
    check('the request failed severity: ERROR', 'error')
    check('{"a":1,"level":"debug"', 'debug')
    check('LOGLEVEL=INFO x', 'info')
    check('level=unknown severity=warn', 'warn')
  })

  test('reads single letters only where a format puts them', () => {
    check('E0102 15:04:05.678901 1 file.go:12] x', 'error')
    check('I20210131 14:48:54.411655 15520 main.c++:9] x', 'info')
    check('I, [2024-06-18T23:37:20.123456 #1]  INFO -- : x', 'info')
    check('W/Activity( 123): x', 'warn')
    check('E is a letter', null)
    check('I think so', null)
    check('D', null)
  })

  test('is not led in circles by a line made for it', () => {
    check('a[1]: [1-1] '.repeat(100_000), null)
    check('[1-1] '.repeat(100_000), null)
  })

  test('leaves a sentence alone', () => {
    check('Note: this is fine', null)
    check('', null)
    check('an error occurred', null)
    check('error while doing something', null)
    check('no ERROR found in the log', null)
    check('THE ERROR WAS OURS', null)
    check('GET /error HTTP/1.1', null)
    check('user pressed the fatal button', null)
    check('config: loaded', null)
    check('2024-06-18T23:37:20Z http server started', null)
    check('2024-06-18T23:37:20Z user info updated', null)
    check('127.0.0.1 - - [18/Jun/2024:23:37:20 +0000] "GET /warn HTTP/1.1" 200 12', null)
    check('TypeError: x is not a function', null)
    check('    at Object.error (file.js:1:2)', null)
    check('water level: high', null)
    check('[info handler] started', null)
    check('DEBUG_MODE is off', null)
    check('ERROR_CODE=5', null)
    check('--warn is an option', null)
  })

  test('does not go through long lines', () => {
    const long = `${'word '.repeat(200_000)}ERROR`
    const started = performance.now()
    for (let i = 0; i < 200; i++) check(long, null)
    for (const unit of ['[', '[a', '-|', 'level', 'E/', '1 ', 'A1 ', '[1:']) check(unit.repeat(300_000), null)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
