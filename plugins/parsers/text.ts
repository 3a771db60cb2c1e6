// Plain text: the line is the body; a time at its head and a level it states are read, nothing else is taken apart.
import { definePlugin, eachRecord, readText, timeZone, z } from '../../core/plugin.ts'

/** Takes every line, so it must be asked last. */
const LAST = 1_000_000

export default definePlugin({
  kind: 'parser',
  type: 'text',
  summary: 'Keeps the line as it is and reads a time at its head and the level it states.',
  options: z.strictObject({
    timezone: timeZone().optional().describe('Zone of times that name none, as an IANA name or an offset; without it they count as UTC and are marked as guessed.'),
  }),
  example: 'timezone: Europe/Paris',
  docs: [
    'Times at the head of the line, in brackets or not: ISO 8601 and RFC 3339 with their variants (`2026-11-01 00:00:00,123`, `2026/11/01 00:00:00`), syslog (`Nov  1 00:00:00`, Cisco, behind `<34>`), '
      + 'ctime (`Sun Nov 01 00:00:00 2026`, Apache), HTTP and RFC 2822 dates, `01-Nov-2026 00:00:00` (PHP, Tomcat), `Nov 01, 2026 3:23:29 PM` (java.util.logging), Ruby, klog and glog, '
      + '`26/11/01 00:00:00` (log4j: year, month, day) and `261101 000000` (HDFS), epoch seconds with a fraction or in brackets; and an access log\'s `[01/Nov/2026:00:00:00 +0000]` further behind.',
    'A missing year is guessed: the latest in which the day is not yet to come. A missing zone counts as `timezone` or UTC; abbreviations count where they have one meaning (CEST, EST, not CST). '
      + 'The hour that clocks show twice is taken as the first, a time in the hour they skip is moved forward by it. Such times are marked as guessed, except those whose zone `timezone` gives.',
    'Levels, in this order: at the head of the line (`ERROR ...`, `error: ...`, after the time in any case), in brackets (`[warn]`, `<info>`, `| INFO |`), under a key (`level=error`, `severity: warn`). '
      + 'A word in a sentence is no level: such a line is `info`, marked as guessed. A text line is never a parse error.',
  ].join('\n\n'),
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"app","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR card declined"}',
  },
  setup({ timezone }, { hooks, name }) {
    const zone = timezone ?? null
    hooks.detect.tap({ name, stage: LAST }, (sample) => {
      sample.why = 'no other parser fits its first lines'
      return name
    })
    hooks.parse.for(name).tap(name, (batch) => eachRecord(batch, (record) => {
      if (record.object === null) readText(record, record.line, zone)
    }))
  },
})
