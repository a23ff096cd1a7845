import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatOf, type Cell } from './cells.ts'

/** What the engine's own CAST(x AS VARCHAR) gives for these values (DuckDB 1.5), and the JSON that we make of them. */
const values: readonly (readonly [type: string, cell: Exclude<Cell, null>, text: string, json: string])[] = [
  ['BOOLEAN', true, 'true', 'true'],
  ['TINYINT', -128, '-128', '-128'],
  ['BIGINT', 9007199254740991n, '9007199254740991', '9007199254740991'],
  ['BIGINT', 9007199254740993n, '9007199254740993', '"9007199254740993"'],
  ['BIGINT', -9223372036854775808n, '-9223372036854775808', '"-9223372036854775808"'],
  ['UBIGINT', 18446744073709551615n, '18446744073709551615', '"18446744073709551615"'],
  ['DOUBLE', 0, '0.0', '0'],
  ['DOUBLE', -0, '-0.0', '-0.0'],
  ['DOUBLE', 0.1, '0.1', '0.1'],
  ['DOUBLE', 100, '100.0', '100'],
  ['DOUBLE', 1e15, '1000000000000000.0', '1000000000000000'],
  ['DOUBLE', 1e16, '1e+16', '10000000000000000'],
  ['DOUBLE', 0.0001, '0.0001', '0.0001'],
  ['DOUBLE', 0.000015, '1.5e-05', '0.000015'],
  ['DOUBLE', 1.7976931348623157e308, '1.7976931348623157e+308', '1.7976931348623157e+308'],
  ['DOUBLE', Number.NaN, 'nan', '"nan"'],
  ['DOUBLE', -Infinity, '-inf', '"-inf"'],
  ['FLOAT', Math.fround(0.3), '0.3', '0.3'],
  ['FLOAT', Math.fround(3.4028235e38), '3.4028235e+38', '3.4028235e+38'],
  ['FLOAT', Math.fround(16777216), '16777216.0', '16777216'],
  ['FLOAT', -0, '-0.0', '-0.0'],
  ['VARCHAR', 'a"b', 'a"b', '"a\\"b"'],
  [
    'BLOB',
    Uint8Array.of(0, 255, 97, 92, 39, 34, 126, 32),
    '\\x00\\xFFa\\x5C\\x27\\x22~ ',
    '"\\\\x00\\\\xFFa\\\\x5C\\\\x27\\\\x22~ "',
  ],
  ['DATE', 0, '1970-01-01', '"1970-01-01"'],
  ['DATE', -1, '1969-12-31', '"1969-12-31"'],
  ['DATE', 19782, '2024-02-29', '"2024-02-29"'],
  ['DATE', 2932897, '10000-01-01', '"10000-01-01"'],
  ['DATE', -719528, '0001-01-01 (BC)', '"0001-01-01 (BC)"'],
  ['DATE', -719529, '0002-12-31 (BC)', '"0002-12-31 (BC)"'],
  ['DATE', 2147483647, 'infinity', '"infinity"'],
  ['DATE', -2147483647, '-infinity', '"-infinity"'],
  ['TIMESTAMP', 0n, '1970-01-01 00:00:00', '"1970-01-01 00:00:00"'],
  ['TIMESTAMP', -1n, '1969-12-31 23:59:59.999999', '"1969-12-31 23:59:59.999999"'],
  ['TIMESTAMP', 1704067200100000n, '2024-01-01 00:00:00.1', '"2024-01-01 00:00:00.1"'],
  ['TIMESTAMP', 9223372036854775807n, 'infinity', '"infinity"'],
  ['TIMESTAMP', 9223372036854775806n, '294247-01-10 04:00:54.775806', '"294247-01-10 04:00:54.775806"'],
  ['TIMESTAMP_MS', -1n, '1969-12-31 23:59:59.999', '"1969-12-31 23:59:59.999"'],
  ['TIMESTAMP_NS', 1704067200123456789n, '2024-01-01 00:00:00.123456789', '"2024-01-01 00:00:00.123456789"'],
  ['TIMESTAMP WITH TIME ZONE', 0n, '1970-01-01 00:00:00+00', '"1970-01-01 00:00:00+00"'],
  ['TIMESTAMP WITH TIME ZONE', -9223372036854775807n, '-infinity', '"-infinity"'],
]

for (const [type, cell, text, json] of values) {
  test(`${type} ${text} is shown as it is`, () => {
    const format = formatOf({ type, stored: type })
    assert.equal(format.text(cell), text)
    assert.equal(format.json(cell), json)
    assert.doesNotThrow(() => JSON.parse(json) as unknown)
  })
}

for (const [type, text] of [
  ['DECIMAL(38,10)', '12345678901234567890.0123456789'],
  ['HUGEINT', '170141183460469231731687303715884105727'],
  ['INTERVAL', '1 year 2 months 00:00:01'],
  ['INTEGER[]', '[1, NULL, 3]'],
  ['TIME', '12:34:56.789'],
] as const) {
  test(`${type}, stored as the engine's text, passes through`, () => {
    const format = formatOf({ type, stored: 'VARCHAR' })
    assert.equal(format.text(text), text)
    assert.equal(format.json(text), JSON.stringify(text))
  })
}
