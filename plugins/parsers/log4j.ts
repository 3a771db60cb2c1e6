// Lines in the pattern layouts of log4j, Logback, Spring Boot, Python's logging and their kin: a time, a level, who speaks, the message.
import { claimStream, definePlugin, eachRecord, exceptionIn, noteTime, readLogHead, readText, timeZone, z, type LogRecord } from '../../core/plugin.ts'

export default definePlugin({
  kind: 'parser',
  type: 'log4j',
  summary: 'Reads the pattern layouts of log4j, Logback, Spring Boot, Python and their kin, stack traces included.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'No pattern has to be given: the parts are told by their shape. Fields: `logger`, `thread`, `pid`, `file`, `line` where the line has them, and `message`. The body stays the line.',
    'Read are, among others: `2024-01-01 10:00:00,123 [thread] LEVEL logger - message`, `... LEVEL [thread] logger: message`, `... - logger - LEVEL - message`, `... | LEVEL | module:function:12 - message`, '
      + '`[time] LEVEL message (logger)` (Kafka), `[time][LEVEL][logger] message` (Elasticsearch), `time LEVEL 123 --- [thread] logger : message` (Spring Boot), '
      + '`time - LEVEL [thread:Class@line] - message` (ZooKeeper), `yy/MM/dd HH:mm:ss LEVEL logger: message` (Spark), `yyMMdd HHmmss id LEVEL logger: message` (HDFS), `LEVEL [thread] time file:line - message` (Cassandra).',
    'A stack trace stays part of the message; of the exception `exception.type` and `exception.message` become fields. For that the source must put the lines together: `multiline: { start: \'^\\[?\\d\' }` joins everything '
      + 'up to the next line that begins with a digit, in brackets or not. (`multiline: java` joins only the trace: where the exception is named on a line of its own, it is a record of its own, without a time.)',
    'A line needs a time and, near it, a level in capitals or brackets; one that lacks either is kept with the reason in `error`. Layouts in which a bare word stands between level and message cannot be told from prose: '
      + 'it counts as the logger only where a colon, dash or bar follows it. A time without date counts as the day that puts it nearest to its arrival, and stays marked as guessed.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR 4711 --- [nio-8080-exec-1] c.e.pay.CardService : card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR 4711 --- [nio-8080-exec-1] c.e.pay.CardService : card declined",'
      + '"fields":{"logger":"c.e.pay.CardService","thread":"nio-8080-exec-1","pid":4711,"message":"card declined"}}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    claimStream({ name, type: 'log4j', hooks }, 'lines of a log4j-like layout', isSuch)
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => parse(record, zone)))
  },
})

function parse(record: LogRecord, zone: string | null): void {
  if (record.object !== null) return
  const { line } = record
  const head = readLogHead(line, zone ?? 'UTC', record.time)
  if (head === null) {
    if (line.trim() === '') return
    record.error = 'no time and level at its head'
    readText(record, line, zone)
    return
  }
  const { guessed, fields } = record
  if (guessed.includes('time')) noteTime(record, head.time, zone !== null)
  if (guessed.includes('level')) record.levelFound(head.level)
  if (head.logger !== '') fields['logger'] = head.logger
  if (head.thread !== '') fields['thread'] = head.thread
  if (head.pid !== -1) fields['pid'] = head.pid
  if (head.file !== '') fields['file'] = head.file
  if (head.line !== -1) fields['line'] = head.line
  const message = head.message.trimEnd()
  fields['message'] = message
  const exception = exceptionIn(message)
  if (exception === null) return
  fields['exception.type'] = exception.type
  if (exception.message !== '') fields['exception.message'] = exception.message
}

/** A comma before the milliseconds, which Java and Python write. */
const COMMA_TIME = /^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}\D/

/** Time and level alone are any text: somebody must speak, or the time be that of these loggers. */
function isSuch(line: string): boolean {
  const head = readLogHead(line, 'UTC', 0)
  return head !== null && (head.logger !== '' || head.thread !== '' || COMMA_TIME.test(line))
}
