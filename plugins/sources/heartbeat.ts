// Says at regular times that it is alive: for trying out a set-up, and for noticing when records stop coming through.
import { definePlugin, levelOf, LEVELS, type Level, type SourceContext, z } from '../../core/plugin.ts'

const STREAM = 'beats'

const levelName = z.string().transform((name, context): Level => {
  const level = levelOf(name)
  if (level !== null) return level
  context.addIssue({ code: 'custom', message: `expected a level: ${LEVELS.join(', ')}, or what others call them (INFO, WARNING, CRITICAL), got ${JSON.stringify(name)}` })
  return z.NEVER
})

export default definePlugin({
  kind: 'source',
  type: 'heartbeat',
  summary: 'Emits a message at regular times, at a level that can be changed while it runs.',
  options: z.strictObject({
    every: z.union([z.number().positive().transform((seconds) => seconds * 1000), z.string().regex(/^\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h)?$/, 'expected seconds, or a duration such as 500ms, 5s, 1m').transform(milliseconds)])
      .refine((ms) => ms >= 10 && ms <= 24 * 3_600_000, 'expected 10ms to 24h')
      .prefault('5s').describe('Between two beats; a number alone is seconds.'),
    level: levelName.prefault('info').describe('Level of the messages at the first start: trace to fatal, or what others call them (INFO, WARNING). What was set while it ran goes before it.'),
    message: z.string().min(1).max(10_000).default('heartbeat').describe('The message.'),
  }),
  example: 'every: 5s\nlevel: info\nmessage: service is alive',
  docs: `Beats are numbered from 1 (\`beat\`), over restarts. Times at which it did not run, or could not store, are not made up for.

The level can be changed at run time, on the page of the configuration or by \`PUT /api/sources/NAME/level\` with \`{"level":"debug"}\`. It is durable with the next beat.`,
  sample: {
    line: 'heartbeat',
    record: '{"time":"2026-11-01T00:00:05.000Z","level":"info","source":"heartbeat","host":"web1","tags":["general"],"body":"heartbeat","fields":{"beat":1}}',
  },
  setup({ every, level, message }, context) {
    const { problem } = context
    let timer: NodeJS.Timeout | undefined
    let beating: Promise<void> = Promise.resolve()
    const position = context.positions(STREAM)
    const known = levelOf(String(position?.['level'] ?? ''))
    // What was set at run time counts until the configuration says something new.
    const state = { beat: position?.offset ?? 0, configured: level, level: known !== null && position?.['configured'] === level ? known : level, pending: false }
    return {
      level: {
        get: () => state.level,
        set: (wanted) => {
          state.level = wanted
        },
      },
      start() {
        timer = setInterval(() => {
          // A full pipeline must not gather beats.
          if (state.pending) return
          state.pending = true
          beating = beat(context, state, message).catch((error: unknown) => problem('error', `cannot store a heartbeat: ${error instanceof Error ? error.message : String(error)}`, 'It is tried again with the next.')).finally(() => {
            state.pending = false
          })
        }, every)
      },
      async stop() {
        clearInterval(timer)
        await beating
      },
    }
  },
})

async function beat({ emit }: SourceContext, state: { beat: number; readonly configured: Level; readonly level: Level }, message: string): Promise<void> {
  const next = state.beat + 1
  const { level, configured } = state
  const receipt = await emit(STREAM, [{ body: message, level, time: Date.now(), fields: { beat: next } }], { from: state.beat, to: { offset: next, level, configured } })
  state.beat = next
  await receipt.durable
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function milliseconds(text: string): number {
  const [, amount = '', unit = 's'] = /^([\d.]+)([a-z]*)$/.exec(text) ?? []
  return Number(amount) * (MS[unit === '' ? 's' : unit] as number)
}
