import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultTable, Vector } from '@keyhold/client'
import { instantReader, kindOfType } from './column-kind.ts'

test('every type of the engine is a number, a time, a boolean, a text or something else', () => {
  const kinds: Record<string, string> = {
    INTEGER: 'number',
    UBIGINT: 'number',
    HUGEINT: 'number',
    'DECIMAL(18,3)': 'number',
    BIGNUM: 'number',
    'INTEGER[]': 'other',
    'DECIMAL(18,3)[3]': 'other',
    INTERVAL: 'other',
    TIME: 'other',
    DATE: 'time',
    'TIMESTAMP WITH TIME ZONE': 'time',
    TIMESTAMP_NS: 'time',
    BOOLEAN: 'boolean',
    VARCHAR: 'text',
    "ENUM('a', 'INTEGER')": 'text',
    'STRUCT(a INTEGER)': 'other',
  }
  for (const [type, kind] of Object.entries(kinds)) assert.equal(kindOfType(type), kind, type)
})

test('dates and moments of every unit are the same instant, infinity is none', () => {
  const vectors: Record<string, Vector> = {
    DATE: { kind: 'number', values: new Int32Array([19_723, 2_147_483_647]), nulls: null },
    TIMESTAMP: { kind: 'big', values: new BigInt64Array([1_704_067_200_000_000n, 2n ** 63n - 1n]), nulls: null },
    TIMESTAMP_NS: { kind: 'big', values: new BigInt64Array([1_704_067_200_000_000_000n, 0n]), nulls: null },
  }
  for (const [type, vector] of Object.entries(vectors)) {
    const result: ResultTable = { columns: [{ name: 't', type, stored: type }], rows: 2, vectors: [vector] }
    assert.equal(instantReader(result, 0)(0), Date.UTC(2024, 0, 1), type)
  }
  const dates: ResultTable = {
    columns: [{ name: 't', type: 'DATE', stored: 'DATE' }],
    rows: 2,
    vectors: [vectors['DATE'] as Vector],
  }
  assert.equal(instantReader(dates, 0)(1), null)
})
