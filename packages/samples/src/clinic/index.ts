import { encodeCsv } from '../csv.ts'
import { reportTile, textTile, type Sample, type SampleFile } from '../sample.ts'
import { listPatients, patientColumns, writePatients } from './patients.ts'
import { prescriptionColumns, writePrescriptions } from './prescriptions.ts'
import { clinicReports } from './reports.ts'
import { visitColumns, walkVisits, writeVisits } from './visits.ts'

const seed = 20_261_101

type Columns = readonly { readonly name: string; readonly type: string }[]

function generated(table: string, title: string, columns: Columns, lines: () => Iterable<string>): SampleFile {
  return {
    table,
    title,
    settings: { fileName: `${table}.csv`, format: 'csv', schema: columns.map((column) => ({ ...column })) },
    origin: {
      kind: 'generated',
      chunks: () =>
        encodeCsv(
          columns.map(({ name }) => name),
          lines(),
        ),
    },
  }
}

const findings = `### What is in here

A clinic that never was: **5,000 patients**, **200,000 visits**, what they came with and what was prescribed, from November 2021 to October 2026. Made on your side, from one seed.

- It **grows** by a tenth a year, and every **winter** it is fullest.
- On **Monday at nine** people wait longest. Since **April 2025** they check in from home and wait half as long.
- **One doctor** gives an antibiotic to four of ten people with a virus. Colleagues: one of ten.

Choose days or departments above; every chart follows.`

/** Generated and seeded: names, birth dates, addresses, diagnoses, all of no one. */
export const clinic: Sample = {
  id: 'clinic',
  title: 'Clinic',
  about: '5,000 patients, 200,000 visits and their prescriptions: generated, and as private as real ones would be.',
  bucket: 'clinic',
  files: [
    generated('patients', 'Patients', patientColumns, () => writePatients(listPatients(seed))),
    generated('visits', 'Visits', visitColumns, () => writeVisits(walkVisits(seed, listPatients(seed)))),
    generated('prescriptions', 'Prescriptions', prescriptionColumns, () =>
      writePrescriptions(seed, walkVisits(seed, listPatients(seed))),
    ),
  ],
  reports: clinicReports,
  dashboard: {
    title: 'Five years of a clinic',
    body: {
      format: 1,
      description: 'The sample “clinic”: growth, winters, waiting, and one finding that someone should act on.',
      filters: [
        { kind: 'date', label: 'Visits', from: 'from', to: 'to', first: null, last: null },
        {
          kind: 'list',
          label: 'Department',
          parameter: 'department',
          type: 'text',
          options: 'SELECT department FROM clinic.visits GROUP BY department ORDER BY count(*) DESC',
          chosen: [],
        },
      ],
      tiles: [
        reportTile('visits-number', [0, 0, 3, 2]),
        reportTile('patients-number', [3, 0, 3, 2]),
        reportTile('waiting-number', [6, 0, 3, 2]),
        reportTile('billed-number', [9, 0, 3, 2]),
        reportTile('visits-by-month', [0, 2, 8, 6]),
        textTile('findings', [8, 2, 4, 6], findings),
        reportTile('influenza', [0, 8, 6, 5]),
        reportTile('waiting-heat', [6, 8, 6, 5]),
        reportTile('waiting-by-month', [0, 13, 7, 5]),
        reportTile('antibiotics', [7, 13, 5, 5]),
        reportTile('ages', [0, 18, 7, 6]),
        reportTile('billed-by-department', [7, 18, 5, 6]),
        reportTile('frequent-patients', [0, 24, 12, 6]),
      ],
    },
  },
}
