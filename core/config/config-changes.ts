// What is different in a configuration, in words: for people who pressed reload.
import { KINDS } from '../define-plugin.ts'
import { SECTION_OF, type Config } from './config.ts'
import { SETTINGS } from './settings.ts'

/** `added output search`, `changed server`; empty where both mean the same. */
export function configChanges(before: Config, after: Config): string[] {
  const changes: string[] = []
  for (const kind of KINDS) {
    const [old, now] = [before[SECTION_OF[kind]], after[SECTION_OF[kind]]]
    for (const { name, fingerprint } of now) {
      const same = old.find((one) => one.name === name)
      if (same === undefined) changes.push(`added ${kind} ${name}`)
      else if (same.fingerprint !== fingerprint) changes.push(`changed ${kind} ${name}`)
    }
    for (const { name } of old) if (!now.some((one) => one.name === name)) changes.push(`removed ${kind} ${name}`)
    const kept = (list: readonly { readonly name: string }[], other: readonly { readonly name: string }[]): string => list.map(({ name }) => name).filter((name) => other.some((one) => one.name === name)).join('\0')
    if (kept(old, now) !== kept(now, old)) changes.push(`changed the order of ${SECTION_OF[kind]}`)
  }
  for (const key of Object.keys(SETTINGS)) if (JSON.stringify(before.raw[key]) !== JSON.stringify(after.raw[key])) changes.push(`changed ${key}`)
  return changes
}
