import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTime } from '../../../core/time.ts'
import type { LogRecord } from '../../../core/record.ts'
import log4j from '../../../plugins/parsers/log4j.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { ARRIVAL, batchOf, host, objectRecord, recordsOf } from '../tap-host.ts'

// Made once: property tests call it thousands of times.
const hooks = host(log4j)

function parse(lines: readonly string[], options?: object): LogRecord[] {
  const records = recordsOf(lines)
  const { parse: taps } = options === undefined ? hooks : host(log4j, options)
  taps.get('log4j')?.call(batchOf(records))
  return records
}
const one = (line: string, options?: object): LogRecord => parse([line], options)[0] as LogRecord

describe('layouts', () => {
  function check(line: string, level: string, fields: object, time = '2024-01-01T10:00:00.123Z'): void {
    const record = one(line)
    expect(record.error, line).toBeNull()
    expect(record.level, line).toBe(level)
    expect({ ...record.fields }, line).toEqual(fields)
    expect(formatTime(record.time, record.timeText), line).toBe(time)
    expect(record.body).toBe(line)
  }
  const D = '2024-01-01 10:00:00,123'

  test('log4j and Logback', () => {
    check(`${D} [pool-1-thread-2] WARN  com.foo.Bar - msg - more`, 'warn', { thread: 'pool-1-thread-2', logger: 'com.foo.Bar', message: 'msg - more' })
    check(`${D} INFO [main] com.foo.Bar: msg: more`, 'info', { thread: 'main', logger: 'com.foo.Bar', message: 'msg: more' })
    check(`${D} INFO  [main] [com.foo.Bar] - msg`, 'info', { thread: 'main', logger: 'com.foo.Bar', message: 'msg' })
    check(`${D} INFO  [main] [req-1] com.foo.Bar - msg`, 'info', { thread: 'main', logger: 'com.foo.Bar', message: 'msg' })
    check(`${D} INFO  [main] c.f.Bar:45 - msg`, 'info', { thread: 'main', logger: 'c.f.Bar', line: 45, message: 'msg' })
    check(`${D} INFO  [scheduler.worker] com.foo.Bar - msg`, 'info', { thread: 'scheduler.worker', logger: 'com.foo.Bar', message: 'msg' })
    check(`${D} INFO  [main] Starting up`, 'info', { thread: 'main', message: 'Starting up' })
    check(`${D} INFO  [main] [req-1] some message`, 'info', { thread: 'main', message: '[req-1] some message' })
    check(`${D} FATAL Out of memory`, 'fatal', { message: 'Out of memory' })
    check(`${D} ERROR java.lang.NullPointerException: x`, 'error', { message: 'java.lang.NullPointerException: x' })
    check(`${D} INFO`, 'info', { message: '' })
  })

  test('Kafka', () => {
    check(`[${D}] TRACE [Controller 0]: checking (kafka.controller.KafkaController)`, 'trace', { logger: 'kafka.controller.KafkaController', message: '[Controller 0]: checking' })
    check(`[${D}] INFO KafkaConfig values: \n\ta = 1\n (kafka.server.KafkaConfig)`, 'info', { logger: 'kafka.server.KafkaConfig', message: 'KafkaConfig values: \n\ta = 1' })
  })

  test('Spring Boot', () => {
    check('2024-01-01T11:00:00.123+01:00  INFO 12345 --- [           main] c.e.App                 : a : b', 'info', { pid: 12345, thread: 'main', logger: 'c.e.App', message: 'a : b' })
    check('2024-01-01T10:00:00.123Z ERROR 12345 --- [shop] [io-8080-exec-1] c.e.App : msg', 'error', { pid: 12345, thread: 'io-8080-exec-1', logger: 'c.e.App', message: 'msg' })
    check('2024-01-01T10:00:00.123Z  INFO 1 --- [shop] [main] [803B448A0489F84084905D3093480352-3425F23BB2432450] c.e.App : msg', 'info', { pid: 1, thread: 'main', logger: 'c.e.App', message: 'msg' })
    check('2024-01-01T10:00:00.123Z  INFO 1 --- [main] [                 ] c.e.App : msg', 'info', { pid: 1, thread: 'main', logger: 'c.e.App', message: 'msg' })
    check('2024-01-01 10:00:00.123  INFO [shop,2485ec27856c56f4,2485ec27856c56f4,true] 68058 --- [main] c.e.App  : msg', 'info', { pid: 68058, thread: 'main', logger: 'c.e.App', message: 'msg' })
    check('2024-01-01 10:00:00.123  INFO 1 --- [main] o.a.c.c.C.[Tomcat].[localhost].[/]       : msg', 'info', { pid: 1, thread: 'main', logger: 'o.a.c.c.C.[Tomcat].[localhost].[/]', message: 'msg' })
  })

  test('Hadoop, HDFS, Spark, ZooKeeper, Cassandra, Storm, Solr, Tomcat, WildFly, Elasticsearch', () => {
    check(`${D} INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created`, 'info', { thread: 'main', logger: 'org.apache.hadoop.mapreduce.v2.app.MRAppMaster', message: 'Created' })
    check('081109 203615 148 INFO dfs.DataNode$PacketResponder: msg', 'info', { pid: 148, logger: 'dfs.DataNode$PacketResponder', message: 'msg' }, '2008-11-09T20:36:15.000Z')
    check('17/06/09 20:10:40 INFO executor.Backend: msg', 'info', { logger: 'executor.Backend', message: 'msg' }, '2017-06-09T20:10:40.000Z')
    check(`${D} - WARN  [QuorumPeer[myid=1]/0:0:2181:FastLeaderElection@774] - msg`, 'warn', { thread: 'QuorumPeer[myid=1]/0:0:2181', logger: 'FastLeaderElection', line: 774, message: 'msg' })
    check(`${D} [myid:1] - INFO  [main:QuorumPeerConfig@136] - msg`, 'info', { thread: 'main', logger: 'QuorumPeerConfig', line: 136, message: 'msg' })
    check(`INFO  [main] ${D} CassandraDaemon.java:123 - msg`, 'info', { thread: 'main', file: 'CassandraDaemon.java', line: 123, message: 'msg' })
    check('2024-01-01 10:00:00.123 o.a.s.d.nimbus main [INFO] msg', 'info', { logger: 'o.a.s.d.nimbus', thread: 'main', message: 'msg' })
    check('2024-01-01 10:00:00.123 INFO  (qtp-14) [c:coll s:shard1] o.a.s.u.p.Log [core]  path=/a', 'info', { thread: 'qtp-14', logger: 'o.a.s.u.p.Log', message: '[core]  path=/a' })
    check('01-Jan-2024 10:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup', 'info', { thread: 'main', logger: 'org.apache.catalina.startup.Catalina.start', message: 'Server startup' })
    check(`${D} INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0049: started`, 'info', { logger: 'org.jboss.as', thread: 'MSC service thread 1-2', message: 'WFLYSRV0049: started' })
    check('[2024-01-01T10:00:00,123][INFO ][o.e.n.Node               ] [node-1] version', 'info', { logger: 'o.e.n.Node', message: '[node-1] version' })
  })

  test('Python, NLog, Serilog', () => {
    check(`${D} - my_app.views - CRITICAL - msg`, 'fatal', { logger: 'my_app.views', message: 'msg' })
    check(`${D} - root - INFO - msg`, 'info', { logger: 'root', message: 'msg' })
    check(`${D} INFO     [alembic.runtime.migration] Context impl`, 'info', { logger: 'alembic.runtime.migration', message: 'Context impl' })
    check('2024-01-01 10:00:00.123 | SUCCESS  | __main__:<module>:12 - msg', 'info', { logger: '__main__', line: 12, message: 'msg' })
    check('[2024-01-01 10:00:00 +0000] [1234] [INFO] Booting', 'info', { pid: 1234, message: 'Booting' }, '2024-01-01T10:00:00.000Z')
    check(`[${D}] {taskinstance.py:670} INFO - msg`, 'info', { file: 'taskinstance.py', line: 670, message: 'msg' })
    check('2024-01-01 10:00:00.1230|WARN|Logger.Name|msg', 'warn', { logger: 'Logger.Name', message: 'msg' })
    check('2024-01-01 11:00:00.123 +01:00 [ERR] msg', 'error', { message: 'msg' })
  })
})

describe('times', () => {
  test('without zone are guessed, unless one is configured', () => {
    const line = '2024-07-01 10:00:00,123 [main] INFO a.B - x'
    expect(one(line).guessed).toEqual(['time'])
    const zoned = one(line, { timezone: 'Europe/Paris' })
    expect([zoned.guessed, formatTime(zoned.time)]).toEqual([[], '2024-07-01T08:00:00.123Z'])
  })
  test('without a date are of the day nearest to their arrival, and guessed', () => {
    const record = one('23:34:56.789 [main] DEBUG c.e.App - msg', { timezone: 'UTC' })
    expect([record.time, record.guessed]).toEqual([ARRIVAL - (25 * 60 + 3) * 1000 - 211, ['time']])
  })
})

describe('exceptions', () => {
  function check(text: string, type: string | undefined, message?: string): void {
    const record = one(`2024-01-01 10:00:00,123 ERROR [main] a.B - failed${text}`)
    expect([record.fields['exception.type'], record.fields['exception.message']], text).toEqual([type, message])
    expect(record.fields['message']).toBe(`failed${text}`)
  }
  test('have their type and message', () => {
    check('\njava.io.IOException: no\n\tat a.B.c(B.java:1)\nCaused by: java.lang.Error: x\n\tat d', 'java.io.IOException', 'no')
    check('\njava.lang.IllegalStateException\n\tat a.B.c(B.java:1)', 'java.lang.IllegalStateException')
    check('\ncom.foo.Bad: two\nlines\n\tat a.B.c(B.java:1)', 'com.foo.Bad', 'two\nlines')
    check('\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: bad value', 'ValueError', 'bad value')
    check('\nTraceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py"\nmy.Error', 'my.Error')
    check('', undefined)
    check('\n\tjust a dump', undefined)
    check('\nnote: x\n\tat a.B.c(B.java:1)', undefined)
  })
})

test('what has no time and level at its head is kept with the reason', () => {
  for (const line of ['x', 'INFO:root:message', '2024-01-01 10:00:00 something ERROR x', '2024-01-01 10:00:00,123', '\tat a.B.c(B.java:1)', '2021-02-14 01:34:02 CET [30291]: LOG:  x', '[[[[[[', 'INFO [', '2024-01-01 10:00:00 level=info']) {
    expect([one(line).error, one(line).body, { ...one(line).fields }], line).toEqual(['no time and level at its head', line, {}])
  }
  expect(one('2024-01-01T10:00:00Z something').time).toBe(Date.UTC(2024, 0, 1, 10))
  for (const line of ['', '  ']) expect([one(line).error, one(line).body]).toEqual([null, line])
})

test('what a source gave as an object or a time of its own stays', () => {
  const given = objectRecord({ a: 1 })
  const timed = recordsOf(['2024-01-01 10:00:00,123 ERROR x'])
  timed[0]?.timeFound(1)
  timed[0]?.levelFound('trace')
  host(log4j).parse.get('log4j')?.call(batchOf([given, ...timed]))
  expect([given.body, given.error]).toEqual([{ a: 1 }, null])
  expect([timed[0]?.time, timed[0]?.level]).toEqual([1, 'trace'])
})

test('no line makes it throw, or lose the message', { timeout: propertyMs }, () => {
  const piece = fc.constantFrom('2024-01-01 10:00:00,123', '12:34:56', 'INFO', '[', ']', '(', ')', '{', '}', ' ', ' - ', ':', ' --- ', '|', 'a.B.C', '@12', '123', '\n', '\n\tat a.b', 'java.io.IOException: x', 'é', '(a.b.C)')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const line = pieces.join('')
      const record = one(line)
      expect(record.body).toBe(line)
      if (record.error === null && line.trim() !== '') expect(typeof record.fields['message']).toBe('string')
    }),
    propertyRuns,
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString()), (text) => void one(`2024-01-01 10:00:00,123 INFO ${text}`)), propertyRuns)
})

test('time grows with the length of a line, not with its square', () => {
  for (const part of ['[', '(', '{', ' ', ' - ', 'a.B ', 'a:', '\n', '\n\tat ', '\njava.io.IOException: ', '(a.b', 'Traceback (most recent call last):\n', '\nValueError: x']) {
    const line = `2024-01-01 10:00:00,123 ERROR ${part.repeat(1_000_000 / part.length)}`
    const began = performance.now()
    one(line)
    one(`[2024-01-01 10:00:00,123] ERROR ${line}`)
    expect(performance.now() - began, part).toBeLessThan(1000)
  }
})
