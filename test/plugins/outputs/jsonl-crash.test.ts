// What a crash of any kind leaves in the file of the jsonl output, and what its successor makes of it.
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { contentOf, JsonlScene, LINES, START } from './jsonl-scene.ts'

let scene: JsonlScene
beforeEach(() => {
  scene = new JsonlScene()
})
afterEach(() => scene.end())

describe('after a crash', () => {
  test('whatever part of a batch reached the file, each record is in it once and nothing that was there is taken away', async () => {
    const first = await scene.start()
    const cursor = await scene.all(first, START, 4)
    const confirmed = statSync(scene.path).size
    const rest = Buffer.from(contentOf(LINES.slice(4, 8)))
    let output = first
    for (let torn = 0; torn <= rest.length; torn++) {
      truncateSync(scene.path, confirmed)
      appendFileSync(scene.path, rest.subarray(0, torn))
      const seen = scene.read()
      output = await scene.restart(output)
      // Cut differently than before the crash.
      await scene.all(output, cursor, 12, 1 + (torn % 4))
      const content = scene.read()
      if (content !== contentOf(LINES) || !content.startsWith(seen.replace(/\uFFFD+$/, ''))) expect.fail(`torn after ${torn} bytes: ${content}`)
      expect(scene.problems()).toEqual([])
    }
    expect(rest.length).toBeGreaterThan(400)
  })

  test('a second crash in the middle of the repair changes nothing', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 2)
    appendFileSync(scene.path, contentOf(LINES.slice(2, 9)).slice(0, -30))
    for (const crashAfter of [0, 1, 2]) {
      output = await scene.restart(output)
      await deliverFrom(output, LINES, cursor, { batch: () => 2, crashAfter })
    }
    output = await scene.restart(output)
    await scene.all(output, cursor, 12, 3)
    expect(scene.read()).toBe(contentOf(LINES))
  })

  test('zeros that a power loss left in place of data are cut and the records written', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 3)
    appendFileSync(scene.path, Buffer.concat([Buffer.from(contentOf(LINES.slice(3, 5))).subarray(0, 90), Buffer.alloc(4096), Buffer.from('x\n')]))
    output = await scene.restart(output)
    await scene.all(output, cursor)
    expect(scene.read()).toBe(contentOf(LINES))
    expect(scene.problems()).toEqual([expect.stringMatching(/cannot use the last \d+ bytes/)])
  })

  test('half a line that is not what comes next is cut', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 3)
    appendFileSync(scene.path, '{"time":"2026-13')
    output = await scene.restart(output)
    await scene.all(output, cursor)
    expect(scene.read()).toBe(contentOf(LINES))
  })

  test('whole lines that are not ours stay, and ours follow', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 3)
    appendFileSync(scene.path, `${contentOf(LINES.slice(3, 5))}{"time":"a note"}\nanother\n`)
    output = await scene.restart(output)
    await scene.all(output, cursor)
    expect(scene.read()).toBe(`${contentOf(LINES.slice(0, 5))}{"time":"a note"}\nanother\n${contentOf(LINES.slice(5))}`)
    expect(scene.problems()).toEqual([expect.stringMatching(/26 bytes in .* are not from this output/)])
  })

  test('the torn line of a renamed file is completed there, and a new file begun', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 3)
    appendFileSync(scene.path, contentOf(LINES.slice(3, 6)).slice(0, -20))
    renameSync(scene.path, `${scene.path}.1`)
    output = await scene.restart(output)
    await scene.all(output, cursor, 12, 2)
    const old = readFileSync(`${scene.path}.1`, 'utf8')
    expect(old + scene.read()).toBe(contentOf(LINES))
    expect(old).toBe(contentOf(LINES.slice(0, 7)))
  })

  test('a file moved out of sight is reported, since the last batch may be in it', async () => {
    let output = await scene.start()
    const cursor = await scene.all(output, START, 3)
    mkdirSync(join(scene.directory, 'elsewhere'))
    renameSync(scene.path, join(scene.directory, 'elsewhere', 'old'))
    output = await scene.restart(output)
    await scene.all(output, cursor)
    expect(scene.read()).toBe(contentOf(LINES.slice(3)))
    expect(scene.problems()).toEqual([expect.stringMatching(/moved away or replaced/)])
  })

  test('another file with the inode number of ours is not touched', async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 6)
    const foreign = `${'someone else wrote this\n'.repeat(200)}half`
    await output.close?.()
    // What deleting and recreating may give: the same number, other content.
    truncateSync(scene.path, 0)
    writeFileSync(scene.path, foreign)
    const next = await scene.start()
    await scene.all(next, cursor)
    expect(scene.read()).toBe(`${foreign}\n${contentOf(LINES.slice(6))}`)
    expect(scene.problems().length).toBe(1)
  })
})
