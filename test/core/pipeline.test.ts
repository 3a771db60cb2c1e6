import { afterEach, describe, expect, test } from 'vitest'
import { Busy } from '../../core/emit.ts'
import { guardHooks } from '../../core/guard.ts'
import { createHooks, type Hooks } from '../../core/hooks.ts'
import { Intake } from '../../core/intake.ts'
import type { JournalOptions } from '../../core/journal/journal-options.ts'
import { Pipeline } from '../../core/pipeline.ts'
import type { ParseErrorSample } from '../../core/read-model.ts'
import type { Batch } from '../../core/record.ts'
import { rmSync } from 'node:fs'
import { componentOf, tapped } from './component-of.ts'
import { freshDirectory, openAt, type Opened, readAll } from './journal/journal-at.ts'

const open: Array<{ opened: Opened; directory: string }> = []
afterEach(async () => {
  for (const { opened, directory } of open.splice(0)) {
    await opened.journal.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

interface Scene extends Opened {
  readonly pipeline: Pipeline
  readonly hooks: Hooks
  readonly samples: ParseErrorSample[]
  readonly port: ReturnType<Intake['port']>
  readonly problems: string[]
}

async function scene(options: Partial<JournalOptions> = {}, parser = 'auto'): Promise<Scene> {
  const directory = freshDirectory()
  const opened = await openAt(directory, options)
  open.push({ opened, directory })
  const problems: string[] = []
  const hooks = generation(problems)
  const samples: ParseErrorSample[] = []
  const pipeline = new Pipeline(opened.journal, hooks, (sample) => void samples.push(sample))
  return { ...opened, pipeline, hooks, samples, problems, port: new Intake(opened.journal, pipeline).port('app', parser) }
}

function generation(problems: string[]): Hooks {
  const hooks = createHooks()
  guardHooks(hooks, (component, _level, message) => void problems.push(`${component}: ${message}`))
  return hooks
}

/** A parser that takes lines with this letter in front, and chooses itself where the first line has it. */
function parser(hooks: Hooks, letter: string, detected: string[][] = []): void {
  tapped(hooks, 'parser', ({ records }) => {
    for (const record of records) {
      if (record.line.startsWith(letter)) record.fields['by'] = letter
      else record.error = `not ${letter}`
    }
  }, { name: letter })
  const component = componentOf('parser', { name: letter })
  const detect = ({ lines }: { lines: readonly string[] }): string | undefined => (detected.push([...lines]), lines[0]?.startsWith(letter) === true ? letter : undefined)
  component.taps.push({ hook: 'detect', key: null, async: false, options: { name: letter }, fn: detect as never })
  component.tapInto(hooks)
}

const lines = (letter: string, count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `${letter} ${from + index}`)

describe('the way of a record', () => {
  test('is parse, tag, filter, store, in this order', async () => {
    const { hooks, port, journal, commits } = await scene({}, 'p')
    const order: string[] = []
    tapped(hooks, 'filter', (batch) => (order.push('filter'), { ...batch, records: batch.records.filter(({ line }) => line !== 'drop') }))
    tapped(hooks, 'tagger', ({ records }) => (order.push('tag'), records.forEach((record) => record.tags.push(`seen-${String(record.fields['by'])}`))))
    tapped(hooks, 'parser', ({ records }) => (order.push('parse'), records.forEach((record) => (record.fields['by'] = 'p'))), { name: 'p' })
    const { kept, durable } = await port.emit('s', ['a', 'drop', 'b'])
    await durable
    expect([order, kept]).toEqual([['parse', 'tag', 'filter'], 2])
    expect((await readAll(journal)).map(({ value }) => [value.body, value.tags, value.fields])).toEqual([['a', ['seen-p'], { by: 'p' }], ['b', ['seen-p'], { by: 'p' }]])
    expect(commits.map(({ counts }) => [counts.records, counts.dropped, counts.streams])).toEqual([[2, 1, { 'app/s': 2 }]])
  })

  test('commits the position also where filters drop everything', async () => {
    const { hooks, port, journal, commits } = await scene()
    tapped(hooks, 'filter', (batch) => ({ ...batch, records: [] }))
    const { kept, durable } = await port.emit('s', ['a', 'b'], { from: 0, to: { offset: 4 } })
    await durable
    expect([kept, port.positions('s'), commits[0]?.counts.dropped, await readAll(journal)]).toEqual([0, { offset: 4 }, 2, []])
  })

  test('stores position and key in the frame of the records', async () => {
    const { port, commits, journal } = await scene()
    expect(journal.answers.begin('id', 'hash')).toEqual({ state: 'new' })
    const { durable } = await port.emit('s', ['a'], { to: { offset: 2 }, key: { id: 'id', hash: 'hash', answer: { accepted: 1 } } })
    expect(commits).toEqual([])
    await durable
    journal.answers.finish('id', { accepted: 1 })
    expect(commits.map(({ positions, counts }) => [[...positions], counts.records])).toEqual([[[['app/s', { offset: 2 }]], 1]])
    expect(journal.answers.begin('id', 'hash')).toEqual({ state: 'done', answer: { accepted: 1 } })
  })

  test('goes through the new generation from the next batch on', async () => {
    const { hooks, pipeline, port, journal, problems } = await scene()
    tapped(hooks, 'tagger', ({ records }) => records.forEach((record) => record.tags.push('old')))
    await (await port.emit('s', ['a'])).durable
    const next = generation(problems)
    tapped(next, 'tagger', ({ records }) => records.forEach((record) => record.tags.push('new')))
    pipeline.use(next)
    await (await port.emit('s', ['b'])).durable
    expect((await readAll(journal)).map(({ value }) => value.tags)).toEqual([['old'], ['new']])
  })

  test('keeps what plugins fail on', async () => {
    const { hooks, port, journal, problems } = await scene()
    const fail = (): never => {
      throw new Error('no luck')
    }
    tapped(hooks, 'tagger', fail)
    tapped(hooks, 'tagger', ({ records }) => records.forEach((record) => Object.assign(record.fields, { n: 1n })), { name: 'bigint' })
    tapped(hooks, 'filter', fail)
    await (await port.emit('s', ['a'])).durable
    expect((await readAll(journal)).map(({ value }) => [value.body, value.error])).toEqual([['a', expect.stringContaining('cannot be stored as a plugin left it')]])
    expect(problems).toEqual(['tagger: cannot complete tag: no luck', 'filter: cannot complete filter: no luck'])
  })
})

describe('a large input', () => {
  const large = (): string[] => lines('x'.repeat(1000), 3000)

  test('lands in one frame while others go on', async () => {
    const { port, commits, journal } = await scene({ maxPendingBytes: 64 * 1024 * 1024 })
    const done: string[] = []
    const first = port.emit('large', large(), { from: 0, to: { offset: 3000 } }).then(async ({ durable }) => (await durable, done.push('large')))
    const second = port.emit('small', ['one'], { from: 0, to: { offset: 1 } }).then(async ({ durable }) => (await durable, done.push('small')))
    await Promise.all([first, second])
    expect(done).toEqual(['small', 'large'])
    expect(commits.map(({ counts, positions }) => [counts.records, [...positions.keys()]])).toEqual([[1, ['app/small']], [3000, ['app/large']]])
    expect((await readAll(journal)).slice(1).map(({ value }) => value.body)).toEqual(large())
  })

  test('is handed to plugins in slices of one stream, each record once', async () => {
    const { hooks, port, journal } = await scene({ maxPendingBytes: 64 * 1024 * 1024 })
    const sizes: number[] = []
    tapped(hooks, 'tagger', (batch: Batch) => {
      sizes.push(batch.records.length)
      expect([batch.stream, batch.source]).toEqual(['app/large', 'app'])
    })
    const { kept, durable } = await port.emit('large', large())
    await durable
    expect([kept, sizes.reduce((sum, size) => sum + size, 0), Math.max(...sizes) <= 1024, sizes.length > 10]).toEqual([3000, 3000, true, true])
    expect(journal.head().record).toBe(3000)
  })
})

describe('a full pipeline', () => {
  test('refuses with Busy after the patience of the source, having stored nothing', async () => {
    const { port, journal } = await scene({ maxPendingBytes: 0 })
    await expect(port.emit('s', ['a'], { to: { offset: 1 }, patience: 20 })).rejects.toThrow(Busy)
    expect([await readAll(journal), port.positions('s'), journal.submitted.get('app/s') ?? null]).toEqual([[], null, null])
  })

  test('makes a patient source wait until there is room', async () => {
    const { port, journal } = await scene({ maxPendingBytes: 1 })
    const first = await port.emit('s', ['a'])
    let admitted = false
    const second = port.emit('s', ['b']).then(({ durable }) => ((admitted = true), durable))
    await Promise.resolve()
    expect(admitted).toBe(false)
    await first.durable
    await second
    expect((await readAll(journal)).map(({ value }) => value.body)).toEqual(['a', 'b'])
  })
})

describe('the parser of a stream', () => {
  test('is chosen once, from the first lines, for each stream; text where nobody wants it', async () => {
    const { hooks, port, journal } = await scene()
    const detected: string[][] = []
    parser(hooks, 'a', detected)
    for (const [stream, text] of [['one', lines('a', 60)], ['one', lines('a', 1)], ['two', lines('z', 1)]] as const) await (await port.emit(stream, text)).durable
    expect(detected).toEqual([lines('a', 50), lines('z', 1)])
    const fields = (await readAll(journal)).map(({ value }) => [value.fields, value.error])
    expect(fields.slice(0, 61)).toEqual(Array.from({ length: 61 }, () => [{ by: 'a' }, undefined]))
    expect(fields[61]).toEqual([undefined, undefined])
  })

  test('is chosen anew when most lines of a hundred do not fit', async () => {
    const { hooks, port, journal } = await scene()
    parser(hooks, 'a')
    parser(hooks, 'b')
    const emit = async (text: string[]): Promise<void> => (await port.emit('s', text)).durable
    await emit(lines('a', 10))
    await emit(lines('b', 80))
    await emit(lines('b', 20))
    await emit(lines('b', 1))
    const by = (await readAll(journal)).map(({ value }) => value.fields?.['by'])
    expect([by.slice(0, 10), by.slice(10, 110), by[110]]).toEqual([Array(10).fill('a'), Array(100).fill(undefined), 'b'])
  })

  test('stays where half of them fit', async () => {
    const { hooks, port, journal } = await scene()
    parser(hooks, 'a')
    parser(hooks, 'b')
    for (let i = 0; i < 6; i++) await (await port.emit('s', [...lines('a', 15), ...lines('b', 15)])).durable
    await (await port.emit('s', lines('b', 1))).durable
    expect((await readAll(journal)).at(-1)?.value.error).toBe('not b'.replace('b', 'a'))
  })

  test('is the configured one, whatever the lines are, unless the source names another', async () => {
    const { hooks, port, journal } = await scene({}, 'a')
    parser(hooks, 'a')
    parser(hooks, 'b')
    await (await port.emit('s', lines('b', 200))).durable
    await (await port.emit('s', lines('b', 1))).durable
    await (await port.emit('s', lines('b', 1), { parser: 'b' })).durable
    expect((await readAll(journal)).slice(199).map(({ value }) => value.error ?? value.fields?.['by'])).toEqual(['not a', 'not a', 'b'])
  })
})

describe('what does not parse', () => {
  test('is stored, counted by stream, and shown with a few samples of each batch', async () => {
    const { hooks, port, commits, samples, journal } = await scene({}, 'a')
    parser(hooks, 'a')
    await (await port.emit('s', [...lines('a', 5), ...lines('z', 30)])).durable
    expect(commits[0]?.counts.errors).toEqual({ 'app/s': 30 })
    expect(await readAll(journal)).toHaveLength(35)
    expect([samples.length, samples[0]]).toEqual([10, { time: expect.any(Number), stream: 'app/s', parser: 'a', reason: 'not a', line: 'z 0' }])
  })

  test('is shown as filters left it, and not shown where they dropped it', async () => {
    const { hooks, port, samples } = await scene({}, 'a')
    parser(hooks, 'a')
    tapped(hooks, 'filter', (batch) => {
      batch.records = batch.records.filter(({ line }) => line !== 'drop me')
      for (const record of batch.records) {
        if (record.line !== 'my secret') continue
        record.replaceBody('***')
        record.error = 'not ***'
      }
      return batch
    })
    await (await port.emit('s', ['drop me', 'my secret', 'a 1', 'else'])).durable
    expect(samples.map(({ line, reason }) => [line, reason])).toEqual([['***', 'not ***'], ['else', 'not a']])
  })

  test('of a refused line is hidden by filters that hide, whatever their `when`', async () => {
    const { hooks, port, samples, problems } = await scene()
    tapped(hooks, 'show', ({ records }) => records.forEach((record) => (record.replaceBody(record.line.replace('secret', '***')), (record.error = 'hidden'))), { when: 'level:fatal' })
    port.reject('s', '{"a":"secret', 'no end', 1)
    expect(samples).toMatchObject([{ reason: 'hidden', line: '{"a":"***' }])
    tapped(hooks, 'show', () => {
      throw new Error('no luck')
    }, { name: 'broken', onError: 'withhold' })
    port.reject('s', '{"a":"secret', 'no end', 1)
    expect(JSON.stringify(samples[1])).toContain('withheld')
    expect(JSON.stringify(samples)).not.toContain('secret')
    expect(problems).toEqual(['broken: cannot complete show: no luck'])
  })

  test('of a refused line is counted and shown, and not stored', async () => {
    const { port, commits, samples, journal } = await scene()
    port.reject('s', '{"broken', 'no end', 3)
    await (await port.emit('s', ['a'])).durable
    expect(commits.map(({ counts }) => [counts.records, counts.errors])).toEqual([[1, { 'app/s': 3 }]])
    expect(samples).toMatchObject([{ stream: 'app/s', reason: 'no end', line: '{"broken' }])
    expect(await readAll(journal)).toHaveLength(1)
  })
})

test('a source that has stopped cannot hand anything in', async () => {
  const { port, journal } = await scene()
  port.close()
  await expect(port.emit('s', ['a'])).rejects.toThrow('source app has stopped')
  expect(await readAll(journal)).toEqual([])
})

test('a source that never looks at `durable` does not end the process when the journal closes', async () => {
  const { port, journal } = await scene()
  await journal.close()
  // An unhandled rejection would fail the run.
  await port.emit('s', ['a'])
  await new Promise((resolve) => setImmediate(resolve))
  for (const { directory } of open.splice(0)) rmSync(directory, { recursive: true, force: true })
})
