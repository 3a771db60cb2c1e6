// npm run bench -- NAME: runs one benchmark of this folder against the built server (npm run build first).
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const names = ['tail', 'ingest', 'forward', 'memory', 'outputs', 'parsers', 'recovery', 'search', 'generate', 'generate-through', 'dashboard']
const [name, ...rest] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join(' | ')}`)
  process.exit(2)
}
if (!existsSync(fileURLToPath(new URL('../dist/server.js', import.meta.url)))) {
  console.error('dist/server.js is missing: run npm run build first.')
  process.exit(2)
}
const { default: bench } = await import(`./${name}.mjs`)
await bench(rest)
