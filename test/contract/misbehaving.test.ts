// The bad examples are bad in the way they say, and no way stops the one who calls them.
import { describe, expect, test } from 'vitest'
import { checkPlugin } from '../../core/check-plugin.ts'
import type { FilterPlugin, OutputPlugin, SourcePlugin, TaggerPlugin } from '../../core/define-plugin.ts'
import { createHost } from './create-host.ts'
import { makeBatch } from './make-batch.ts'
import { makeStoredLine } from './make-stored-line.ts'

const load = async (name: string): Promise<unknown> => ((await import(new URL(`../fixtures/plugins/bad/${name}.mjs`, import.meta.url).href)) as { default: unknown }).default

describe('cannot be loaded', () => {
  test.each(['syntax-error', 'throws-on-import'])('%s', async (name) => {
    await expect(load(name)).rejects.toThrow()
  })

  test.each(['wrong-shape', 'missing-options', 'no-default-export'])('%s', async (name) => {
    expect(checkPlugin(await load(name))).not.toEqual([])
  })
})

describe('loads, and fails later', () => {
  test('throws-in-setup', async () => {
    await expect(createHost((await load('throws-in-setup')) as TaggerPlugin).setup()).rejects.toThrow('setup went wrong')
  })

  test.each([['throws-in-hook', /the hook went wrong/], ['promise-from-hook', /returned a promise/]])('%s', async (name, message) => {
    const host = await createHost((await load(name)) as TaggerPlugin).setup()
    host.tag(makeBatch(['a line']))
    expect(String(host.faults[0])).toMatch(message)
  })

  test.each(['throws-in-filter', 'wrong-filter'])('%s', async (name) => {
    const host = await createHost((await load(name)) as FilterPlugin).setup()
    const batch = makeBatch(['a line'])
    const result = host.filter(batch)
    expect([host.faults.length === 1, result === batch]).toEqual(name === 'throws-in-filter' ? [true, true] : [false, true])
  })

  test.each(['throws-in-timer', 'rejects-in-timer'])('%s stops its timer when it is told', async (name) => {
    const host = await createHost((await load(name)) as TaggerPlugin).setup()
    host.abort()
    expect(host.taps('tag').length).toBe(1)
  })

  test('endless-start and endless-stop', async () => {
    const [first, second] = [(await load('endless-start')) as SourcePlugin, (await load('endless-stop')) as SourcePlugin]
    const never = (await createHost(first).setup()).component.start(AbortSignal.abort())
    const neither = (await createHost(second).setup()).component.stop()
    expect(await Promise.race([never, neither, Promise.resolve('still waiting')])).toBe('still waiting')
  })

  test('no-deliver and throws-in-deliver', async () => {
    expect(Object.keys((await createHost((await load('no-deliver')) as OutputPlugin).setup()).component)).toEqual(['write'])
    const { component } = await createHost((await load('throws-in-deliver')) as OutputPlugin).setup()
    await expect(component.deliver([makeStoredLine(1, 0)], { segment: 1, record: 0, state: null }, AbortSignal.abort())).rejects.toThrow('the target went wrong')
  })
})
