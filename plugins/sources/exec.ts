// Source: the output of a command that is kept running.
import { setTimeout as sleep } from 'node:timers/promises'
import { bytes, type CommandEnd, definePlugin, type LineChunk, multiline, readLines, runCommand, type SourceContext, z } from '../../core/plugin.ts'

const MIN_LINE = 64
const FIRST_PAUSE_MS = 1000
const LAST_PAUSE_MS = 60_000
/** A run this long was a success: the next failure is a new one. */
const GOOD_RUN_MS = 60_000
/** Enough of the last words to see what is wrong. */
const LAST_WORDS = 200

const options = z.strictObject({
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]).describe('Program and arguments as a list, run as they are; or a line for `/bin/sh -c`.'),
  cwd: z.string().min(1).optional().describe('Directory it runs in; the one of Sawlog by default.'),
  env: z.record(z.string(), z.string()).default({}).describe('Environment variables beside those of Sawlog.'),
  stderr: z.enum(['include', 'ignore']).default('include').describe('Whether what it writes to stderr becomes records, too.'),
  restart: z.enum(['always', 'on_failure', 'never']).default('always').describe('When it is started again after it has ended.'),
  max_line: bytes({ min: MIN_LINE }).prefault('1MiB').describe('Longer lines are cut here, marked and counted.'),
  multiline: multiline(),
})

type Options = z.output<typeof options>

export default definePlugin({
  kind: 'source',
  type: 'exec',
  summary: 'Runs a command, keeps it running, and stores the lines it writes.',
  options,
  example: 'command: [journalctl, --follow, --lines=0, --output=json]\nstderr: ignore',
  docs: `Standard output and error are two streams, told by the field \`log.iostream\`. Standard input is empty. While the pipeline is full nothing is read, so the command waits in its pipe.

A command that ends is started again after a pause of 1 s, doubled each time up to 1 min, and 1 s again after a run of a minute. Each end is a problem on the page, with exit code and the
last line on stderr. A command that cannot be started is tried again in the same way.

It runs in a process group of its own. When Sawlog stops or the source is changed by a reload, the group gets SIGTERM, two seconds later SIGKILL; what it has written until then is stored.
If Sawlog itself is killed with -9, the command lives on until its next write, which ends it with SIGPIPE unless it ignores that.

What the command has written is gone for it: lines that were read, but were not on disk when the process was killed, are lost. Nothing is remembered over a restart: the command begins where it
begins by itself. A string is run by the shell, so what is put into it from the environment is run, too; prefer a list.`,
  sample: {
    line: '2026-11-01T00:00:00.013Z ERROR card declined',
    record: '{"time":"2026-11-01T00:00:00.013Z","level":"error","source":"exec","host":"web1","tags":["payment"],"body":"2026-11-01T00:00:00.013Z ERROR card declined","fields":{"log.iostream":"stdout"}}',
  },
  setup(given, context) {
    const stopping = new AbortController()
    let running: Promise<void> = Promise.resolve()
    return {
      start: () => {
        running = keepRunning(given, context, stopping.signal)
      },
      stop: () => {
        stopping.abort()
        return running
      },
    }
  },
})

async function keepRunning(given: Options, context: SourceContext, stop: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS
  while (!stop.aborted) {
    const began = performance.now()
    const { end, lastWords } = await runOnce(given, context, stop)
    if (stop.aborted) return
    const failed = end.code !== 0
    const again = given.restart === 'always' || (given.restart === 'on_failure' && failed)
    report(given, context, end, lastWords, again)
    if (!again) return
    if (performance.now() - began >= GOOD_RUN_MS) pause = FIRST_PAUSE_MS
    await sleep(pause, undefined, { signal: stop, ref: false }).catch(() => undefined) // aborted: the loop ends
    pause = Math.min(LAST_PAUSE_MS, pause * 2)
    if (!stop.aborted) context.count('restarts', 1)
  }
}

async function runOnce(given: Options, { emit, count, shown }: SourceContext, stop: AbortSignal): Promise<{ end: CommandEnd; lastWords: string }> {
  let lastWords = ''
  const reading = (stream: 'stdout' | 'stderr') => ({
    framing: 'newline' as const,
    maxLine: given.max_line,
    multiline: given.multiline,
    count,
    emit: async (chunk: LineChunk) => {
      if (stream === 'stderr') lastWords = lastLine(chunk)
      if (stream === 'stderr' && given.stderr === 'ignore') return { durable: Promise.resolve() }
      return emit(stream, chunk, { fields: { 'log.iostream': stream } })
    },
  })
  const [file, args] = typeof given.command === 'string' ? ['/bin/sh', ['-c', given.command]] : [given.command[0] as string, given.command.slice(1)]
  try {
    const end = await runCommand({
      file, args, cwd: given.cwd, env: given.env,
      read: async (stdout, stderr, signal) => void (await Promise.all([readLines(stdout, reading('stdout'), signal), readLines(stderr, reading('stderr'), signal)])),
    }, stop)
    return { end, lastWords: shown('stderr', lastWords).slice(0, LAST_WORDS) }
  } catch (error) {
    return { end: { code: null, signal: null, failure: error instanceof Error ? error.message : String(error) }, lastWords: '' }
  }
}

function report(given: Options, { problem, logger }: SourceContext, { code, signal, failure }: CommandEnd, lastWords: string, again: boolean): void {
  // The program's name alone: arguments may hold what should not be shown.
  const program = typeof given.command === 'string' ? (given.command.trim().split(/\s/, 1)[0] ?? '') : (given.command[0] as string)
  const next = again ? 'It is started again, after a pause that grows to a minute.' : 'It is not started again; a reload with a changed configuration does that.'
  const words = lastWords === '' ? '' : ` Its last line on stderr: ${lastWords}`
  if (failure !== null) problem('error', `cannot run ${program}: ${failure}`, `Mend "command" or "cwd". ${next}`)
  else if (code === 0 && !again) logger.info(`${program} has ended.`)
  else problem(again ? 'warn' : 'error', `cannot keep ${program} running: it ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}`, next + words)
}

function lastLine(chunk: LineChunk): string {
  const last = chunk.count - 1
  return chunk.text(chunk.starts[last] as number, chunk.ends[last] as number)
}
