// Prints records to standard output or standard error, a line each.
import { colourLevel, definePlugin, escapeControls, lineFormat, Retry, type StoredLine, z } from '../../core/plugin.ts'

/** Streams that have our error listener. It stays for the life of the process: a failed write may be told after the output was closed, and would otherwise end the process. */
const guarded = new WeakSet<NodeJS.WriteStream>()

export default definePlugin({
  kind: 'output',
  type: 'console',
  summary: 'Prints every record to the terminal, or to the pipe that standard output is.',
  options: z.strictObject({
    format: lineFormat().prefault('text')
      .describe('`text` (time, level, source, tags, message), `json` (the stored line), `raw` (the body as it came), `debug` (text, all fields, what was guessed, what went wrong), or a template such as `{time} {level:5} {message}`.'),
    color: z.enum(['auto', 'always', 'never']).default('auto').describe('Colours lines by level. `auto`: on a terminal, unless NO_COLOR is set.'),
    to: z.enum(['stdout', 'stderr']).default('stdout').describe('Which stream. Sawlog writes its own log to stderr.'),
  }),
  example: 'format: text\nwhen: level:error',
  guarantee: 'At least once: a record is delivered when the system took it; after a crash the last batch may be printed again.',
  docs: [
    'Names in a template: `time`, `level`, `LEVEL` (in capitals), `source`, `host`, `tags`, `message`, `body`, `fields`, `guessed`, `error`, or any name in body or fields, with dots (formats of the logging module of Python work as well: `%(asctime)s %(levelname)-8s %(name)s: %(message)s`); `{level:5}` is padded to five characters.',
    'Control characters, terminal escapes and marks that turn the direction of writing are shown as `\\u001b` and the like, so that a log line can neither forge another nor steer the terminal. A record is always one line.',
    'A reader that is slower than the logs holds back this output alone. When the reader goes away (`| head`), that is reported once and printing ends until the next start; the other outputs go on.',
  ].join('\n\n'),
  sample: {
    line: '{"level":"error","msg":"card declined"}',
    record: '2026-11-01T00:00:00.013Z ERROR app [payment] card declined',
  },
  setup({ format, color, to }, { problem }) {
    const stream = process[to]
    const coloured = color === 'always' || (color === 'auto' && stream.isTTY && !process.env['NO_COLOR'])
    const print = (line: StoredLine): string => {
      const text = escapeControls(format(line))
      return coloured ? `${colourLevel(line.value.level, text)}\n` : `${text}\n`
    }
    let gone = false
    return {
      async deliver(lines, _cursor, signal) {
        if (gone) return
        let text = ''
        for (const line of lines) text += print(line)
        const code = await write(stream, text, signal)
        if (code === null) return
        if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') throw new Retry(`cannot write to ${to}: ${code}. Check where it is sent.`)
        gone = true
        problem('warn', `cannot write to ${to}: its reader has gone.`, 'Restart Sawlog with a reader, or take the console output out of the config.')
      },
    }
  },
})

/** The error's code, or null once the system has taken the text: awaiting it is the backpressure. */
function write(stream: NodeJS.WriteStream, text: string, signal: AbortSignal): Promise<string | null> {
  if (!guarded.has(stream)) {
    guarded.add(stream)
    // The callback of the write that failed says the same.
    stream.on('error', () => undefined)
  }
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Retry('cannot finish printing: the output was stopped. Its reader may be paused.'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    stream.write(text, (error: NodeJS.ErrnoException | null | undefined) => {
      signal.removeEventListener('abort', stop)
      resolve(error ? (error.code ?? error.message) : null)
    })
  })
}
