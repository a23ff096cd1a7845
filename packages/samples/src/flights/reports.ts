import type { ChartSpec, QueryParameter } from '@keyhold/contract'
import type { SampleReport } from '../sample.ts'

const from: QueryParameter = { name: 'from', type: 'date', value: null }
const to: QueryParameter = { name: 'to', type: 'date', value: null }
const origin: QueryParameter = { name: 'origin', type: 'text', value: null }

/** The dashboard's filters, in the words of the flights' reports. */
const chosen = `($from IS NULL OR f.date >= $from)
    AND ($to IS NULL OR f.date < CAST($to AS DATE) + 1)
    AND ($origin IS NULL OR f.origin IN $origin)`

type Words = { title: string; description: string; sql: string; chart: ChartSpec | null; parameters?: QueryParameter[] }

function report(key: string, { title, description, sql, chart, parameters }: Words): SampleReport {
  const body = { format: 1 as const, description, sql: sql.trim(), parameters: parameters ?? [from, to, origin], chart }
  return { key, title, body }
}

const one = (measure: string): string => `SELECT ${measure} AS value FROM air.flights f WHERE ${chosen}`
const percent = { scale: 'percent', decimals: 0 } as const

export const flightReports: readonly SampleReport[] = [
  report('flights-number', {
    title: 'Flights',
    description: 'In the chosen days, from the chosen airports.',
    sql: one('count(*)'),
    chart: { kind: 'number', y: ['value'] },
  }),
  report('late-number', {
    title: 'Late by more than 15 minutes',
    description: 'Share of flights.',
    sql: one('avg(CAST(f.delay > 15 AS INTEGER))'),
    chart: { kind: 'number', y: ['value'], numbers: { scale: 'percent', decimals: 1 } },
  }),
  report('distance-number', {
    title: 'Miles flown',
    description: 'Distances of all flights together.',
    sql: one('sum(f.distance)'),
    chart: { kind: 'number', y: ['value'], numbers: { scale: 'compact' } },
  }),
  report('airports-number', {
    title: 'Airports reached',
    description: 'Different destinations.',
    sql: one('count(DISTINCT f.destination)'),
    chart: { kind: 'number', y: ['value'] },
  }),
  report('late-by-hour', {
    title: 'Delay gathers through the day',
    description: 'Share of flights more than 15 minutes late, by hour of departure.',
    sql: `
SELECT hour(f.date) AS hour, avg(CAST(f.delay > 15 AS INTEGER)) AS late
FROM air.flights f
WHERE hour(f.date) BETWEEN 5 AND 23 AND ${chosen}
GROUP BY ALL ORDER BY hour`,
    chart: { kind: 'column', x: 'hour', y: ['late'], numbers: percent, xTitle: 'hour of departure' },
  }),
  report('late-by-day', {
    title: 'Flights late, day by day',
    description: 'On most days one flight in five is late; on 25 February two in five.',
    sql: `
SELECT CAST(f.date AS DATE) AS day, avg(CAST(f.delay > 15 AS INTEGER)) AS late
FROM air.flights f
WHERE f.date < DATE '2001-07-01' AND ${chosen}
GROUP BY ALL ORDER BY day`,
    chart: { kind: 'area', x: 'day', y: ['late'], numbers: percent },
  }),
  report('late-heat', {
    title: 'When to fly',
    description: 'Share of flights late, by weekday and hour of departure.',
    sql: `
SELECT hour(f.date) || ':00' AS hour, dayname(f.date) AS weekday, round(avg(CAST(f.delay > 15 AS INTEGER)), 3) AS late
FROM air.flights f
WHERE hour(f.date) BETWEEN 6 AND 22 AND ${chosen}
GROUP BY 1, 2, hour(f.date), isodow(f.date) ORDER BY hour(f.date), isodow(f.date)`,
    chart: { kind: 'heatmap', x: 'hour', split: 'weekday', y: ['late'], sort: 'result', numbers: percent },
  }),
  report('busiest', {
    title: 'Busiest airports',
    description: 'Departures.',
    sql: `
SELECT coalesce(a.city, f.origin) || ' (' || f.origin || ')' AS airport, count(*) AS flights
FROM air.flights f LEFT JOIN air.airports a ON a.iata = f.origin
WHERE ${chosen}
GROUP BY ALL ORDER BY flights DESC LIMIT 12`,
    chart: { kind: 'bar', x: 'airport', y: ['flights'], sort: 'value', numbers: { scale: 'compact' } },
  }),
  report('distance-delay', {
    title: 'A longer way makes no longer delay',
    description: 'Each point is a route with at least 500 flights.',
    sql: `
SELECT avg(f.distance) AS miles, round(avg(f.delay), 2) AS minutes_late
FROM air.flights f
WHERE ${chosen}
GROUP BY f.origin, f.destination HAVING count(*) >= 500`,
    chart: { kind: 'scatter', x: 'miles', y: ['minutes_late'], colour: 3 },
  }),
  report('worst-routes', {
    title: 'Routes that are late most often',
    description: 'With at least 500 flights in the chosen days.',
    sql: `
SELECT coalesce(o.city, f.origin) || ' → ' || coalesce(d.city, f.destination) AS route, count(*) AS flights,
  round(100 * avg(CAST(f.delay > 15 AS INTEGER)), 1) AS percent_late, round(avg(f.delay), 1) AS mean_delay, max(f.delay) AS worst
FROM air.flights f
LEFT JOIN air.airports o ON o.iata = f.origin
LEFT JOIN air.airports d ON d.iata = f.destination
WHERE ${chosen}
GROUP BY ALL HAVING count(*) >= 500 ORDER BY percent_late DESC, route LIMIT 50`,
    chart: null,
  }),
  report('strikes-by-species', {
    title: 'The dearest birds',
    description: 'Cost of bird strikes, 1990 to 2002. Geese: one strike in fifty, a third of the damage.',
    sql: `
SELECT "Wildlife Species" AS species, sum("Cost Total $") AS dollars
FROM air.birdstrikes
WHERE "Wildlife Species" NOT LIKE 'Unknown%'
GROUP BY ALL ORDER BY dollars DESC LIMIT 10`,
    chart: {
      kind: 'bar',
      x: 'species',
      y: ['dollars'],
      sort: 'value',
      numbers: { scale: 'compact', prefix: '$ ' },
      colour: 4,
    },
    parameters: [],
  }),
  report('strikes-by-phase', {
    title: 'Birds hit on approach, damage done in the climb',
    description: 'Shares of strikes and of what they cost, by phase of flight.',
    sql: `
SELECT "Phase of flight" AS phase, count(*) / sum(count(*)) OVER () AS strikes,
  sum("Cost Total $") / sum(sum("Cost Total $")) OVER () AS cost
FROM air.birdstrikes
WHERE "Phase of flight" IN ('Approach', 'Climb', 'Take-off run', 'Landing Roll', 'Descent')
GROUP BY ALL ORDER BY strikes DESC`,
    chart: {
      kind: 'column',
      x: 'phase',
      y: ['strikes', 'cost'],
      sort: 'result',
      numbers: percent,
      names: { strikes: 'of the strikes', cost: 'of the cost' },
    },
    parameters: [],
  }),
]
