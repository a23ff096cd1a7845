/** Public sample files, served so that a browser can seal and upload them as a person would: nobody's secret. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'

/** Names by address, of the package `vega-datasets`. */
const samples = {
  'flights-3m.parquet': 'application/vnd.apache.parquet',
  'airports.csv': 'text/csv; charset=utf-8',
  'birdstrikes.csv': 'text/csv; charset=utf-8',
} as const

/** Folder of the installed package's data; undefined where it is not installed. */
export function findSampleFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('vega-datasets')
    return join(dirname(entry), '..', 'data')
  } catch {
    return undefined
  }
}

/** Adds `/samples/…` for those files that are there. */
export function addSamples(app: FastifyInstance, folder: string): void {
  for (const [name, type] of Object.entries(samples)) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    app.get(`/samples/${name}`, { config: { page: true } }, (_request, reply) =>
      reply
        .type(type)
        .header('content-length', statSync(path).size)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(createReadStream(path)),
    )
  }
}
