// GET /metrics for Prometheus: requests, durations, pools, streams, waiting and running jobs. Names no tenant.
import type { FastifyInstance } from "fastify";
import { Gauge, Histogram, Registry } from "prom-client";
import { countActiveJobs } from "#store/jobs.ts";
import type { ApiParts } from "./parts.ts";
import type { EventStreams } from "./stream.ts";

export function addMetrics(app: FastifyInstance, parts: ApiParts, streams: EventStreams): void {
  const register = new Registry();
  const registers = [register];
  const requests = new Histogram({
    name: "skywarden_http_request_seconds",
    help: "Duration of requests",
    labelNames: ["method", "route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    requests.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? "unknown",
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
  });
  const pool = new Gauge({
    name: "skywarden_database_connections",
    help: "Connections of the database pools; waiting counts who waits for one",
    labelNames: ["pool", "state"],
    registers,
    collect() {
      for (const { name, total, idle, waiting } of parts.pools?.() ?? []) {
        this.set({ pool: name, state: "used" }, total - idle);
        this.set({ pool: name, state: "idle" }, idle);
        this.set({ pool: name, state: "waiting" }, waiting);
      }
    },
  });
  register.registerMetric(pool);
  gauge(registers, "skywarden_stream_clients", "Open event streams", () => streams.count());
  gauge(registers, "skywarden_memory_bytes", "Resident memory of this process", () =>
    process.memoryUsage.rss(),
  );
  gauge(registers, "skywarden_cpu_seconds", "CPU time of this process", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  new Gauge({
    name: "skywarden_jobs",
    help: "Jobs that wait or run",
    labelNames: ["kind", "state"],
    registers,
    async collect() {
      this.reset();
      for (const { kind, state, count } of await parts.store.asSystem(countActiveJobs))
        this.set({ kind, state }, count);
    },
  });
  app.get("/metrics", { schema: { hide: true } }, async (_, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
