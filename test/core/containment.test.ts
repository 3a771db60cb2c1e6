import { afterEach, expect, test } from 'vitest'
import type { Component } from '../../core/component.ts'
import { containPlugins, type Containment } from '../../core/containment.ts'
import { componentOf } from './component-of.ts'

const MINE = 'file:///srv/pl%C3%BCgins/mine.mjs?v=1'

let containment: Containment | null = null
afterEach(() => containment?.release())

interface Scene {
  /** What comes of an error that nobody caught: `fatal`, or who is named. */
  thrown(error: unknown): string
  rejected(reason: unknown): string
  know(component: Component): void
}

/** Calls the handlers that were put in, without throwing for real: that would end the test run as well. */
function scene(...components: readonly Component[]): Scene {
  const before = new Set([...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')])
  let outcome = ''
  containment = containPlugins(() => components, (component, level, message, remedy) => {
    outcome = `${level} ${component}: ${message}. ${remedy}`
  }, () => {
    outcome = 'fatal'
  })
  const added = (event: 'uncaughtException' | 'unhandledRejection') => process.listeners(event as 'uncaughtException').filter((listener) => !before.has(listener))
  const raise = (event: 'uncaughtException' | 'unhandledRejection') => (error: unknown) => {
    outcome = ''
    expect(added(event)).toHaveLength(1)
    for (const listener of added(event)) (listener as (error: unknown) => void)(error)
    return outcome
  }
  return { thrown: raise('uncaughtException'), rejected: raise('unhandledRejection'), know: containment.know }
}

function errorAt(...frames: readonly string[]): Error {
  const error = new Error('no luck')
  error.stack = ['Error: no luck', ...frames.map((frame) => `    at ${frame}`), '    at listOnTimeout (node:internal/timers:581:17)'].join('\n')
  return error
}
const own = (file: string): string => `something (${new URL(`../../core/${file}`, import.meta.url).href}:10:5)`
const NAMED = 'error mine: threw outside of any hook: no luck. Mend the plugin: catch errors in its timers and promises.'

test('an error with a frame of a loaded plugin is its own: named, counted, survived', () => {
  const mine = componentOf('tagger', { name: 'mine', module: MINE })
  const { thrown, rejected } = scene(componentOf('tagger', { name: 'other', module: 'file:///srv/other.mjs?v=1' }), mine)
  expect(thrown(errorAt(`Timeout._onTimeout (${MINE}:3:9)`))).toBe(NAMED)
  expect(rejected(errorAt(`async ${MINE}:3:9`))).toBe(NAMED)
  expect(thrown(errorAt(own('emit.ts'), `tick (${MINE}:3:9)`))).toBe(NAMED)
  expect(mine.costOf('start')).toMatchObject({ errors: 3, lastError: 'no luck' })
})

test('an error of a built-in plugin is named after its component', () => {
  const { thrown } = scene(componentOf('output', { type: 'jsonl', name: 'archive' }), componentOf('output', { type: 'console' }))
  expect(thrown(errorAt('write (file:///app/dist/plugins/outputs/jsonl.js:3:9)'))).toContain('error archive: ')
  expect(thrown(errorAt('write (file:///app/dist/plugins/outputs/sqlite.js:3:9)'))).toBe('fatal')
})

test('two components of one module are both named: nothing tells which', () => {
  const [one, two] = ['one', 'two'].map((name) => componentOf('tagger', { name, module: MINE }))
  const { thrown } = scene(one as Component, two as Component)
  expect(thrown(errorAt(`tick (${MINE}:3:9)`))).toContain('error one or two: ')
  expect(one?.costs()).toEqual([])
})

test('what a component left behind when it was taken out is still its own', () => {
  const { thrown, know } = scene(componentOf('tagger', { name: 'other' }))
  expect(thrown(errorAt(`tick (${MINE}:3:9)`))).toBe('fatal')
  know(componentOf('tagger', { name: 'mine', module: MINE }))
  expect(thrown(errorAt(`tick (${MINE}:3:9)`))).toBe(NAMED)
  expect(thrown('no luck')).toContain('error plugins: ')
})

test('a plugin of several files answers for those beside and below its module', () => {
  const mine = componentOf('tagger', { name: 'mine', module: MINE })
  const { thrown, know } = scene(mine)
  know(mine)
  expect(thrown(errorAt('poll (file:///srv/pl%C3%BCgins/lib/poll.mjs:3:9)'))).toBe(NAMED)
  expect(thrown(errorAt('Timeout.poll [as _onTimeout] (/srv/plügins/lib/poll.cjs:3:9)'))).toBe(NAMED)
  expect(thrown(errorAt('poll (file:///srv/pl%C3%BCgins-too/poll.mjs:3:9)'))).toBe('fatal')
  expect(thrown(errorAt('poll (file:///srv/pl%C3%BCgins/node_modules/dep/index.js:3:9)'))).toBe('fatal')
})

test('a plugin in a folder around Sawlog does not answer for Sawlog', () => {
  const around = componentOf('tagger', { name: 'mine', module: new URL('../../../mine.mjs?v=1', import.meta.url).href })
  const { thrown, know } = scene(around)
  know(around)
  expect(thrown(errorAt(own('journal/append.ts'), own('pipeline.ts')))).toBe('fatal')
  expect(thrown(errorAt('tick (node:fs:1:1)'))).toBe('fatal')
})

test('what is ours is fatal, and so is an impossible state, whoever called', () => {
  const { thrown, rejected } = scene(componentOf('tagger', { name: 'mine', module: MINE }))
  expect(thrown(errorAt(own('app.ts')))).toBe('fatal')
  expect(rejected(new Error('cannot'))).toBe('fatal')
  const bug = errorAt(`tick (${MINE}:3:9)`)
  bug.message = 'BUG: impossible'
  expect(thrown(bug)).toBe('fatal')
})

test('what is no Error comes from a plugin, if there is one', () => {
  expect(scene().thrown('a string')).toBe('fatal')
  containment?.release()
  expect(scene(componentOf('tagger', { name: 'mine', module: MINE }), componentOf('output')).rejected(undefined)).toContain('error mine: threw outside of any hook: undefined')
})

test('is gone after release', () => {
  const count = (): number => process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')
  const before = count()
  scene()
  expect(count()).toBe(before + 2)
  containment?.release()
  expect(count()).toBe(before)
})
