import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { formatDay, weekdayOf } from '../calendar.ts'
import { samples, type SampleFile } from '../index.ts'
import { freeWithAntibiotics } from './diagnoses.ts'
import { ageGroupOf, firstDay, lastDay, listPatients } from './patients.ts'
import { writePrescriptions } from './prescriptions.ts'
import { checkInDay, walkVisits, type Visit } from './visits.ts'

const patients = listPatients(7)
const visits = [...walkVisits(7, patients)]

function generate(file: SampleFile | undefined): Uint8Array {
  assert.ok(file?.origin.kind === 'generated')
  return Buffer.concat([...file.origin.chunks()])
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const countIn = (months: readonly string[], of: (visit: Visit) => boolean): number =>
  visits.filter((visit) => of(visit) && months.includes(formatDay(visit.day).slice(5, 7))).length

test('the files are the same bytes wherever and whenever they are generated', () => {
  const digests = samples.clinic.files.map((file) => createHash('sha256').update(generate(file)).digest('hex'))
  assert.deepEqual(digests, [
    'eef14ee9a9abf035525359ead0e9b0b07733945c7d71f2c39d73aced22f9b211',
    'f2c1cd4f7566e53afcb0a335c49125a999655a7ff55b3b108768cb4fac150d06',
    '93f650ef266c6e29b1199c2a183ee038fd400a0b2e20db0ac825c66249fb1607',
  ])
})

test('they are made in chunks that fit any memory, and in less than three seconds of processor', () => {
  const started = process.cpuUsage()
  for (const { origin } of samples.clinic.files) {
    assert.ok(origin.kind === 'generated')
    for (const chunk of origin.chunks()) assert.ok(chunk.length < 80_000)
  }
  const { user, system } = process.cpuUsage(started)
  assert.ok((user + system) / 1000 < 3_000)
})

test('each line has a value for each column of the schema that it is imported with', () => {
  for (const file of samples.clinic.files) {
    const [header, ...lines] = Buffer.from(generate(file)).toString().trimEnd().split('\n')
    const names = file.settings.schema?.map(({ name }) => name) ?? []
    assert.deepEqual(header?.split(','), names)
    const fields = /("[^"]*"|[^,"]*)(,|$)/g
    for (const line of lines.slice(0, 5_000)) {
      const count = [...line.matchAll(fields)].filter(([whole]) => whole !== '').length
      assert.equal(count, names.length, line)
    }
  }
})

test('5,000 patients are no one: numbers of films, mailboxes of an example, places on no map', () => {
  assert.equal(patients.length, 5_000)
  assert.equal(new Set(patients.map(({ phone }) => phone)).size, 5_000)
  assert.equal(new Set(patients.map(({ email }) => email)).size, 5_000)
  for (const it of patients) {
    assert.match(it.phone, /^\+49 (30 23125|69 90009|40 66969|221 4710|89 99998) \d{3}$/)
    assert.match(it.email, /^[a-z]+\.[a-z]+\d+@example\.org$/)
    assert.match(it.postcode, /^001\d\d$/)
    assert.ok(it.born <= it.registered && it.registered <= lastDay)
    assert.ok(it.primary.only === undefined || it.primary.only === it.sex)
  }
})

test('200,000 visits are in the order of time, each of a patient who was known and could have it', () => {
  assert.equal(visits.length, 200_000)
  let before = 0
  for (const [index, { id, day, minute, patient, diagnosis }] of visits.entries()) {
    assert.equal(id, index + 1)
    const time = day * 1_440 + minute
    assert.ok(time >= before && day >= firstDay && day <= lastDay)
    before = time
    assert.ok(patient.registered <= day)
    assert.ok(diagnosis.ages[ageGroupOf(day - patient.born)] > 0)
    assert.ok(diagnosis.only === undefined || diagnosis.only === patient.sex)
  }
})

test('influenza comes in winter, Mondays are full, and the clinic grows', () => {
  const flu = (visit: Visit): boolean => visit.diagnosis.code === 'J11.1'
  assert.ok(countIn(['01', '02'], flu) > 8 * countIn(['06', '07'], flu))
  const byWeekday = [0, 1, 2, 3, 4, 5, 6].map(
    (weekday) => visits.filter(({ day }) => weekdayOf(day) === weekday).length,
  )
  assert.equal(Math.max(...byWeekday), byWeekday[0])
  const inYear = (year: string): number => visits.filter(({ day }) => formatDay(day).startsWith(year)).length
  assert.ok(inYear('2022') < inYear('2023') && inYear('2023') < inYear('2024') && inYear('2024') < inYear('2025'))
})

test('what the dashboard says is in the data: less waiting since people check in ahead, one doctor with antibiotics', () => {
  const waited = (from: number, to: number): number =>
    mean(visits.filter(({ day }) => day >= from && day < to).map((visit) => visit.waited))
  assert.ok(waited(checkInDay, checkInDay + 365) < 0.65 * waited(checkInDay - 365, checkInDay))
  const lines = [...writePrescriptions(7, visits)].map((line) => line.split(','))
  const withAntibiotic = new Set(
    lines.filter((fields) => fields.some((field) => field.startsWith('J01'))).map(([, id]) => Number(id)),
  )
  const share = (of: (doctor: string) => boolean): number =>
    mean(
      visits
        .filter(({ doctor, diagnosis }) => diagnosis.viral && of(doctor))
        .map(({ id }) => Number(withAntibiotic.has(id))),
    )
  assert.ok(share((doctor) => doctor === freeWithAntibiotics) > 3 * share((doctor) => doctor !== freeWithAntibiotics))
})
