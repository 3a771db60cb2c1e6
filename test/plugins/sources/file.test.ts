import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SourceContext } from '../../../core/define-plugin.ts'
import file from '../../../plugins/sources/file.ts'

let dir: string
beforeEach(() => {
  dir = fs.mkdtempSync(join(os.tmpdir(), 'sawlog-file-'))
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

test('the defaults are those of the reference', () => {
  expect(file.options.parse({ paths: ['/var/log/*.log'] })).toEqual({
    paths: ['/var/log/*.log'], exclude: [], start: 'beginning', max_line: 1024 * 1024, sweep: 250, rescan: 10_000, rotate_wait: 5000, max_open_files: 512, encoding: 'utf-8', multiline: null,
  })
})

test('refuses options that make no sense', () => {
  const check = (options: unknown) => expect(file.options.safeParse(options).success, JSON.stringify(options)).toBe(false)
  check({})
  check({ paths: [] })
  check({ paths: ['a'], start: 'middle' })
  check({ paths: ['a'], max_line: 0 })
  check({ paths: ['a'], sweep: '0ms' })
  check({ paths: ['a'], path: 'b' })
})

test('hands lines with their path to the intake until it is stopped', async () => {
  const lines: string[] = []
  const context = {
    name: 'app',
    streams: () => new Map(),
    gaps: () => [],
    forget: () => undefined,
    count: () => undefined,
    problem: (_level: string, message: string) => lines.push(message),
    emit: (_stream: string, chunk: { count?: number; text?: (start: number, end: number) => string; starts?: number[]; ends?: number[] }, options: { fields?: Record<string, unknown> }) => {
      for (let i = 0; i < (chunk.count ?? 0); i++) lines.push(`${String(options.fields?.['log.file.path'])} ${chunk.text?.(chunk.starts?.[i] ?? 0, chunk.ends?.[i] ?? 0)}`)
      return Promise.resolve({ kept: 0, durable: Promise.resolve() })
    },
  } as unknown as SourceContext
  const path = join(dir, 'app.log')
  fs.writeFileSync(path, 'one\ntwo\n')
  const source = await file.setup(file.options.parse({ paths: [path], sweep: '20ms' }), context)
  await source.start(new AbortController().signal)
  const deadline = performance.now() + 5000
  while (lines.length < 2 && performance.now() < deadline) await new Promise(setImmediate)
  await source.stop()
  fs.appendFileSync(path, 'three\n')
  await new Promise((resolve) => {
    setTimeout(resolve, 80)
  })
  expect(lines).toEqual([`${path} one`, `${path} two`])
})
