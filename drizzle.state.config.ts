import { defineConfig } from 'drizzle-kit'

export default defineConfig({ dialect: 'sqlite', schema: './core/journal/state-schema.ts', out: './core/journal/migrations/state' })
