// The built server with something on its standard input.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until } from './sawlog.ts'

const CONFIG = 'sources: [{ type: stdin, parser: text, multiline: java }, { type: http }]\noutputs: []\n'

for (const [what, from] of [['a pipe', '< <(cat lines.log)'], ['a file', '< lines.log'], ['a pipe that stays open', '< <(cat lines.log; exec sleep 20 >/dev/null 2>&1)']] as const) {
  test(`everything that ${what} brings is stored, and the server goes on`, { timeout: 60_000 }, async () => {
    const directory = freshDirectory()
    const lines = Array.from({ length: 50_000 }, (_, i) => (i % 100 === 0 ? `java.lang.Error: ${i}\n\tat a.B.c(B.java:${i})` : `line ${i} of an ordinary log, which is long enough`))
    writeFileSync(join(directory, 'lines.log'), lines.join('\n'))
    const server = await startSawlog(CONFIG, { directory, command: ['/bin/bash', '-c', `exec "$0" "$@" ${from}`, process.execPath] })
    const open = what === 'a pipe that stays open'
    await until(async () => (await server.stats()).total >= lines.length - (open ? 1 : 0), 'all is stored', 30_000)
    expect((await server.post('{"message":"still here"}')).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(journalRecords(directory).filter(({ source }) => source === 'stdin').map(({ body }) => body)).toEqual(lines)
  })
}

test('a second source on standard input is a mistake of the configuration', async () => {
  const { code, output } = await runSawlog('sources: [{ type: stdin }, { type: stdin, name: other }]\noutputs: []\n', { args: ['--check'] })
  expect(code).toBe(1)
  expect(output).toContain('config.yaml:1:36: sources[1].type: there can be only one source of type "stdin": the process has one standard input. "stdin" (line 1) is one')
})
