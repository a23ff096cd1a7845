/** Words of the engine's SQL, for colours and completion. The test asks the engine whether they are its own. */

const split = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Functions that reading queries use; the engine has more, and takes them all. */
export const functions = split(`
  abs acos age any_value approx_count_distinct approx_quantile arg_max arg_min array_agg asin atan atan2 avg
  bar bit_and bit_or bool_and bool_or cbrt ceil chr concat concat_ws contains corr cos cosh count count_if covar_pop
  covar_samp cume_dist damerau_levenshtein date_add date_diff date_part date_sub date_trunc day dayname dayofmonth
  dayofweek dayofyear degrees dense_rank ends_with entropy epoch epoch_ms epoch_us even exp first first_value flatten
  floor format format_bytes from_base64 from_json gcd generate_series geomean greatest hamming hash hex histogram hour
  ilike_escape instr isfinite isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json_array
  json_array_length json_contains json_extract json_extract_string json_group_array json_group_object json_keys
  json_object json_type json_valid kurtosis lag last last_day last_value lcm lead least left len length levenshtein
  like_escape list list_aggregate list_append list_avg list_concat list_contains list_count list_distinct list_extract
  list_filter list_has_all list_has_any list_max list_min list_reduce list_reverse list_slice list_sort list_sum
  list_transform list_unique list_value list_zip ln log log10 log2 lower lpad ltrim mad make_date make_time
  make_timestamp map map_entries map_extract map_keys map_values max max_by md5 mean median microsecond millisecond min
  min_by minute mode month monthname now nth_value ntile nullif parse_filename percent_rank pi position pow prefix
  printf product quantile quantile_cont quantile_disc quarter radians random range rank regexp_extract
  regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array regr_intercept regr_r2
  regr_slope repeat replace reverse right round row row_number rpad rtrim second sha256 sign sin skewness split_part sqrt
  starts_with stddev stddev_pop stddev_samp strftime string_agg string_split strip_accents strptime struct_extract
  struct_pack substring suffix sum tan time_bucket to_days to_hours to_json to_minutes to_months to_seconds to_timestamp
  to_weeks to_years today translate trim trunc try_strptime typeof unicode unnest upper url_decode uuid var_pop var_samp
  variance week weekday weekofyear year yearweek`)

export const keywords = split(`
  all and anti any array as asc asof between by case cast collate columns cross cube current_date current_time
  current_timestamp desc describe distinct else end escape except exclude exists explain extract false filter following
  for from full glob group grouping groups having ignore ilike in inner intersect interval into is isnull join lambda
  lateral left like limit materialized natural not notnull null nulls of offset on only or order ordinality outer over
  partition percent pivot positional preceding qualify range recursive replace respect right rollup row rows sample
  select semi sets show similar some summarize table tablesample then ties to trailing true try_cast unbounded union
  unpivot using values when where window with within`)

export const types = split(`
  bigint bignum bit blob boolean date decimal double enum float hugeint integer interval json list map real smallint
  struct text time timestamp timestamptz tinyint ubigint uhugeint uinteger union usmallint utinyint uuid varchar`)
