// All pages as functions from the read model to HTML text, and the assets they load: what `server.ts` hands to the HTTP side.
import type { ReadModel } from '../core/read-model.ts'
import { loadAssets, type LoadedAsset } from './assets.ts'
import { Dashboard } from './dashboard.tsx'
import { Layout } from './layout.tsx'
import { takeSnapshot } from './snapshot.ts'

export interface ViewPages {
  metrics(model: ReadModel, origin: string): string
  metricsFragment(model: ReadModel, origin: string): string
  asset(name: string): LoadedAsset | undefined
}

export function createPages(): ViewPages {
  const assets = loadAssets()
  return {
    metrics(model, origin) {
      const page = (
        <Layout title="Metrics" current="/metrics" version={model.version} assets={assets}>
          <Dashboard snapshot={takeSnapshot(model, origin)} />
        </Layout>
      )
      // hono/jsx writes no doctype, and without one browsers fall back to quirks.
      return `<!doctype html>${String(page)}`
    },
    metricsFragment: (model, origin) => String(<Dashboard snapshot={takeSnapshot(model, origin)} />),
    asset: (name) => assets.find(name),
  }
}
