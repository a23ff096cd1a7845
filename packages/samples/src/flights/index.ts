import { reportTile, textTile, type Sample } from '../sample.ts'
import { flightReports } from './reports.ts'

const findings = `### What is in here

**3 million real flights** in the United States, January to June 2001, with every airport and 12 years of bird strikes ([vega-datasets](https://github.com/vega/vega-datasets)).

- **Leave early**: one flight in 25 at five in the morning is late, one in three at nine in the evening.
- **Friday** is the worst day, **Saturday** the best.
- Most birds are hit **on approach**; most damage is done **in the climb**, and by **geese**.`

/** Real and public: nothing secret, but three million rows. */
export const flights: Sample = {
  id: 'flights',
  title: 'Flights',
  about: '3 million real flights, their airports, and what birds did to some of them: public data, and many.',
  bucket: 'air',
  files: [
    {
      table: 'flights',
      title: 'Flights',
      settings: { fileName: 'flights-3m.parquet', format: 'parquet' },
      origin: { kind: 'served', path: '/samples/flights-3m.parquet' },
    },
    {
      table: 'airports',
      title: 'Airports',
      settings: { fileName: 'airports.csv', format: 'csv' },
      origin: { kind: 'served', path: '/samples/airports.csv' },
    },
    {
      table: 'birdstrikes',
      title: 'Bird strikes',
      settings: { fileName: 'birdstrikes.csv', format: 'csv' },
      origin: { kind: 'served', path: '/samples/birdstrikes.csv' },
    },
  ],
  reports: flightReports,
  dashboard: {
    title: 'Three million flights',
    body: {
      format: 1,
      description: 'The sample “flights”: when to fly, from where, and what birds cost.',
      filters: [
        { kind: 'date', label: 'Departures', from: 'from', to: 'to', first: null, last: null },
        {
          kind: 'list',
          label: 'From',
          parameter: 'origin',
          type: 'text',
          options: 'SELECT origin FROM air.flights GROUP BY origin ORDER BY count(*) DESC LIMIT 80',
          chosen: [],
        },
      ],
      tiles: [
        reportTile('flights-number', [0, 0, 3, 2]),
        reportTile('late-number', [3, 0, 3, 2]),
        reportTile('distance-number', [6, 0, 3, 2]),
        reportTile('airports-number', [9, 0, 3, 2]),
        reportTile('late-by-hour', [0, 2, 8, 5]),
        textTile('findings', [8, 2, 4, 5], findings),
        reportTile('late-by-day', [0, 7, 12, 4]),
        reportTile('late-heat', [0, 11, 7, 5]),
        reportTile('busiest', [7, 11, 5, 5]),
        reportTile('distance-delay', [0, 16, 5, 6]),
        reportTile('worst-routes', [5, 16, 7, 6]),
        textTile('birds', [0, 22, 12, 1], '## And then there are birds'),
        reportTile('strikes-by-species', [0, 23, 6, 5]),
        reportTile('strikes-by-phase', [6, 23, 6, 5]),
      ],
    },
  },
}
