import type { ChartSpec, QueryParameter } from '@keyhold/contract'
import type { SampleReport } from '../sample.ts'

const from: QueryParameter = { name: 'from', type: 'date', value: null }
const to: QueryParameter = { name: 'to', type: 'date', value: null }
const department: QueryParameter = { name: 'department', type: 'text', value: null }

/** The dashboard's filters, in every report's words. */
const chosen = `($from IS NULL OR v.started_at >= $from)
    AND ($to IS NULL OR v.started_at < CAST($to AS DATE) + 1)
    AND ($department IS NULL OR v.department IN $department)`

type Words = { title: string; description: string; sql: string; chart: ChartSpec | null; parameters?: QueryParameter[] }

function report(key: string, { title, description, sql, chart, parameters }: Words): SampleReport {
  const body = {
    format: 1 as const,
    description,
    sql: sql.trim(),
    parameters: parameters ?? [from, to, department],
    chart,
  }
  return { key, title, body }
}

/** A number of the last twelve months, beside that of the twelve before. */
function yearly(measure: string): string {
  return `
WITH last AS (SELECT coalesce(CAST($to AS DATE), DATE '2026-10-31') AS day),
recent AS (
  SELECT v.*, v.started_at >= day + 1 - INTERVAL 12 MONTH AS now
  FROM clinic.visits v, last
  WHERE v.started_at < day + 1 AND v.started_at >= day + 1 - INTERVAL 24 MONTH
    AND ($department IS NULL OR v.department IN $department)
)
SELECT ${measure} FILTER (now) AS this_year, ${measure} FILTER (NOT now) AS year_before
FROM recent`
}

const yearParameters = [to, department]
const number = (more: Partial<ChartSpec>): ChartSpec => ({
  kind: 'number',
  y: ['this_year', 'year_before'],
  names: { year_before: 'year before' },
  ...more,
})

export const clinicReports: readonly SampleReport[] = [
  report('visits-number', {
    title: 'Visits in twelve months',
    description: 'Compared with the twelve months before.',
    sql: yearly('count(*)'),
    chart: number({ better: 'more' }),
    parameters: yearParameters,
  }),
  report('patients-number', {
    title: 'People who came',
    description: 'Different patients in twelve months.',
    sql: yearly('count(DISTINCT patient_id)'),
    chart: number({ better: 'more' }),
    parameters: yearParameters,
  }),
  report('waiting-number', {
    title: 'Minutes waited, median',
    description: 'From arriving to being called.',
    sql: yearly('median(waited_minutes)'),
    chart: number({ better: 'less', numbers: { decimals: 0, suffix: ' min' } }),
    parameters: yearParameters,
  }),
  report('billed-number', {
    title: 'Billed',
    description: 'All visits of twelve months.',
    sql: yearly('sum(cost)'),
    chart: number({ better: 'more', numbers: { scale: 'compact', prefix: '€ ' } }),
    parameters: yearParameters,
  }),
  report('visits-by-month', {
    title: 'Visits a month, by department',
    description: 'The clinic grows by a tenth a year; winters are full.',
    sql: `
SELECT CAST(date_trunc('month', v.started_at) AS DATE) AS month, v.department, count(*) AS visits
FROM clinic.visits v
WHERE ${chosen}
GROUP BY ALL ORDER BY month, department`,
    chart: { kind: 'area', x: 'month', y: ['visits'], split: 'department', stack: 'stacked', most: 8 },
  }),
  report('influenza', {
    title: 'Influenza, winter by winter',
    description: 'Visits a week; five winters laid over each other.',
    sql: `
WITH flu AS (
  SELECT v.started_at, year(v.started_at - INTERVAL 9 MONTH) AS season
  FROM clinic.visits v
  WHERE v.diagnosis_code = 'J11.1' AND ${chosen}
)
SELECT CAST(date_diff('day', make_date(season, 10, 1), CAST(started_at AS DATE)) // 7 AS INTEGER) + 1 AS week_since_october,
  season || '/' || lpad(CAST((season + 1) % 100 AS VARCHAR), 2, '0') AS winter, count(*) AS visits
FROM flu
WHERE month(started_at) NOT BETWEEN 6 AND 9
GROUP BY ALL ORDER BY winter, week_since_october`,
    chart: {
      kind: 'line',
      x: 'week_since_october',
      y: ['visits'],
      split: 'winter',
      smooth: true,
      from: 'zero',
      xTitle: 'weeks since 1 October',
    },
  }),
  report('waiting-heat', {
    title: 'When the waiting room is full',
    description: 'Mean minutes waited, by weekday and hour.',
    sql: `
SELECT hour(v.started_at) || ':00' AS hour, dayname(v.started_at) AS weekday, round(avg(v.waited_minutes), 1) AS minutes
FROM clinic.visits v
WHERE isodow(v.started_at) < 6 AND ${chosen}
GROUP BY 1, 2, hour(v.started_at), isodow(v.started_at)
ORDER BY hour(v.started_at), isodow(v.started_at)`,
    chart: { kind: 'heatmap', x: 'hour', split: 'weekday', y: ['minutes'], sort: 'result' },
  }),
  report('waiting-by-month', {
    title: 'Minutes waited: half as long since April 2025',
    description: 'Median, and what nine of ten stay below. Since 1 April 2025 patients check in from home.',
    sql: `
SELECT CAST(date_trunc('month', v.started_at) AS DATE) AS month,
  median(v.waited_minutes) AS median, quantile_cont(v.waited_minutes, 0.9) AS nine_of_ten
FROM clinic.visits v
WHERE ${chosen}
GROUP BY ALL ORDER BY month`,
    chart: {
      kind: 'line',
      x: 'month',
      y: ['nine_of_ten', 'median'],
      from: 'zero',
      yTitle: 'minutes',
      names: { nine_of_ten: 'nine of ten below', median: 'median' },
    },
  }),
  report('antibiotics', {
    title: 'Antibiotics against a virus, by doctor',
    description:
      'Share of visits for influenza, colds and bronchitis that ended with an antibiotic, which helps against none.',
    sql: `
SELECT v.doctor, count(DISTINCT p.visit_id) / count(DISTINCT v.visit_id) AS share
FROM clinic.visits v
LEFT JOIN clinic.prescriptions p ON p.visit_id = v.visit_id AND starts_with(p.atc_code, 'J01')
WHERE v.diagnosis_code IN ('J11.1', 'J06.9', 'J20.9') AND ${chosen}
GROUP BY ALL ORDER BY share DESC`,
    chart: {
      kind: 'bar',
      x: 'doctor',
      y: ['share'],
      sort: 'value',
      labels: true,
      numbers: { scale: 'percent', decimals: 0 },
      colour: 4,
    },
  }),
  report('ages', {
    title: 'What people come with, by age',
    description: 'Visits for the twelve most frequent diagnoses.',
    sql: `
WITH aged AS (
  SELECT v.diagnosis, date_diff('year', p.birth_date, CAST(v.started_at AS DATE)) // 10 * 10 AS decade
  FROM clinic.visits v JOIN clinic.patients p USING (patient_id)
  WHERE ${chosen}
),
frequent AS (SELECT diagnosis FROM aged GROUP BY diagnosis ORDER BY count(*) DESC, diagnosis LIMIT 12)
SELECT CAST(decade AS INTEGER) || '–' || CAST(decade + 9 AS INTEGER) AS age, split_part(diagnosis, ',', 1) AS diagnosis, count(*) AS visits
FROM aged SEMI JOIN frequent USING (diagnosis)
GROUP BY 1, 2, decade ORDER BY decade, diagnosis`,
    chart: { kind: 'heatmap', x: 'age', split: 'diagnosis', y: ['visits'], sort: 'result' },
  }),
  report('billed-by-department', {
    title: 'Billed, by department',
    description: 'All visits in the chosen days.',
    sql: `
SELECT v.department, sum(v.cost) AS billed
FROM clinic.visits v
WHERE ${chosen}
GROUP BY ALL ORDER BY billed DESC`,
    chart: {
      kind: 'bar',
      x: 'department',
      y: ['billed'],
      sort: 'value',
      labels: true,
      numbers: { scale: 'compact', prefix: '€ ' },
      colour: 3,
    },
  }),
  report('frequent-patients', {
    title: 'Who comes most often',
    description: 'Names, birth dates and diagnoses: what no operator should read, and none can here without your keys.',
    sql: `
SELECT p.first_name || ' ' || p.last_name AS patient, p.birth_date, p.city, p.primary_diagnosis,
  count(*) AS visits, CAST(max(v.started_at) AS DATE) AS last_visit, sum(v.cost) AS billed
FROM clinic.visits v JOIN clinic.patients p USING (patient_id)
WHERE ${chosen}
GROUP BY 1, 2, 3, 4, p.patient_id ORDER BY visits DESC, patient LIMIT 50`,
    chart: null,
  }),
]
