// The file a package name means, seen from a given folder: Node's own rule, which it offers (with `import` conditions) only for the folder of the asking module.
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

/** As `import` resolves; `sawlog-plugin` packages may be published for it alone, which `require.resolve` refuses. */
const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default'])

/** Absolute path of the entry, or null when no `node_modules` upwards of `fromDir` holds the package. Throws for a package without a usable entry. */
export function findPackage(specifier: string, fromDir: string): string | null {
  const [, name, subpath] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? []
  if (name === undefined || name.startsWith('.')) return null
  for (let folder = resolve(fromDir); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (isFolder(candidate)) return entryOf(realpathSync(candidate), `.${subpath ?? ''}`)
    if (dirname(folder) === folder) return null
  }
}

function entryOf(folder: string, subpath: string): string {
  const manifest = readManifest(folder)
  const { exports, main } = manifest
  if (exports !== undefined && exports !== null) {
    const target = pick(exports, subpath)
    if (target === null) throw new Error(`the package ${folder} exports nothing as "${subpath}"`)
    return inside(folder, target)
  }
  if (subpath !== '.') return inside(folder, subpath)
  const entry = inside(folder, typeof main === 'string' ? main : 'index.js')
  const tries = [entry, `${entry}.js`, join(entry, 'index.js'), join(folder, 'index.js')]
  return tries.find(isFile) ?? entry
}

function readManifest(folder: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : {}
  } catch (error) {
    throw new Error(`cannot read the package.json of ${folder}`, { cause: error })
  }
}

/** `exports` is a target, or maps conditions to targets, or subpaths to either. Patterns (`./*`) are left out: a plugin is one module. */
function pick(exports: unknown, subpath: string): string | null {
  if (typeof exports !== 'object' || exports === null || Array.isArray(exports)) return subpath === '.' ? pickTarget(exports) : null
  const bySubpath = Object.keys(exports).some((key) => key.startsWith('.'))
  if (!bySubpath) return subpath === '.' ? pickTarget(exports) : null
  return Object.hasOwn(exports, subpath) ? pickTarget(Reflect.get(exports, subpath)) : null
}

function pickTarget(target: unknown): string | null {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return null
  const choices: unknown[] = Array.isArray(target) ? target : Object.entries(target).filter(([key]) => CONDITIONS.has(key)).map(([, value]) => value)
  for (const choice of choices) {
    const found = pickTarget(choice)
    if (found !== null) return found
  }
  return null
}

function inside(folder: string, target: string): string {
  const path = resolve(folder, target)
  if (!path.startsWith(folder + sep)) throw new Error(`the package ${folder} points outside itself: ${target}`)
  return path
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
