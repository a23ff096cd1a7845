/** What the doctors wrote down at the end of a visit. One of them is too free with antibiotics. */
import { formatDay } from '../calendar.ts'
import { seedRandom, type Random } from '../random.ts'
import { antibiotics, freeWithAntibiotics, type Medicine } from './diagnoses.ts'
import { formatCents, type Visit } from './visits.ts'

/** Of a thousand visits for a virus, how many end with an antibiotic. */
const antibioticShare = { usual: 95, free: 410 } as const

export const prescriptionColumns = [
  { name: 'prescription_id', type: 'INTEGER' },
  { name: 'visit_id', type: 'INTEGER' },
  { name: 'patient_id', type: 'INTEGER' },
  { name: 'prescribed_on', type: 'DATE' },
  { name: 'doctor', type: 'VARCHAR' },
  { name: 'medicine', type: 'VARCHAR' },
  { name: 'atc_code', type: 'VARCHAR' },
  { name: 'dose', type: 'VARCHAR' },
  { name: 'days', type: 'INTEGER' },
  { name: 'cost', type: 'DECIMAL(9,2)' },
] as const

export function* writePrescriptions(seed: number, visits: Iterable<Visit>): Generator<string> {
  let id = 0
  for (const visit of visits) {
    for (const it of prescribe(seedRandom(seed, 4, visit.id), visit)) {
      id++
      const who = `${id},${visit.id},${visit.patient.id},${formatDay(visit.day)},${visit.doctor}`
      yield `${who},"${it.name}",${it.atc},"${it.dose}",${it.days},${formatCents(it.cents)}`
    }
  }
}

function prescribe(random: Random, { diagnosis, doctor }: Visit): Medicine[] {
  const written: Medicine[] = []
  const [first, second] = diagnosis.medicines
  if (first !== undefined && random.oftenOf(diagnosis.prescribed)) written.push(first)
  if (second !== undefined && random.oftenOf(Math.floor(diagnosis.prescribed * 0.95))) written.push(second)
  const share = doctor === freeWithAntibiotics ? antibioticShare.free : antibioticShare.usual
  if (diagnosis.viral === true && random.oftenOf(share)) written.push(random.pick(antibiotics))
  return written
}
