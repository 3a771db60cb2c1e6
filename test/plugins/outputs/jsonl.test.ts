// The jsonl output against real files: the contract, rotation, other writers, and what cannot be written.
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Retry } from '../../../core/delivery-errors.ts'
import jsonl from '../../../plugins/outputs/jsonl.ts'
import { testOutput } from '../../contract/test-output.ts'
import { contentOf, JsonlScene, LINES, START } from './jsonl-scene.ts'

testOutput({ test, expect }, jsonl, {
  guarantee: 'exactly-once',
  options: (directory) => ({ path: join(directory, 'made', 'for', 'it', 'out.jsonl') }),
  invalid: [{}, { path: '' }, { path: 1 }],
  read: (directory) => bodiesIn(join(directory, 'made', 'for', 'it', 'out.jsonl')),
})

let scene: JsonlScene
beforeEach(() => {
  scene = new JsonlScene()
})
afterEach(() => scene.end())

function bodiesIn(file: string): unknown[] {
  const text = readFileSync(file, 'utf8')
  return text.split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { body: unknown }).body)
}

describe('while running', () => {
  test('a file renamed for rotation is followed by a new one', async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    renameSync(scene.path, `${scene.path}.1`)
    const next = await scene.all(output, cursor, 8)
    renameSync(scene.path, `${scene.path}.2`)
    writeFileSync(scene.path, '')
    await scene.all(output, next)
    expect([readFileSync(`${scene.path}.1`, 'utf8'), readFileSync(`${scene.path}.2`, 'utf8'), scene.read()]).toEqual([contentOf(LINES.slice(0, 4)), contentOf(LINES.slice(4, 8)), contentOf(LINES.slice(8))])
    expect(scene.problems()).toEqual([])
  })

  test('a deleted file and its directory are made again', async () => {
    scene.path = join(scene.directory, 'sub', 'out.jsonl')
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    rmSync(join(scene.directory, 'sub'), { recursive: true })
    await scene.all(output, cursor)
    expect(scene.read()).toBe(contentOf(LINES.slice(4)))
  })

  test('a file cut to nothing (copytruncate) is gone on with, and that is reported', async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    truncateSync(scene.path, 0)
    await scene.all(output, cursor)
    expect(scene.read()).toBe(contentOf(LINES.slice(4)))
    expect(scene.problems()).toEqual([expect.stringMatching(/someone cut it to 0 bytes/)])
  })

  test("another writer's lines are kept, its last one finished", async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    appendFileSync(scene.path, 'a note\nwithout end')
    await scene.all(output, cursor)
    expect(scene.read()).toBe(`${contentOf(LINES.slice(0, 4))}a note\nwithout end\n${contentOf(LINES.slice(4))}`)
  })

  test('a file that was there before is appended to', async () => {
    writeFileSync(scene.path, 'old line\nold half')
    await scene.all(await scene.start(), START)
    expect(scene.read()).toBe(`old line\nold half\n${contentOf(LINES)}`)
    expect(scene.problems()).toEqual([])
  })

  test('what a failed write left is completed by the next attempt', async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    const handle = await prototypeOf(scene.path)
    const { write } = handle
    // The disk takes 50 bytes and is full.
    handle.write = async function (this: FileHandleLike, bytes: Buffer, offset: number) {
      handle.write = async () => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      }
      return write.call(this, bytes, offset, 50, null)
    }
    try {
      await expect(output.deliver(LINES.slice(4, 8), cursor, AbortSignal.timeout(5000))).rejects.toThrow(/no space left on the device\. Free space/)
    } finally {
      handle.write = write
    }
    expect(statSync(scene.path).size).toBe((cursor.state as { length: number }).length + 50)
    await scene.all(output, cursor, 12, 3)
    expect(scene.read()).toBe(contentOf(LINES))
    expect(scene.problems()).toEqual([])
  })

  test('what a failed fdatasync may have lost is written again, in place', async () => {
    const output = await scene.start()
    const cursor = await scene.all(output, START, 4)
    const handle = await prototypeOf(scene.path)
    const { datasync, write } = handle
    handle.datasync = async () => {
      throw Object.assign(new Error('i/o error'), { code: 'EIO' })
    }
    await output.deliver(LINES.slice(4, 8), cursor, AbortSignal.timeout(5000))
    try {
      await expect(output.flush?.()).rejects.toThrow(/the device reports an error/)
    } finally {
      handle.datasync = datasync
    }
    const written: unknown[] = []
    handle.write = function (this: FileHandleLike, bytes: Buffer, offset: number, length: number, position: number | null) {
      written.push([position, length])
      return write.call(this, bytes, offset, length, position)
    }
    try {
      await scene.all(output, cursor, 8, 2)
    } finally {
      handle.write = write
    }
    const { length } = cursor.state as { length: number }
    const half = Buffer.byteLength(contentOf(LINES.slice(4, 6)))
    expect(written).toEqual([[length, half], [length + half, Buffer.byteLength(contentOf(LINES.slice(6, 8)))]])
    expect(scene.read()).toBe(contentOf(LINES.slice(0, 8)))
  })
})

describe('what cannot be written', () => {
  async function refusal(): Promise<string> {
    const output = await scene.start()
    const error: unknown = await output.deliver(LINES, START, AbortSignal.timeout(5000)).then(() => null, (reason: unknown) => reason)
    expect(error).toBeInstanceOf(Retry)
    return (error as Error).message
  }

  test('a directory', async () => {
    mkdirSync(scene.path)
    expect(await refusal()).toBe(`cannot write ${scene.path}: it is a directory, not a regular file. Name a file in it.`)
  })

  test('a named pipe, without hanging', async () => {
    execFileSync('mkfifo', [scene.path])
    expect(await refusal()).toMatch(/it is a named pipe/)
  })

  test('a device', async () => {
    scene.path = '/dev/zero'
    expect(await refusal()).toMatch(/it is a device/)
  })

  test('a path below a file', async () => {
    writeFileSync(join(scene.directory, 'file'), '')
    scene.path = join(scene.directory, 'file', 'out.jsonl')
    expect(await refusal()).toMatch(/a part of the path is a file/)
  })

  test('a file without permission', async () => {
    writeFileSync(scene.path, '')
    chmodSync(scene.path, 0o444)
    chmodSync(scene.directory, 0o755)
    // To root everything is permitted.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65534)
    try {
      expect(await refusal()).toMatch(/permission denied\. Give the user/)
    } finally {
      if (root) process.seteuid?.(0)
    }
  })

  test('heals by itself once the obstacle is gone', async () => {
    mkdirSync(scene.path)
    const output = await scene.start()
    await expect(output.deliver(LINES, START, AbortSignal.timeout(5000))).rejects.toThrow(/directory/)
    rmSync(scene.path, { recursive: true })
    await scene.all(output, START)
    expect(scene.read()).toBe(contentOf(LINES))
  })

  test('a file that another output of this process writes, until that is closed', async () => {
    const first = await scene.start()
    const cursor = await scene.all(first, START, 3)
    const second = await scene.start()
    await expect(second.deliver(LINES, START, AbortSignal.timeout(5000))).rejects.toThrow(/another output of this process writes the same file/)
    await first.close?.()
    await scene.all(second, cursor)
    expect(scene.read()).toBe(contentOf(LINES))
  })
})

test('nothing but the file is left in its directory', async () => {
  await scene.all(await scene.start(), START)
  expect(readdirSync(scene.directory)).toEqual(['out.jsonl'])
  unlinkSync(scene.path)
  expect(existsSync(scene.path)).toBe(false)
})

interface FileHandleLike {
  write(bytes: Buffer, offset: number, length: number, position: number | null): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
}

/** Where Node keeps what all file handles do: the only place to make a real disk fail. */
async function prototypeOf(file: string): Promise<FileHandleLike> {
  const handle = await open(file, 'r')
  const prototype: unknown = Object.getPrototypeOf(handle)
  await handle.close()
  return prototype as FileHandleLike
}
