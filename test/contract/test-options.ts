// What every plugin of any kind keeps: documented, strict options, and a setup that works with its own example.
import { parse } from 'yaml'
import { checkPlugin } from '../../core/check-plugin.ts'
import { COMMON_KEYS } from '../../core/config/common-keys.ts'
import { branches, inputSchema, type JsonSchema } from '../../core/config/option-schema.ts'
import type { Plugin } from '../../core/define-plugin.ts'
import type { Harness } from './harness.ts'

export interface OptionCases {
  /** Option sets that must be taken. */
  readonly valid: readonly object[]
  /** Option sets that must be refused. */
  readonly invalid?: readonly object[]
}

/** Called by every kind's suite. */
export function testOptions({ test, expect }: Harness, plugin: Plugin, { valid, invalid = [] }: OptionCases): void {
  const called = `${plugin.kind} ${plugin.type}`
  const accepts = (options: object): boolean => plugin.options.safeParse(options).success

  test(`${called} is a plugin`, () => {
    expect(checkPlugin(plugin)).toEqual([])
  })

  test(`${called} says in one sentence what it does`, () => {
    expect(/^[A-Z][^\n]*\.$/.test(plugin.summary)).toBe(true)
  })

  test(`${called} describes every option`, () => {
    expect(undescribed(inputSchema(plugin.options), '')).toEqual([])
  })

  test(`${called} names its options in snake_case`, () => {
    expect(optionNames(inputSchema(plugin.options)).filter((name) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))).toEqual([])
  })

  test(`${called} takes valid options and refuses others`, () => {
    expect(valid.filter((options) => !accepts(options))).toEqual([])
    expect(invalid.filter(accepts)).toEqual([])
  })

  test(`${called} refuses an option it does not know`, () => {
    expect(valid.filter((options) => accepts({ ...options, no_such_option: true }))).toEqual([])
  })

  if (plugin.example === undefined) return
  test(`${called} takes its own example`, () => {
    const result = plugin.options.safeParse(ownOptions(plugin))
    expect(result.success ? null : result.error.message).toBe(null)
  })
}

/** The example without the keys Sawlog itself takes. */
function ownOptions(plugin: Plugin): object {
  const given = (parse(plugin.example ?? '') ?? {}) as Record<string, unknown>
  return Object.fromEntries(Object.entries(given).filter(([key]) => key !== 'type' && !Object.hasOwn(COMMON_KEYS[plugin.kind].shape, key)))
}

function undescribed(schema: JsonSchema, at: string): string[] {
  return branches(schema).flatMap((one) => [
    ...Object.entries(one.properties ?? {}).flatMap(([name, property]) => {
      const own = branches(property).some(({ description }) => description !== undefined && description.trim() !== '')
      return [...(own ? [] : [`${at}${name}`]), ...undescribed(property, `${at}${name}.`)]
    }),
    ...(one.items === undefined ? [] : undescribed(one.items, `${at}[].`)),
  ])
}

function optionNames(schema: JsonSchema): string[] {
  return branches(schema).flatMap((one) => Object.entries(one.properties ?? {}).flatMap(([name, property]) => [name, ...optionNames(property)]))
}
