// Source: the lines that come in on standard input.
import { bytes, definePlugin, FRAMINGS, multiline, readLines, standardInput, z } from '../../core/plugin.ts'

const MIN_LINE = 64
const STREAM = 'stdin'

export default definePlugin({
  kind: 'source',
  type: 'stdin',
  summary: 'Reads lines from standard input until it ends.',
  single: 'the process has one standard input',
  options: z.strictObject({
    max_line: bytes({ min: MIN_LINE }).prefault('1MiB').describe('Longer lines are cut here, marked and counted.'),
    framing: z.enum(FRAMINGS).default('newline').describe('What ends a line: a newline, a NUL, a length before it (`octet_counted`), or whatever the input begins with.'),
    multiline: multiline(),
  }),
  example: 'multiline: java',
  docs: `\`journalctl -f | node dist/server.js --config config.yaml\`: each line is a record. Lines end with LF or CRLF; the last one need not.
When the input ends, all of it is stored, and the server goes on running with its other sources; stop it as usual.
While the pipeline is full nothing is read, so the sender waits.

What a sender has handed over is gone for it: lines that were read, but were not on disk when the process was killed, are lost; a frame later, about a millisecond, they are safe.
When Sawlog stops or this source is changed by a reload, what was read is stored first, an unfinished line or record as it is.`,
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"stdin","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR card declined"}',
  },
  setup(options, { emit, count, problem, logger }) {
    const stopping = new AbortController()
    let running: Promise<void> = Promise.resolve()
    return {
      start: () => {
        const reading = { framing: options.framing, maxLine: options.max_line, multiline: options.multiline, count, emit: (chunk: Parameters<typeof emit>[1]) => emit(STREAM, chunk) }
        running = readLines(standardInput.open(), reading, stopping.signal).then(
          () => {
            if (!stopping.signal.aborted) logger.info('Standard input has ended.')
          },
          (error: unknown) => problem('error', `cannot read standard input: ${error instanceof Error ? error.message : String(error)}`, 'Start again with another input, or without this source.'),
        )
      },
      stop: () => {
        stopping.abort()
        return running
      },
    }
  },
})
