// Commands are run, restarted and stopped; their lines arrive.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import exec from '../../../plugins/sources/exec.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { eventually } from '../../contract/eventually.ts'

type ExecHost = Host<typeof exec>

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sawlog-exec-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function run(options: object): Promise<ExecHost> {
  const host = await createHost(exec, options).setup()
  await host.component.start(host.context.signal)
  onTestFinished(async () => {
    await host.component.stop()
  })
  return host
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has waited for is no process any more.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z')
  } catch {
    return false
  }
}

test('stdout and stderr are two streams, told by a field', async () => {
  const host = await run({ command: 'echo out; echo err >&2; echo again; sleep 60' })
  expect(await eventually(() => host.intake.lines.length === 3)).toBe(true)
  const of = (stream: string) => host.intake.emitted.filter((one) => one.stream === stream)
  expect(of('stdout').flatMap(({ lines }) => lines)).toEqual(['out', 'again'])
  expect(of('stderr').flatMap(({ lines }) => lines)).toEqual(['err'])
  expect(of('stderr')[0]?.options.fields).toEqual({ 'log.iostream': 'stderr' })
})

test('a list is run without a shell, with its environment and directory', async () => {
  const directory = temporary()
  const host = await run({ command: ['/bin/sh', '-c', 'echo "$1 $GREETING $(pwd)"; sleep 60', 'sh', 'a  $b'], env: { GREETING: 'hello' }, cwd: directory })
  await eventually(() => host.intake.lines.length === 1)
  expect(host.intake.lines).toEqual([`a  $b hello ${directory}`])
})

test('a command that ends is started again, after growing pauses, and that is reported', { timeout: 15_000 }, async () => {
  const host = await run({ command: 'echo run; echo "no disk" >&2; exit 3', stderr: 'ignore' })
  expect(await eventually(() => host.intake.lines.length === 3, 8000)).toBe(true)
  expect(host.intake.lines).toEqual(['run', 'run', 'run'])
  await eventually(() => host.problems.length === 3)
  const [first] = host.problems
  expect([first?.level, first?.message]).toEqual(['warn', 'cannot keep echo running: it ended with exit code 3'])
  expect(first?.remedy).toContain('Its last line on stderr: no disk')
  expect(new Set(host.problems.map(({ message }) => message)).size).toBe(1)
  expect(host.counts.get('restarts')).toBe(2)
})

test('never: it stays down; on_failure: a success stays down', async () => {
  const failed = await run({ command: 'exit 2', restart: 'never' })
  const done = await run({ command: 'echo x', restart: 'on_failure' })
  expect(await eventually(() => failed.problems.length === 1 && done.logs.some((line) => line.includes('has ended')))).toBe(true)
  expect(failed.problems[0]?.level).toBe('error')
  expect([done.problems, done.intake.lines]).toEqual([[], ['x']])
})

test('a command that is not there, or not in that directory, says so and is tried again', async () => {
  const missing = await run({ command: ['sawlog-no-such-command'] })
  const nowhere = await run({ command: ['true'], cwd: '/no/such/directory' })
  expect(await eventually(() => missing.problems.length >= 2 && nowhere.problems.length >= 1)).toBe(true)
  expect(missing.problems[0]?.message).toBe('cannot run sawlog-no-such-command: there is no such command')
  expect(missing.problems[0]?.level).toBe('error')
  expect(nowhere.problems[0]?.message).toBe('cannot run true: there is no directory /no/such/directory')
})

test('stopping ends the whole group and stores what was written until then', async () => {
  const file = join(temporary(), 'pid')
  const host = await run({ command: `trap 'echo bye; exit 0' TERM; sleep 300 & echo $! > ${file}; echo ready; printf half; wait`, multiline: { start: '^ready' } })
  expect(await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))).toBe(true)
  const child = Number(readFileSync(file, 'utf8'))
  expect(alive(child)).toBe(true)
  await host.component.stop()
  expect(host.intake.lines).toEqual(['ready\nhalfbye'])
  expect(await eventually(() => !alive(child))).toBe(true)
})

test('a command that ignores SIGTERM is killed', { timeout: 10_000 }, async () => {
  const host = await run({ command: "trap '' TERM; echo ready; while :; do sleep 0.1; done" })
  await eventually(() => host.intake.lines.length === 1)
  const began = performance.now()
  await host.component.stop()
  expect(performance.now() - began).toBeLessThan(3500)
})

test('a child that left the group does not hold up stopping', { timeout: 10_000 }, async () => {
  const file = join(temporary(), 'pid')
  const host = await run({ command: `setsid sh -c 'echo $$ > ${file}; exec sleep 30' & echo ready; wait` })
  await eventually(() => host.intake.lines.length === 1 && existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
  const began = performance.now()
  await host.component.stop()
  expect(performance.now() - began).toBeLessThan(3500)
  process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL')
})

test('a full pipeline makes the command wait', async () => {
  const file = join(temporary(), 'count')
  const host = createHost(exec, { command: `i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo "line $i of many that fill the pipe before long"; echo $i > ${file}; done; sleep 60` })
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const { emit } = host.intake
  Object.assign(host.context, { emit: async (...args: Parameters<typeof emit>) => (await gate, emit(...args)) })
  await host.setup()
  await host.component.start(host.context.signal)
  onTestFinished(async () => {
    await host.component.stop()
  })
  const reached = (): number => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0)
  let last = -1
  let same = 0
  expect(await eventually(() => {
    const now = reached()
    same = now > 0 && now === last ? same + 1 : 0
    last = now
    return same > 20
  }, 15_000)).toBe(true)
  expect(last).toBeLessThan(5000)
  open()
  expect(await eventually(() => host.intake.lines.length === 5000, 15_000)).toBe(true)
  expect(host.intake.lines.at(-1)).toBe('line 5000 of many that fill the pipe before long')
}, 30_000)
