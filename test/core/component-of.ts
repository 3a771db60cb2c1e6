// A component as assembly makes it of a plugin given inline, and records to hand to its taps.
import { Component } from '../../core/component.ts'
import { compileWhen } from '../../core/compile-when.ts'
import { COMMON_KEYS } from '../../core/config/common-keys.ts'
import type { AnyComponentConfig } from '../../core/config/config.ts'
import type { Kind } from '../../core/define-plugin.ts'
import type { Hooks } from '../../core/hooks.ts'
import { chunkOf } from '../../core/lines.ts'
import { type Batch, LogRecord } from '../../core/record.ts'
import { tapRecorder } from '../../core/tap-recorder.ts'
import { z } from 'zod'

export interface ComponentInit {
  readonly name?: string
  readonly type?: string
  readonly when?: string
  readonly module?: string
  readonly fingerprint?: string
  readonly onError?: 'keep' | 'withhold'
  readonly common?: object
  readonly setup?: (options: unknown, context: never) => unknown
}

export function configOf(kind: Kind, init: ComponentInit = {}): AnyComponentConfig {
  const { type = kind, name = type, when, module = null, fingerprint = name, onError, common = {}, setup = () => undefined } = init
  const plugin = { kind, type, summary: 'Made for a test.', options: z.strictObject({}), setup, ...(onError === undefined ? {} : { onError }) }
  const config = { kind, type, name, plugin, options: {}, when: when ?? null, common: COMMON_KEYS[kind].parse(common), fingerprint, module, line: 1, path: '', raw: {} }
  return config as unknown as AnyComponentConfig
}

export function componentOf(kind: Kind, init: ComponentInit = {}): Component {
  return new Component(configOf(kind, init))
}

/** `show` is the hook of a filter. Taps `fn` as the plugin would, through its own view of the hooks, into `hooks`. */
export function tapped(hooks: Hooks, kind: 'tagger' | 'filter' | 'show' | 'parser', fn: (batch: Batch) => unknown, init: ComponentInit = {}): Component {
  const component = componentOf(kind === 'show' ? 'filter' : kind, init)
  const taps = tapRecorder(component, compileWhen(init.when ?? null)) as Record<string, { tap(name: string, fn: unknown): void; for(name: string): { tap(name: string, fn: unknown): void } }>
  const own = component.name
  if (kind === 'parser') taps['parse']?.for(own).tap(own, fn)
  else taps[kind === 'tagger' ? 'tag' : kind]?.tap(own, fn)
  component.tapInto(hooks)
  return component
}

export function batchOf(...lines: readonly string[]): Batch {
  const chunk = chunkOf(lines)
  return { stream: 'test/stream', source: 'test', records: lines.map((_, i) => new LogRecord('test', 'host', 0, chunk, chunk.starts[i] as number, chunk.ends[i] as number, null)) }
}

export const bodiesOf = (batch: Batch): unknown[] => batch.records.map(({ body }) => body)
