/** Ten analytical queries over the flights, such as people ask: counts, ranges, top lists, windows, a join, text. */
export function flightQueries(flights: string, airports: string): string[] {
  return [
    `select origin, count(*) as flights, avg(delay) as mean_delay from ${flights} group by origin order by flights desc`,
    `select date_trunc('month', date) as month, count(*) as flights, quantile_cont(delay, 0.9) as p90 from ${flights} group by month order by month`,
    `select origin, destination, count(*) as flights, sum(distance) as miles from ${flights} group by all order by miles desc limit 100`,
    `select hour(date) as hour, dayofweek(date) as day, avg(delay) as mean_delay, stddev(delay) as spread from ${flights} group by all order by all`,
    `select count(*) as late, min(delay) as least, max(delay) as most from ${flights} where delay > 60 and distance between 500 and 1500`,
    `select a.state, count(*) as flights, avg(f.delay) as mean_delay from ${flights} f join ${airports} a on f.origin = a.iata group by a.state order by flights desc`,
    `select width_bucket as bucket, count(*) as flights from (select least(floor(distance / 250), 12) as width_bucket from ${flights}) group by bucket order by bucket`,
    `select count(distinct origin || '-' || destination) as routes, count(distinct date::date) as days from ${flights}`,
    `select * from (select origin, day, flights, rank() over (partition by origin order by flights desc) as place from (select origin, date::date as day, count(*) as flights from ${flights} group by all)) where place <= 3 order by origin, place, day`,
    `select approx_count_distinct(date) as minutes, median(delay) as median_delay, corr(delay, distance) as correlation from ${flights} where origin like 'S%'`,
  ]
}
