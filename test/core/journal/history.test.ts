// Runs of a journal: what a process wrote can be told from what its copy wrote.
import { cpSync, rmSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { append, freshDirectory, openAt } from './journal-at.ts'

test('a run ends where the journal stood when the next one began, also in a copy, which knows nothing of later runs', async () => {
  const [directory, copy] = [freshDirectory(), freshDirectory()]
  onTestFinished(() => [directory, copy].forEach((path) => rmSync(path, { recursive: true, force: true })))
  const first = (await openAt(directory)).journal
  await append(first, 's', 0, [{ n: 0 }, { n: 1 }])
  const { run } = first.history
  expect(first.history.endOf(run)).toEqual(first.head())
  await first.close()
  cpSync(directory, copy, { recursive: true })

  const second = (await openAt(directory)).journal
  await append(second, 's', 2, [{ n: 2 }])
  const third = (await openAt(copy)).journal
  expect([second.history.endOf(run), third.history.endOf(run)]).toEqual([{ segment: 1, record: 2 }, { segment: 1, record: 2 }])
  expect([second.history.endOf(second.history.run), third.history.endOf(second.history.run)]).toEqual([{ segment: 2, record: 1 }, null])
  await Promise.all([second.close(), third.close()])
})
