// Paths into the configuration, as code keeps them and as people read them.

export type ConfigPath = readonly PropertyKey[]

/** `['sources', 0, 'paths']` -> `sources[0].paths`. */
export function formatPath(path: ConfigPath): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (/^[\w-]+$/.test(String(part))) text += text === '' ? String(part) : `.${String(part)}`
    else text += `[${JSON.stringify(String(part))}]`
  }
  return text
}

/** What stands at a path of a plain value, or undefined. */
export function valueAt(value: unknown, path: ConfigPath): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = Reflect.get(here, part)
  }
  return here
}
