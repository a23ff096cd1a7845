import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartPalettes, ink, paper, verdigris, wax } from './palette.ts'

type Rgb = readonly [number, number, number]

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
const apply = (matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb =>
  matrix.map((row) => row[0] * r + row[1] * g + row[2] * b) as unknown as Rgb

/** Severity 1.0 of Machado, Oliveira and Fernandes (2009), on linear RGB. */
const visions: Readonly<Record<string, readonly Rgb[]>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

/** OKLab (Ottosson, 2020) of linear RGB. */
function toOklab(rgb: Rgb): Rgb {
  const cones = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((part) => Math.min(1, Math.max(0, part))) as unknown as Rgb,
  ).map(Math.cbrt) as unknown as Rgb
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  )
}

function difference(a: string, b: string, vision: readonly Rgb[]): number {
  const [one, other] = [a, b].map((hex) => toOklab(apply(vision, parse(hex).map(linear) as unknown as Rgb)))
  return Math.hypot(...(one ?? []).map((part, index) => part - (other?.[index] ?? 0)))
}

function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r, g, b2] = parse(hex).map(linear)
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b2 ?? 0)
  }
  const [high = 0, low = 0] = [light(a), light(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

for (const scheme of ['light', 'dark'] as const) {
  for (const [name, vision] of Object.entries(visions)) {
    test(`neighbouring series of the ${scheme} palette differ with ${name} vision`, () => {
      const colours = chartPalettes[scheme]
      for (const [index, colour] of colours.entries()) {
        const next = colours[(index + 1) % colours.length] ?? ''
        const distance = difference(colour, next, vision)
        assert.ok(distance >= 0.08, `${colour} and ${next}: ${distance.toFixed(3)}`)
      }
    })
  }

  test(`every series of the ${scheme} palette stands out from the page (WCAG 1.4.11)`, () => {
    for (const colour of chartPalettes[scheme]) {
      const page = scheme === 'light' ? '#fffefb' : ink[6]
      assert.ok(contrast(colour, page) >= 3, `${colour}: ${contrast(colour, page).toFixed(2)}`)
    }
  })
}

test('text has AA contrast on every surface, in both schemes', () => {
  const light = ['#fbf9f4', '#fffefb', paper[1]]
  const dark = [ink[7], ink[6], ink[8]]
  for (const surface of light) {
    for (const text of ['#1e2326', paper[6], verdigris[7], wax[7]]) assert.ok(contrast(text, surface) >= 4.5, text)
  }
  for (const surface of dark) {
    for (const text of [ink[0], ink[2], verdigris[3], wax[3]]) assert.ok(contrast(text, surface) >= 4.5, text)
  }
})
