/** Five years of a clinic that grows, has its influenza every winter, and is fullest on Monday mornings. */
import { dayOf, formatDay, formatMinute, monthOf, weekdayOf } from '../calendar.ts'
import { seedRandom, weigh, type Random } from '../random.ts'
import { departments, diagnoses, doctors, type Department, type Diagnosis } from './diagnoses.ts'
import { ageGroupOf, firstDay, lastDay, type AgeGroup, type Patient } from './patients.ts'

export type Visit = {
  readonly id: number
  readonly patient: Patient
  readonly day: number
  /** Minutes since midnight. */
  readonly minute: number
  readonly department: Department
  readonly doctor: string
  readonly reason: string
  readonly diagnosis: Diagnosis
  readonly waited: number
  readonly minutes: number
  readonly cents: number
  readonly outcome: string
}

const visitCount = 200_000
/** Since this day people check in by telephone before they come, and wait less. */
export const checkInDay = dayOf(2025, 4, 1)

const monthVolume = [121, 127, 111, 98, 94, 90, 83, 81, 95, 103, 108, 114]
const weekdayVolume = [128, 109, 91, 104, 82, 13, 5]
/** Half hours from 8:00 on, on working days. */
const halfHours = [16, 20, 21, 20, 18, 15, 12, 8, 5, 4, 7, 11, 14, 16, 16, 14, 11, 9, 6, 4, 2]
const pickHalfHour = weigh(halfHours.map((weight, index) => [index, weight] as const))
const openOnWeekends = new Set<Department>(['General practice', 'Paediatrics', 'Orthopaedics'])

const pickDoctor = Object.fromEntries(
  departments.map((name) => [
    name,
    weigh(doctors[name].map((doctor, rank) => [doctor, 9 - 2 * Math.min(rank, 3)] as const)),
  ]),
) as Record<Department, (random: Random) => string>

/** By sex, month and age group. */
const pickDiagnosis = (['f', 'm'] as const).map((sex) =>
  monthVolume.map((_, month) =>
    ([0, 1, 2, 3, 4] as const).map((group) =>
      weigh(
        diagnoses
          .filter(({ only }) => only === undefined || only === sex)
          .map((diagnosis) => [diagnosis, diagnosis.ages[group] * (diagnosis.months[month] ?? 0)] as const),
      ),
    ),
  ),
)

const pickOutcome = weigh([['home', 78] as const, ['follow-up', 17] as const, ['referred', 5] as const])
const pickGraveOutcome = weigh([['follow-up', 55] as const, ['admitted', 25] as const, ['home', 20] as const])
const grave = new Set(['I50.9', 'S52.5', 'I48.9', 'C44.9'])

/** Visits in the order of their time. The same for the same seed and patients, wherever it runs. */
export function* walkVisits(seed: number, patients: readonly Patient[]): Generator<Visit> {
  const days = weighDays()
  const total = days.reduce((sum, weight) => sum + weight, 0)
  let known = 0
  let weight = 0
  let id = 0
  for (let day = firstDay; day <= lastDay; day++) {
    while (known < patients.length && (patients[known]?.registered ?? 0) <= day) known++
    weight += days[day - firstDay] ?? 0
    const until = Math.round((visitCount * weight) / total)
    const random = seedRandom(seed, 3, day)
    const minutes = Array.from({ length: until - id }, () => drawMinute(random, weekdayOf(day)))
    for (const minute of minutes.sort((a, b) => a - b)) {
      id++
      yield makeVisit(random, { id, day, minute, patient: drawPatient(random, patients, known, day) })
    }
  }
}

function weighDays(): number[] {
  const length = lastDay - firstDay + 1
  return Array.from({ length }, (_, index) => {
    const day = firstDay + index
    const growth = 1_000 + Math.floor((620 * index) / length)
    const holiday = /-(12-2[4-6]|12-31|01-01|05-01|10-03)$/.test(formatDay(day)) ? 0.06 : 1
    return (monthVolume[monthOf(day)] ?? 0) * (weekdayVolume[weekdayOf(day)] ?? 0) * growth * holiday
  })
}

function drawMinute(random: Random, weekday: number): number {
  if (weekday >= 5) return 9 * 60 + random.below(4 * 60)
  return 8 * 60 + pickHalfHour(random) * 30 + random.below(30)
}

/** Old people and small children come most often. */
const frequency = [700, 380, 430, 620, 1_000] as const

function drawPatient(random: Random, patients: readonly Patient[], known: number, day: number): Patient {
  for (;;) {
    const patient = patients[random.below(known)] as Patient
    if (random.oftenOf(frequency[ageGroupOf(day - patient.born)])) return patient
  }
}

type Slot = { readonly id: number; readonly day: number; readonly minute: number; readonly patient: Patient }

function makeVisit(random: Random, slot: Slot): Visit {
  const { patient, day, minute } = slot
  const diagnosis = drawDiagnosis(random, patient, day)
  const { department } = diagnosis
  const dear = patient.insurer === 'Aurora Privat' || patient.insurer === 'self-paying' ? 135 : 100
  const prices = 1_000 + Math.floor((31 * (day - firstDay)) / 365)
  const cents = Math.round((diagnosis.cents * (84 + random.below(33)) * dear * prices) / 10_000_000)
  return {
    ...slot,
    department,
    doctor: pickDoctor[department](random),
    reason: random.pick(diagnosis.reasons),
    diagnosis,
    waited: drawWaiting(random, day, minute),
    minutes: Math.max(4, random.between(diagnosis.minutes - 6, diagnosis.minutes + 8)),
    cents,
    outcome: grave.has(diagnosis.code) ? pickGraveOutcome(random) : pickOutcome(random),
  }
}

function drawDiagnosis(random: Random, patient: Patient, day: number): Diagnosis {
  const group: AgeGroup = ageGroupOf(day - patient.born)
  const weekend = weekdayOf(day) >= 5
  const lasting = patient.primary.ages[group] > 0 && random.oftenOf(group >= 3 ? 360 : 160)
  if (lasting && !(weekend && !openOnWeekends.has(patient.primary.department))) return patient.primary
  const pick = pickDiagnosis[patient.sex === 'f' ? 0 : 1]?.[monthOf(day)]?.[group]
  for (;;) {
    const diagnosis = pick?.(random) as Diagnosis
    if (!weekend || openOnWeekends.has(diagnosis.department)) return diagnosis
  }
}

/** Minutes in the waiting room: more when it is full, and as the clinic grows; less since people check in ahead. */
function drawWaiting(random: Random, day: number, minute: number): number {
  const crowd = weekdayOf(day) >= 5 ? 6 : (halfHours[Math.floor((minute - 480) / 30)] ?? 4)
  const monday = weekdayOf(day) === 0 ? 135 : 100
  const grown = 70 + Math.floor((55 * (day - firstDay)) / (lastDay - firstDay))
  const ahead = day >= checkInDay ? 52 : 100
  const usual = (crowd * monday * grown * (monthVolume[monthOf(day)] ?? 100) * ahead) / 100_000_000
  return random.between(0, Math.round(6 + 2.6 * usual))
}

export const visitColumns = [
  { name: 'visit_id', type: 'INTEGER' },
  { name: 'patient_id', type: 'INTEGER' },
  { name: 'started_at', type: 'TIMESTAMP' },
  { name: 'department', type: 'VARCHAR' },
  { name: 'doctor', type: 'VARCHAR' },
  { name: 'reason', type: 'VARCHAR' },
  { name: 'diagnosis_code', type: 'VARCHAR' },
  { name: 'diagnosis', type: 'VARCHAR' },
  { name: 'waited_minutes', type: 'INTEGER' },
  { name: 'minutes', type: 'INTEGER' },
  { name: 'cost', type: 'DECIMAL(9,2)' },
  { name: 'outcome', type: 'VARCHAR' },
] as const

export function* writeVisits(visits: Iterable<Visit>): Generator<string> {
  let day = 0
  let date = ''
  for (const it of visits) {
    if (it.day !== day) date = formatDay((day = it.day))
    const where = `${it.department},${it.doctor},"${it.reason}"`
    const what = `${it.diagnosis.code},"${it.diagnosis.title}"`
    const measures = `${it.waited},${it.minutes},${formatCents(it.cents)},${it.outcome}`
    yield `${it.id},${it.patient.id},${date} ${formatMinute(it.minute)}:00,${where},${what},${measures}`
  }
}

export function formatCents(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
