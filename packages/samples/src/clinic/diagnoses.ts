/** What people come with: codes and titles of ICD-10 (WHO), who has it, when, where it is treated and with what. */
export const departments = [
  'General practice',
  'Paediatrics',
  'Cardiology',
  'Orthopaedics',
  'Dermatology',
  'Gynaecology',
  'Mental health',
] as const
export type Department = (typeof departments)[number]

export type Medicine = {
  readonly name: string
  /** Anatomical therapeutic chemical code (WHO). */
  readonly atc: string
  readonly dose: string
  readonly days: number
  /** Price of a package, in cents. */
  readonly cents: number
}

const medicine = (name: string, atc: string, dose: string, days: number, cents: number): Medicine => ({
  name,
  atc,
  dose,
  days,
  cents,
})

const amoxicillin = medicine('Amoxicillin', 'J01CA04', '1000 mg, three a day', 7, 1389)
const azithromycin = medicine('Azithromycin', 'J01FA10', '500 mg, one a day', 3, 1745)
const ibuprofen = medicine('Ibuprofen', 'M01AE01', '400 mg, as needed', 10, 645)
const paracetamol = medicine('Paracetamol', 'N02BE01', '500 mg, as needed', 7, 349)
const salbutamol = medicine('Salbutamol', 'R03AC02', 'two puffs, as needed', 60, 1560)
const metformin = medicine('Metformin', 'A10BA02', '1000 mg, two a day', 90, 1499)
const ramipril = medicine('Ramipril', 'C09AA05', '5 mg, one a day', 100, 1332)
const bisoprolol = medicine('Bisoprolol', 'C07AB07', '5 mg, one a day', 100, 1290)
const atorvastatin = medicine('Atorvastatin', 'C10AA05', '20 mg, one a day', 100, 1875)
const apixaban = medicine('Apixaban', 'B01AF02', '5 mg, two a day', 60, 9420)
const sertraline = medicine('Sertraline', 'N06AB06', '50 mg, one a day', 100, 2240)
const levothyroxine = medicine('Levothyroxine', 'H03AA01', '75 µg, one a day', 100, 1480)
const pantoprazole = medicine('Pantoprazole', 'A02BC02', '40 mg, one a day', 28, 1230)
const hydrocortisone = medicine('Hydrocortisone cream', 'D07AA02', 'thinly, twice a day', 14, 985)
const cetirizine = medicine('Cetirizine', 'R06AE07', '10 mg, one a day', 50, 890)
const contraceptive = medicine('Levonorgestrel, ethinylestradiol', 'G03AA07', 'one a day', 84, 3310)

export const antibiotics: readonly Medicine[] = [amoxicillin, azithromycin]

/** Weights for ages 0–11, 12–17, 18–39, 40–64, 65 and more. */
type ByAge = readonly [number, number, number, number, number]

export type Diagnosis = {
  readonly code: string
  readonly title: string
  readonly department: Department
  readonly reasons: readonly string[]
  readonly ages: ByAge
  /** Weight in tenths, January first. */
  readonly months: readonly number[]
  readonly only?: 'f' | 'm'
  readonly minutes: number
  /** Usual price of the visit, in cents. */
  readonly cents: number
  readonly medicines: readonly Medicine[]
  /** Of a thousand visits, how many end with a prescription. */
  readonly prescribed: number
  /** A virus: no antibiotic helps. */
  readonly viral?: true
}

const even = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
const winter = [30, 36, 18, 9, 5, 3, 2, 3, 6, 10, 14, 22]
const colds = [17, 18, 14, 10, 8, 6, 5, 6, 11, 15, 16, 17]
const pollen = [2, 5, 16, 30, 33, 24, 12, 7, 4, 2, 1, 1]
const slippery = [14, 13, 10, 9, 9, 10, 10, 10, 9, 9, 9, 12]

type Row = readonly [
  code: string,
  title: string,
  department: Department,
  reasons: string,
  ages: ByAge,
  months: readonly number[],
  minutes: number,
  cents: number,
  medicines: readonly Medicine[],
  prescribed: number,
]

const rows: readonly Row[] = [
  [
    'J11.1',
    'Influenza with other respiratory manifestations',
    'General practice',
    'fever and cough|fever, aching limbs',
    [34, 26, 26, 24, 30],
    winter,
    14,
    4200,
    [paracetamol, ibuprofen],
    420,
  ],
  [
    'J06.9',
    'Acute upper respiratory infection, unspecified',
    'General practice',
    'cold|sore throat|cough',
    [80, 52, 46, 38, 30],
    colds,
    11,
    3600,
    [paracetamol, ibuprofen],
    300,
  ],
  [
    'J20.9',
    'Acute bronchitis, unspecified',
    'General practice',
    'cough for two weeks|wheezing',
    [18, 10, 14, 18, 26],
    colds,
    13,
    4100,
    [salbutamol, paracetamol],
    360,
  ],
  [
    'J30.1',
    'Allergic rhinitis due to pollen',
    'General practice',
    'runny nose|itching eyes',
    [16, 22, 22, 12, 5],
    pollen,
    10,
    3500,
    [cetirizine],
    640,
  ],
  [
    'A09',
    'Infectious gastroenteritis and colitis',
    'General practice',
    'vomiting|diarrhoea',
    [26, 14, 18, 11, 9],
    [18, 17, 13, 9, 8, 9, 11, 11, 9, 8, 8, 10],
    12,
    3700,
    [paracetamol],
    160,
  ],
  ['Z00.1', 'Routine child health examination', 'Paediatrics', 'check-up', [92, 20, 0, 0, 0], even, 24, 5200, [], 0],
  [
    'H66.9',
    'Otitis media, unspecified',
    'Paediatrics',
    'earache',
    [44, 9, 0, 0, 0],
    colds,
    13,
    4000,
    [amoxicillin, ibuprofen],
    610,
  ],
  [
    'B01.9',
    'Varicella without complication',
    'Paediatrics',
    'rash and fever',
    [15, 3, 0, 0, 0],
    [12, 13, 14, 14, 13, 10, 6, 4, 5, 8, 10, 11],
    12,
    3700,
    [paracetamol],
    260,
  ],
  [
    'J45.9',
    'Asthma, unspecified',
    'Paediatrics',
    'short of breath|inhaler review',
    [20, 17, 0, 0, 0],
    pollen,
    19,
    4900,
    [salbutamol],
    720,
  ],
  [
    'I10',
    'Essential hypertension',
    'Cardiology',
    'blood pressure review|headache',
    [0, 0, 8, 62, 96],
    even,
    15,
    5400,
    [ramipril, bisoprolol],
    640,
  ],
  [
    'E78.0',
    'Pure hypercholesterolaemia',
    'Cardiology',
    'blood test results',
    [0, 0, 4, 30, 38],
    even,
    14,
    5100,
    [atorvastatin],
    620,
  ],
  [
    'I48.9',
    'Atrial fibrillation, unspecified',
    'Cardiology',
    'palpitations|control of anticoagulation',
    [0, 0, 1, 9, 39],
    even,
    24,
    9800,
    [apixaban, bisoprolol],
    700,
  ],
  [
    'I50.9',
    'Heart failure, unspecified',
    'Cardiology',
    'swollen legs|short of breath',
    [0, 0, 0, 5, 32],
    [14, 14, 12, 10, 9, 8, 8, 8, 8, 9, 10, 13],
    28,
    11200,
    [ramipril, bisoprolol],
    660,
  ],
  [
    'E11.9',
    'Type 2 diabetes mellitus without complications',
    'General practice',
    'diabetes review',
    [0, 0, 5, 38, 60],
    even,
    20,
    6100,
    [metformin],
    660,
  ],
  [
    'E03.9',
    'Hypothyroidism, unspecified',
    'General practice',
    'tiredness|thyroid control',
    [0, 2, 11, 20, 19],
    even,
    13,
    4700,
    [levothyroxine],
    600,
  ],
  [
    'K21.9',
    'Gastro-oesophageal reflux disease',
    'General practice',
    'heartburn',
    [0, 2, 12, 21, 18],
    even,
    12,
    4000,
    [pantoprazole],
    650,
  ],
  ['M54.5', 'Low back pain', 'Orthopaedics', 'back pain', [0, 5, 38, 54, 40], even, 17, 5600, [ibuprofen], 430],
  [
    'M17.9',
    'Gonarthrosis, unspecified',
    'Orthopaedics',
    'knee pain',
    [0, 0, 2, 20, 44],
    even,
    19,
    6800,
    [ibuprofen],
    380,
  ],
  [
    'S93.4',
    'Sprain and strain of ankle',
    'Orthopaedics',
    'twisted ankle',
    [13, 26, 19, 8, 3],
    slippery,
    21,
    7300,
    [ibuprofen],
    340,
  ],
  [
    'S52.5',
    'Fracture of lower end of radius',
    'Orthopaedics',
    'fall on the hand',
    [8, 8, 4, 6, 13],
    slippery,
    42,
    18900,
    [ibuprofen, paracetamol],
    520,
  ],
  [
    'L20.9',
    'Atopic dermatitis, unspecified',
    'Dermatology',
    'itching|eczema',
    [30, 16, 13, 8, 6],
    [13, 13, 12, 10, 9, 7, 7, 7, 9, 10, 11, 12],
    14,
    5000,
    [hydrocortisone],
    660,
  ],
  ['L70.0', 'Acne vulgaris', 'Dermatology', 'acne', [1, 34, 14, 1, 0], even, 12, 4600, [hydrocortisone], 260],
  [
    'C44.9',
    'Malignant neoplasm of skin, unspecified',
    'Dermatology',
    'mole has changed|skin screening',
    [0, 0, 2, 11, 22],
    [8, 8, 9, 10, 11, 12, 12, 12, 11, 10, 9, 8],
    34,
    15400,
    [],
    0,
  ],
  [
    'Z30.4',
    'Surveillance of contraceptive drugs',
    'Gynaecology',
    'prescription renewal',
    [0, 12, 36, 8, 0],
    even,
    11,
    4300,
    [contraceptive],
    830,
  ],
  [
    'Z34.9',
    'Supervision of normal pregnancy, unspecified',
    'Gynaecology',
    'antenatal check-up',
    [0, 0, 42, 2, 0],
    even,
    26,
    7900,
    [],
    0,
  ],
  [
    'N95.1',
    'Menopausal and female climacteric states',
    'Gynaecology',
    'hot flushes',
    [0, 0, 0, 24, 3],
    even,
    17,
    5200,
    [],
    0,
  ],
  [
    'F32.1',
    'Moderate depressive episode',
    'Mental health',
    'low mood|sleeplessness',
    [0, 13, 26, 24, 15],
    [13, 12, 11, 10, 9, 8, 8, 8, 9, 11, 13, 13],
    46,
    11800,
    [sertraline],
    420,
  ],
  [
    'F41.1',
    'Generalized anxiety disorder',
    'Mental health',
    'anxiety|panic attacks',
    [1, 14, 23, 15, 7],
    even,
    44,
    11500,
    [sertraline],
    300,
  ],
  [
    'F90.0',
    'Disturbance of activity and attention',
    'Mental health',
    'attention at school',
    [10, 12, 4, 0, 0],
    even,
    47,
    11900,
    [],
    0,
  ],
]

const onlyWomen = new Set(['Z30.4', 'Z34.9', 'N95.1'])
const viral = new Set(['J11.1', 'J06.9', 'J20.9', 'B01.9'])

export const diagnoses: readonly Diagnosis[] = rows.map(
  ([code, title, department, reasons, ages, months, minutes, cents, medicines, prescribed]) => ({
    code,
    title,
    department,
    reasons: reasons.split('|'),
    ages,
    months,
    minutes,
    cents,
    medicines,
    prescribed,
    ...(onlyWomen.has(code) ? { only: 'f' as const } : {}),
    ...(viral.has(code) ? { viral: true as const } : {}),
  }),
)

/** Who works where. The first of each department sees the most. */
export const doctors: Readonly<Record<Department, readonly string[]>> = {
  'General practice': ['Dr. Falk', 'Dr. Ostrowski', 'Dr. Arslan', 'Dr. Lindqvist', 'Dr. Vance'],
  Paediatrics: ['Dr. Moreau', 'Dr. Bui', 'Dr. Sander'],
  Cardiology: ['Dr. Halvorsen', 'Dr. Conti', 'Dr. Rao'],
  Orthopaedics: ['Dr. Brandt', 'Dr. Kovács', 'Dr. Duarte'],
  Dermatology: ['Dr. Hakimi', 'Dr. Steiner'],
  Gynaecology: ['Dr. Petrov', 'Dr. Amsel', 'Dr. Okoye'],
  'Mental health': ['Dr. Winkler', 'Dr. Sayed', 'Dr. Fontaine'],
}

/** Prescribes antibiotics for viral infections far more often than colleagues: what the sample's dashboard finds. */
export const freeWithAntibiotics = 'Dr. Vance'
