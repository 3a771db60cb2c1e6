// Sources that are replaced or renamed while the disk is slow: each line still is stored once.
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createHooks } from '../../core/hooks.ts'
import { Intake } from '../../core/intake.ts'
import { realDisk } from '../../core/journal/disk.ts'
import { Pipeline } from '../../core/pipeline.ts'
import { freshDirectory, openAt, readAll } from './journal/journal-at.ts'

const cleanups: Array<() => Promise<void> | void> = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

/** An intake on a disk whose fdatasync waits until `free` is called. */
async function scene() {
  const directory = freshDirectory()
  let free: () => void = () => undefined
  const freed = new Promise<void>((resolve) => {
    free = resolve
  })
  const opened = await openAt(directory, { maxPendingBytes: 100, disk: { ...realDisk, sync: async (fd) => (await freed, realDisk.sync(fd)) } })
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }), () => (free(), opened.journal.close()))
  const intake = new Intake(opened.journal, new Pipeline(opened.journal, createHooks(), () => undefined))
  return { ...opened, intake, free }
}

const lines = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `line ${from + index}`)

describe('a source that is replaced while the disk is slow', () => {
  test('goes on where the one before it handed in last, and what that one still waits to hand in is refused', async () => {
    const { intake, journal, free } = await scene()
    const old = intake.port('app', 'auto')
    const first = await old.emit('s', lines(0, 10), { from: 0, to: { offset: 10 } })
    const waiting = old.emit('s', lines(10, 20), { from: 10, to: { offset: 20 } })
    const refused = expect(waiting).rejects.toThrow('app has stopped')
    old.close()
    const next = intake.port('app', 'auto')
    expect([next.positions('s'), [...next.streams()]]).toEqual([{ offset: 10 }, [['s', { offset: 10 }]]])
    const again = next.emit('s', lines(10, 20), { from: 10, to: { offset: 20 } })
    free()
    await first.durable
    await refused
    await (await again).durable
    expect((await readAll(journal)).map(({ value }) => value.body)).toEqual(lines(0, 20))
  })

  test('takes along what its streams had handed in when it is renamed', async () => {
    const { intake, journal, free } = await scene()
    const old = intake.port('old', 'auto')
    const { durable } = await old.emit('s', lines(0, 10), { from: 0, to: { offset: 10 } })
    old.close()
    const renamed = intake.rename('old', 'new')
    const next = intake.port('new', 'auto')
    expect(next.positions('s')).toEqual({ offset: 10 })
    free()
    await Promise.all([durable, renamed])
    expect([...journal.positions]).toEqual([['new/s', { offset: 10 }]])
  })
})
