// An empty Hono route on the same adapter, as what an HTTP intake is measured against. Prints its port.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
app.post('/ingest', (c) => c.json({ accepted: 1, rejected: 0, errors: [] }))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => console.log(address.port))
