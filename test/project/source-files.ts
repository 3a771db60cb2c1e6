// The project's own files, for tests about the project.
import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Made by others or by tools. */
const NOT_OURS = new Set(['node_modules', 'dist', 'data', '.git', '.cache', 'coverage', 'vendor', 'migrations'])

/** Paths from the root with forward slashes, sorted; those whose name ends like one of `endings`. */
export function sourceFiles(endings: readonly string[], under = '.'): string[] {
  const found: string[] = []
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) walk(path)
      } else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(relative(ROOT, path).split(sep).join('/'))
    }
  }
  walk(join(ROOT, under))
  return found.sort()
}
