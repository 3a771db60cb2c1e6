// The built server with a redacting filter: secrets come in by every way there is, and can be found nowhere afterwards.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until } from './sawlog.ts'

const CARD = '4111111111111111'
const SECRETS = [CARD, '4111 1111 1111 1111', '\\u0034111111111111111', 'hunter2', 'bob@example.com', 'ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2', 'dXNlcjpwYXNzd29yZA==', '123-45-6789']

const config = `
sources:
  - { type: http }
  - { type: file, name: app, paths: [app.log], parser: json, sweep: 50ms }
  - { type: exec, command: 'echo bob@example.com password=hunter2 >&2; exit 7', stderr: ignore, restart: never }
  - { type: file, name: plain, paths: [plain.log], parser: auto, sweep: 50ms }
taggers:
  - { type: keywords }
  - { type: field, copy: { who: user.mail }, tag: user.mail, host: user.mail2 }
  - { type: regex, rules: { seen: 'user (?P<login>\\S+)' } }
filters:
  - { type: redact, patterns: { ssn: '\\d{3}-\\d{2}-\\d{4}' }, presets: [card, email, ip, bearer, aws, github], fields: [password], when: 'NOT source:nobody' }
outputs:
  - { type: jsonl, path: out/out.jsonl }
  - { type: sqlite, path: out/out.db }
  - { type: console }
`

/** Every line brings secrets; some are JSON, some text, some neither. */
const LINES = [
  `{"level":"info","msg":"paid with ${CARD}","user":{"mail":"bob@example.com"}}`,
  '{"pan":4111111111111111,"Password":{"now":"hunter2"},"deep":[[{"x":"\\u0034111111111111111"}]]}',
  '{"msg":"{\\"password\\":\\"hunter2\\"}","msg":"x","bob@example.com":1}',
  '{"headers":{"authorization":"Basic dXNlcjpwYXNzd29yZA=="},"ssn":"123-45-6789"}',
  `hunter2 is no JSON: password=hunter2 user bob@example.com paid 4111 1111 1111 1111`,
  `4111 1111 1111 1111 begins what is no JSON`,
  '{"password":"hunter2 and no end',
  '{"password":hunter2}',
  '{"a":1} bob@example.com behind',
  'ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2',
]

function everyFile(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? everyFile(path) : [path]
  })
}

test('a secret is nowhere: not in the data, the outputs, the statistics, the page or the log', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  // The fifth line says `hunter2` without a key, which only a pattern could find.
  const lines = LINES.map((line) => line.replace(/^hunter2 is/, 'this is'))
  writeFileSync(join(directory, 'app.log'), `${lines.join('\n')}\n`)
  writeFileSync(join(directory, 'plain.log'), `${lines.slice(4).map((line) => `2026-11-01T00:00:00Z ERROR ${line}`).join('\n')}\n`)
  const sawlog = await startSawlog(config, { directory })
  const post = async (body: string, headers: Record<string, string> = {}): Promise<number> => (await sawlog.post(body, headers)).status
  expect(await post(lines.join('\n'), { 'Idempotency-Key': 'one' })).toBe(200)
  expect(await post(lines.join('\n'), { 'Content-Type': 'text/plain', 'Idempotency-Key': 'two' })).toBe(200)
  expect(await post('{"password":"hunter2"', { 'Content-Type': 'application/json', 'Idempotency-Key': 'three' })).toBe(400)
  expect(await post(`[${CARD},"bob@example.com"]`, { 'Content-Type': 'application/json' })).toBe(200)
  const stats = await until(async () => {
    const now = await sawlog.stats()
    return now.total >= lines.length * 2 + 5 && now.outputs.every(({ lag }) => lag === 0) && now
  }, 'everything is stored and delivered')
  const json = await (await fetch(`${sawlog.url}/api/stats`)).text()
  const page = await (await fetch(`${sawlog.url}/metrics`, { headers: { Accept: 'text/html' } })).text()
  const prometheus = await (await fetch(`${sawlog.url}/metrics?format=prometheus`)).text()
  expect(await sawlog.stop()).toBe(0)

  expect(stats.problems.map(({ remedy }) => remedy.replace(/^.* on stderr: /, ''))).toEqual(['[redacted:email] password=[redacted:password]'])
  expect(stats.parse_error_samples.length).toBeGreaterThan(8)
  expect(stats.counters.find(({ component, what }) => component === 'redact' && what === 'redacted')?.value).toBeGreaterThan(20)
  const files = [...everyFile(join(directory, 'data')), ...everyFile(join(directory, 'out'))]
  expect(files.filter((file) => file.endsWith('.jsonl')).length).toBeGreaterThanOrEqual(2)
  const places: Array<[string, string]> = [
    ...files.map((file): [string, string] => [file, readFileSync(file, 'latin1')]),
    ['/api/stats', json], ['/metrics', page], ['prometheus', prometheus], ['own log and console', sawlog.log()],
  ]
  for (const [where, text] of places) for (const secret of SECRETS) expect(text.includes(secret), `${secret} in ${where}`).toBe(false)
  // What is left says what was there, and everything else came through.
  const stored = JSON.stringify(journalRecords(directory))
  for (const label of ['card', 'email', 'password', 'github', 'bearer', 'ssn']) expect(stored).toContain(`[redacted:${label}]`)
  expect(stored).toContain('paid with [redacted:card]')
  expect(json).toContain('[redacted:card] begins what is no JSON')
})

test('a reload that adds redact takes the lines off the page that were shown before', { timeout: 30_000 }, async () => {
  const sources = 'sources: [{ type: http }]\noutputs: []\n'
  const sawlog = await startSawlog(sources)
  await sawlog.post(`{"pan":${CARD}`)
  expect(JSON.stringify(await sawlog.stats())).toContain(CARD)
  writeFileSync(join(sawlog.directory, 'config.yaml'), `${sources}filters: [{ type: redact }]\n`)
  sawlog.process.kill('SIGHUP')
  await until(async () => !JSON.stringify(await sawlog.stats()).includes(CARD), 'the sample is gone')
  await sawlog.post(`{"pan":${CARD}`)
  const { parse_error_samples: samples } = await sawlog.stats()
  expect(samples.map(({ line }) => line)).toEqual(['{"pan":[redacted:card]'])
})

test('a filter that redacts keeps the server from starting where it cannot be set up, and drop needs a when', async () => {
  const run = async (filter: string): Promise<string> => {
    const { code, output } = await runSawlog(`sources: [{ type: http }]\nfilters:\n  - ${filter}\n`)
    expect(code).toBe(1)
    return output
  }
  expect(await run('{ type: redact, mode: hash }')).toContain('expected a secret')
  expect(await run("{ type: redact, patterns: { a: '(' } }")).toContain('config.yaml:3:')
  expect(await run('{ type: drop }')).toMatch(/config\.yaml:3:5: filters\[0\]: expected "when:", a query: without one everything would be dropped/)
})
