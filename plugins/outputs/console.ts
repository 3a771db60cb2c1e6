// Prints records to standard output or standard error, a line each.
import { definePlugin, escapeControls, messageOf, rawBody, Retry, type StoredLine, z } from '../../core/plugin.ts'

/** Streams that have our error listener. It stays for the life of the process: a failed write may be told after the output was closed, and would otherwise end the process. */
const guarded = new WeakSet<NodeJS.WriteStream>()

export default definePlugin({
  kind: 'output',
  type: 'console',
  summary: 'Prints every record to the terminal, or to the pipe that standard output is.',
  options: z.strictObject({
    format: z.enum(['text', 'json']).default('text').describe('`text`: time, level, source, tags, message. `json`: the stored line.'),
    to: z.enum(['stdout', 'stderr']).default('stdout').describe('Which stream. Sawlog writes its own log to stderr.'),
  }),
  example: 'format: text\nwhen: level:error',
  guarantee: 'At least once: a record is delivered when the system took it; after a crash the last batch may be printed again.',
  docs: [
    'Control characters, terminal escapes and marks that turn the direction of writing are shown as `\\u001b` and the like, so that a log line can neither forge another nor steer the terminal. A record is always one line.',
    'A reader that is slower than the logs holds back this output alone. When the reader goes away (`| head`), that is reported once and printing ends until the next start; the other outputs go on.',
  ].join('\n\n'),
  setup({ format, to }, { problem }) {
    const stream = process[to]
    const print = format === 'json' ? asJson : asText
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

function asJson(line: StoredLine): string {
  return `${escapeControls(line.text)}\n`
}

function asText(line: StoredLine): string {
  const { time, level, source, tags, body } = line.value
  const labels = tags.length === 0 ? '' : ` [${tags.join(',')}]`
  // An object without a message is shown as it came.
  const message = messageOf(body) || rawBody(line)
  return `${escapeControls(`${time} ${level.toUpperCase().padEnd(5)} ${source}${labels} ${message}`)}\n`
}
