/** What a first project can begin with. */
export const samples = [
  {
    id: 'flights',
    name: 'Flights',
    about: 'Three million real flights, with airports and bird strikes. Nothing secret, much to see.',
  },
  {
    id: 'clinic',
    name: 'Clinic',
    about: 'A made-up clinic: 5,000 patients, their visits and prescriptions. Shows what is worth hiding.',
  },
  { id: 'empty', name: 'Empty', about: 'Begin with a file of your own.' },
] as const

export type SampleId = (typeof samples)[number]['id']
