import { defineConfig } from 'drizzle-kit'

export default defineConfig({ dialect: 'sqlite', schema: './core/journal/catalog-schema.ts', out: './core/journal/migrations/catalog' })
