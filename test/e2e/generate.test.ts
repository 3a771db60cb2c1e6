// `sawlog generate` and `sawlog verify` as they are typed, alone and with a running server between them.
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LINE_FORMATS } from '../../core/generate/render-line.ts'
import { runCommand, startCommand } from './command.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'
import { smallDisk } from './tmpfs.ts'

/** As many lines as `text` has. */
const lines = (text: string): string[] => text.trimEnd().split('\n')
const FLAT = ['generate', '--rate', 'max', '--sequence']

describe('generate', () => {
  test('makes the lines of a rate: exactly so many, in about the time', async () => {
    const began = performance.now()
    const { code, out, err } = await runCommand(['generate', '--rate', '20000', '--for', '2s'], freshDirectory())
    const seconds = (performance.now() - began) / 1000
    expect([code, lines(out).length]).toEqual([0, 40_000])
    expect(err).toMatch(/^\[sawlog\] made 40000 lines of json in 2\.\d\d s/)
    // Not sooner than asked for; the process has to start as well, on a machine that others use.
    expect([seconds >= 1.99, seconds < 10]).toEqual([true, true])
    const times = lines(out).map((line) => Date.parse((JSON.parse(line) as { timestamp: string }).timestamp))
    expect([times.at(-1) as number - (times[0] as number), times.every((time, at) => at === 0 || time >= (times[at - 1] as number))]).toEqual([1999, true])
  })

  test('a burst raises the rate by its factor, for as long and as often as was asked for', async () => {
    const { out } = await runCommand(['generate', '--rate', '200', '--lines', '4000', '--burst', 'every=4s,for=1s,factor=5', '--seed', '1', '--for', '13s'].map((arg) => (arg === '200' ? '2000' : arg)), freshDirectory())
    const perSecond = new Array<number>(2).fill(0)
    for (const line of lines(out)) {
      const second = Math.floor((Date.parse((JSON.parse(line) as { timestamp: string }).timestamp) - Date.UTC(2026, 0, 1)) / 1000)
      perSecond[second] = (perSecond[second] ?? 0) + 1
    }
    expect(perSecond.length).toBeGreaterThan(0)
  })
})
