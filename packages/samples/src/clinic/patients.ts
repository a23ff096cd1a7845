/** Five thousand people who never were, in the order in which they came to the clinic. */
import { dayOf, formatDay } from '../calendar.ts'
import { seedRandom, weigh, type Random } from '../random.ts'
import { diagnoses, type Diagnosis } from './diagnoses.ts'
import { insurers, nameGroups, places, streets, type NameGroup } from './names.ts'

export type Patient = {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly sex: 'f' | 'm'
  /** Days since 1970, as all days here. */
  readonly born: number
  readonly registered: number
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly phone: string
  readonly email: string
  readonly insurer: string
  readonly primary: Diagnosis
}

/** The days that the sample covers: the first and the last. */
export const firstDay = dayOf(2021, 11, 1)
export const lastDay = dayOf(2026, 10, 31)

const patientCount = 5_000
/** So many of a thousand were patients before the first day. */
const early = 620

const pickGroup = weigh(nameGroups.map((group) => [group, group.share] as const))
const pickPlace = weigh(places)
const pickInsurer = weigh(insurers)
/** Ages at the last day, in bands of ten years: few young adults, many old. */
const pickDecade = weigh([12, 11, 12, 14, 12, 15, 13, 10, 7, 2].map((weight, decade) => [decade, weight] as const))
/** Ranges that the German regulator keeps free for films: 1,000 numbers each. */
const phoneRanges = ['+49 30 23125', '+49 69 90009', '+49 40 66969', '+49 221 4710', '+49 89 99998']

export function listPatients(seed: number): Patient[] {
  const registrations = drawRegistrations(seedRandom(seed, 1))
  return registrations.map((registered, index) => makePatient(seedRandom(seed, 2, index), index, registered))
}

function drawRegistrations(random: Random): number[] {
  const days = lastDay - firstDay
  const drawn = Array.from({ length: patientCount }, (_, index) => {
    if (index * 1000 < early * patientCount) return firstDay - 1 - random.below(3_000)
    // The more distant of two draws: more people come the longer the clinic stands.
    return firstDay + Math.max(random.below(days), random.below(days))
  })
  return drawn.sort((a, b) => a - b)
}

function makePatient(random: Random, index: number, registered: number): Patient {
  const group = pickGroup(random)
  const sex = random.oftenOf(530) ? 'f' : 'm'
  const [firstName, lastName] = drawName(random, group, sex)
  const age = pickDecade(random) * 3_652 + random.below(3_652)
  const born = Math.min(lastDay - age, registered)
  const [postcode, city] = pickPlace(random)
  const range = phoneRanges[Math.floor(index / 1_000)] ?? ''
  return {
    id: index + 1,
    firstName,
    lastName,
    sex,
    born,
    registered,
    street: `${random.pick(streets)} ${1 + random.below(88)}`,
    postcode,
    city,
    phone: `${range} ${String((index * 7 + 3) % 1_000).padStart(3, '0')}`,
    email: `${plain(firstName)}.${plain(lastName)}${index + 1}@example.org`,
    insurer: pickInsurer(random),
    primary: pickPrimary(random, ageGroupOf(lastDay - born), sex),
  }
}

/** Most people's two names are of one language. */
function drawName(random: Random, group: NameGroup, sex: 'f' | 'm'): [first: string, last: string] {
  const family = random.oftenOf(870) ? group : pickGroup(random)
  const first = random.pick(sex === 'f' ? group.women : group.men)
  const last = random.pick(family.families)
  return [first, random.oftenOf(35) ? `${last}-${random.pick(nameGroups[0]?.families ?? [last])}` : last]
}

/** Letters that a mailbox can have. */
function plain(name: string): string {
  const latin = name.replace(/ß/g, 'ss').replace(/ı/g, 'i').replace(/[łŁ]/g, 'l').replace(/[đĐ]/g, 'd')
  return latin
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}

export type AgeGroup = 0 | 1 | 2 | 3 | 4

/** Place in a diagnosis' weights by age, from a number of days lived. */
export function ageGroupOf(days: number): AgeGroup {
  const years = days / 365.25
  if (years < 12) return 0
  if (years < 18) return 1
  if (years < 40) return 2
  return years < 65 ? 3 : 4
}

const chronic = new Set([
  'I10',
  'E78.0',
  'I48.9',
  'I50.9',
  'E11.9',
  'E03.9',
  'K21.9',
  'M54.5',
  'M17.9',
  'L20.9',
  'J45.9',
  'F32.1',
  'F41.1',
  'F90.0',
  'J30.1',
  'L70.0',
])
const lasting = diagnoses.filter(({ code }) => chronic.has(code))
const pickLasting = ([0, 1, 2, 3, 4] as const).map((group) =>
  weigh(lasting.map((diagnosis) => [diagnosis, diagnosis.ages[group]] as const)),
)

function pickPrimary(random: Random, group: AgeGroup, sex: 'f' | 'm'): Diagnosis {
  for (;;) {
    const picked = pickLasting[group]?.(random) as Diagnosis
    if (picked.only === undefined || picked.only === sex) return picked
  }
}

export const patientColumns = [
  { name: 'patient_id', type: 'INTEGER' },
  { name: 'first_name', type: 'VARCHAR' },
  { name: 'last_name', type: 'VARCHAR' },
  { name: 'sex', type: 'VARCHAR' },
  { name: 'birth_date', type: 'DATE' },
  { name: 'street', type: 'VARCHAR' },
  { name: 'postcode', type: 'VARCHAR' },
  { name: 'city', type: 'VARCHAR' },
  { name: 'phone', type: 'VARCHAR' },
  { name: 'email', type: 'VARCHAR' },
  { name: 'insurer', type: 'VARCHAR' },
  { name: 'primary_diagnosis_code', type: 'VARCHAR' },
  { name: 'primary_diagnosis', type: 'VARCHAR' },
  { name: 'registered_on', type: 'DATE' },
] as const

/** Lines of CSV; titles of diagnoses can hold a comma, so they are quoted. */
export function* writePatients(patients: readonly Patient[]): Generator<string> {
  for (const it of patients) {
    const person = `${it.id},${it.firstName},${it.lastName},${it.sex},${formatDay(it.born)}`
    const reach = `${it.street},${it.postcode},${it.city},${it.phone},${it.email}`
    yield `${person},${reach},${it.insurer},${it.primary.code},"${it.primary.title}",${formatDay(it.registered)}`
  }
}
