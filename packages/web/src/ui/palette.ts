import type { MantineColorsTuple } from '@mantine/core'

/** Warm neutrals: paper. In Mantine's place of `gray`. */
export const paper: MantineColorsTuple = [
  '#f8f5ee',
  '#f2eee4',
  '#e8e3d6',
  '#dcd6c7',
  '#c4bdac',
  '#9a9486',
  '#67635a',
  '#504d47',
  '#393733',
  '#242423',
]

/** Cool near-blacks: ink. In Mantine's place of `dark`; 0 is text, 4 lines, 6 raised, 7 the page. */
export const ink: MantineColorsTuple = [
  '#ece8dd',
  '#cfccc2',
  '#a9aca4',
  '#838a86',
  '#3a4346',
  '#2d3538',
  '#1d2326',
  '#14181a',
  '#0f1315',
  '#0a0d0e',
]

/** The accent: the green of weathered bronze. */
export const verdigris: MantineColorsTuple = [
  '#e9f3ef',
  '#d0e5dd',
  '#a8cfc2',
  '#7db8a5',
  '#549d87',
  '#35866f',
  '#1f6f5a',
  '#195c4b',
  '#144a3d',
  '#0e362d',
]

/** Sealing wax: only for what is sealed, seen by the operator, or dangerous. */
export const wax: MantineColorsTuple = [
  '#fbeeea',
  '#f5d9d1',
  '#ebb3a5',
  '#df8a76',
  '#cf6650',
  '#bd4f39',
  '#a63f2c',
  '#8c3323',
  '#70291c',
  '#521e15',
]

/** Warnings: ochre. */
export const ochre: MantineColorsTuple = [
  '#faf2e1',
  '#f3e3c0',
  '#e7c987',
  '#d9ab4e',
  '#c48f2a',
  '#a6761d',
  '#875f16',
  '#6f4e12',
  '#573d0e',
  '#3d2b0a',
]

type ChartPalette = readonly [string, string, string, string, string, string, string, string]

/**
 * Series colours in order, the same hues in both schemes: verdigris, ochre, plum, ink, olive, blue, wax, sky. Neighbours differ for people with any colour vision (see the test).
 */
export const chartPalettes: Readonly<Record<'light' | 'dark', ChartPalette>> = {
  light: ['#1f6f5a', '#c67c1e', '#7a4f86', '#3a3a38', '#8a8a2e', '#3f5f9e', '#a63f2c', '#4a94ad'],
  dark: ['#5fb89c', '#eeb45c', '#b77fc6', '#e4e2da', '#b5b648', '#6f8fe0', '#d9634c', '#9adcf0'],
}
