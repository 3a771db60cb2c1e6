// With `fsync: interval` the disk is asked once a second: what it answers must not be taken for another segment's.
import { expect, test } from 'vitest'
import { realDisk } from '../../../core/journal/disk.ts'
import { append, freshDirectory, openAt, readAll } from './journal-at.ts'

for (const frames of [3, 4]) {
  test(`an fdatasync that fails late takes nothing from the segments that follow, ${frames} frames later`, async () => {
    let fail: ((error: Error) => void) | null = null
    let hang = false
    const disk = {
      ...realDisk,
      sync: (fd: number): Promise<void> => {
        if (!hang) return realDisk.sync(fd)
        hang = false
        return new Promise((_resolve, reject) => {
          fail = reject
        })
      },
    }
    const { journal, reports } = await openAt(freshDirectory(), { disk, fsync: 'interval', segmentBytes: 1200 })
    let at = 0
    const add = (): Promise<void> => append(journal, 'a/x', (at += 2) - 2, [{ n: at - 2 }, { n: at - 1 }])
    await add()
    hang = true
    await expect.poll(() => fail, { timeout: 5000 }).not.toBeNull()
    const added: Array<Promise<void>> = []
    for (let frame = 0; frame < frames; frame++) {
      added.push(add())
      // A turn each, so that they are frames of their own where nothing holds them up.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    ;(fail as unknown as (error: Error) => void)(new Error('EIO: i/o error, fdatasync'))
    await Promise.all(added)
    await add()
    expect((await readAll(journal)).map(({ value }) => (value.body as { n: number }).n)).toEqual(Array.from({ length: at }, (_, index) => index))
    expect(reports.filter((report) => report.includes('cannot trust segment'))).toHaveLength(1)
    await journal.close()
  })
}
