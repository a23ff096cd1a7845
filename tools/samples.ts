import { fileURLToPath } from 'node:url'

/** Real files of the npm package `vega-datasets`: 3 million US flights, airports, bird strikes. */
function sample(name: string): string {
  return fileURLToPath(new URL(`../node_modules/vega-datasets/data/${name}`, import.meta.url))
}

export const samples = {
  flights: sample('flights-3m.parquet'),
  airports: sample('airports.csv'),
  strikes: sample('birdstrikes.csv'),
} as const
